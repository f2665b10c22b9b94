import { z } from 'zod';
import { decisionRefusalText } from '../../cards/words/decisionWords';
import { edgeWords } from '../../cards/words/edgeWords';
import { requestEdge } from '../../cards/words/requestEdgeWords';
import type { ActionHandler } from '../answers';
import type { BotDeps } from '../deps';

const named = z.union([
  z.looseObject({ requestId: z.string().min(1).max(100) }).transform(({ requestId }) => ({ requestId })),
  z.looseObject({ runId: z.string().min(1).max(300) }).transform(({ runId }) => ({ runId })),
]);

/**
 * *I administer this app*: whoever asked does it with their own right instead. The run probes it; only then the request ends, and
 * without the right it stays as it is.
 */
export function requestAdminister({ requests }: Pick<BotDeps, 'requests'>): ActionHandler {
  return async ({ person, activityId }, data) => {
    const of = named.safeParse(data);
    if (!of.success) return { kind: 'message', text: edgeWords.unknownAction };
    const answer = await requests.administer({ person, activityId, of: of.data });
    return {
      kind: 'message',
      text: answer.kind === 'refused' ? decisionRefusalText(answer.why, answer) : requestEdge.administers,
    };
  };
}
