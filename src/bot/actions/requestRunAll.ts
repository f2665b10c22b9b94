import { z } from 'zod';
import { edgeWords } from '../../cards/words/edgeWords';
import { requestEdge } from '../../cards/words/requestEdgeWords';
import type { ActionHandler } from '../answers';
import type { BotDeps } from '../deps';
import { listRunnable } from '../listedRequests';

/** What the card showed; a request that came later is not run by a click that did not name it. */
const shown = z.looseObject({
  connectionId: z.string().min(1).max(100),
  requestIds: z.string().max(20_000),
});

/** *Run N approved requests*: each that still waits becomes a click of its own, checked by itself. */
export function requestRunAll({ requests, store }: Pick<BotDeps, 'requests' | 'store'>): ActionHandler {
  return async ({ person, conversation, activityId }, data) => {
    const card = shown.safeParse(data);
    if (!card.success) return { kind: 'message', text: edgeWords.unknownAction };
    const named = card.data.requestIds.split(',');
    const waiting = (await listRunnable(store, person, card.data.connectionId)).filter(({ requestId }) =>
      named.includes(requestId),
    );
    let checking = 0;
    for (const { requestId } of waiting) {
      const click = { person, conversationId: conversation.id, requestId, verdict: 'run', reason: null, activityId } as const;
      if ((await requests.decide(click)).kind === 'checking') checking += 1;
    }
    return { kind: 'message', text: checking === 0 ? requestEdge.nothingToRun : requestEdge.checkingAll(checking) };
  };
}
