import { decisionRefusalText } from '../../cards/words/decisionWords';
import { edgeWords } from '../../cards/words/edgeWords';
import { requestEdge } from '../../cards/words/requestEdgeWords';
import type { RequestState } from '../../provisioning/requests';
import { findRequest, type StoredRequest } from '../../store/requests';
import { findNewestRun } from '../../store/runs';
import type { Sql } from '../../store/sql';
import type { BotDeps } from '../deps';
import { requestAction } from './requestAction';

const ENDED_SHORT: readonly RequestState[] = ['failed', 'partly_done', 'declined', 'expired'];

/** *Ask again*: a new request for the people of the old one, linked to it. Everything is read from the old request's row. */
export const requestAgain = ({ requests, store }: Pick<BotDeps, 'requests' | 'store'>) =>
  requestAction(async (turn, { requestId }) => {
    const { person } = turn;
    const old = await findRequest(store, person.tenantId, requestId);
    if (!old) return { kind: 'message', text: decisionRefusalText('request_unknown') };
    if (old.requestedBy.objectId !== person.objectId) return { kind: 'message', text: decisionRefusalText('not_yours') };
    if (old.supersededBy !== null) return { kind: 'message', text: requestEdge.wentOnAs(old.supersededBy) };
    if (old.kind === 'setup') return { kind: 'message', text: requestEdge.setupAgain };
    if (!ENDED_SHORT.includes(old.state)) return { kind: 'message', text: edgeWords.unknownAction };
    const { connectionId, reason, number: supersedes } = old;
    await requests.request({
      person,
      conversationId: old.conversationId,
      connectionId,
      activityId: await activityFor(store, old, turn.activityId),
      people: old.frozen.people.map(({ objectId }) => objectId),
      reason,
      supersedes,
    });
    return { kind: 'message', text: edgeWords.accepted };
  });

/** Clicks on one card are one new request, until that one could not be made and was closed. */
async function activityFor(sql: Sql, { tenantId, connectionId, requestId }: StoredRequest, clickId: string): Promise<string> {
  const activityId = `again.${requestId}`;
  const before = await findNewestRun(sql, `request:${tenantId}:${connectionId}:${activityId}`);
  return before?.endedAt && before.state !== 'done' ? `${activityId}.${clickId}` : activityId;
}
