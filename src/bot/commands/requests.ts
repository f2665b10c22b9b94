import { approvedWaitingCard } from '../../cards/approvedWaiting';
import { requestCard } from '../../cards/request';
import { requestListCard } from '../../cards/requestList';
import { requestEdge } from '../../cards/words/requestEdgeWords';
import { findRequestByNumber, listRequestsFor } from '../../store/requests';
import { listViewers } from '../../store/requestViewers';
import { requestTag } from '../../workflows/requests/requestCards';
import { readRequestView } from '../../workflows/requests/requestView';
import { runTag, subjectOf } from '../../workflows/runStep';
import type { CommandHandlers } from '../commandRouter';
import type { BotDeps } from '../deps';
import { readListed, readWaiting } from '../listedRequests';

/** Own requests and those that wait for this person; and those that the policy approved and this person may run, as one card. */
export function requests({ store }: Pick<BotDeps, 'store'>): CommandHandlers['requests'] {
  return async (turn) => {
    const found = await listRequestsFor(store, turn.person);
    await turn.say(requestListCard({ requests: await readListed(store, turn.person, found) }));
    for (const waiting of await readWaiting(store, turn.person)) await turn.say(approvedWaitingCard(waiting));
  };
}

/**
 * `request 42`: to those who may see it, as each of them sees it. Whoever has a live copy in this chat gets it again as the newest
 * message, so that there is no second one that grows old.
 */
export function showRequest({ store, postAgain }: Pick<BotDeps, 'store' | 'postAgain'>): CommandHandlers['showRequest'] {
  return async (turn, { number }) => {
    const { tenantId, objectId } = turn.person;
    const request = await findRequestByNumber(store, tenantId, number);
    if (!request) return turn.say(requestEdge.noSuchNumber(number));
    const view = await readRequestView(store, tenantId, request.requestId, { objectId });
    if (!view) return turn.say(requestEdge.notForYou(number));
    const here = { tenantId, conversationId: turn.conversation.id };
    if (view.role === 'requester' && request.kind === 'provision' && request.conversationId === here.conversationId)
      return postAgain(here, runTag(subjectOf(request.activityId)));
    const viewers = await listViewers(store, tenantId, request.requestId);
    const hasCopy = viewers.some(
      ({ role, conversationId }) => role === view.role && role !== 'requester' && conversationId === here.conversationId,
    );
    return hasCopy ? postAgain(here, requestTag(request.requestId)) : turn.say(requestCard(view));
  };
}
