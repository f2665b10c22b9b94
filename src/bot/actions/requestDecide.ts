import { decisionRefusalText } from '../../cards/words/decisionWords';
import { requestEdge } from '../../cards/words/requestEdgeWords';
import type { Verdict } from '../../provisioning/requests';
import type { BotDeps } from '../deps';
import { ownView, requestAction } from './requestAction';

/**
 * *Approve*, *Decline* or *Run*: the click is on record and being checked when it is answered. The clicker is who signed the
 * activity; whether they may decide is found out by the check, with their own token.
 */
export const requestDecide = ({ requests, store }: Pick<BotDeps, 'requests' | 'store'>, verdict: Verdict) =>
  requestAction(async (turn, { requestId, declineReason }) => {
    const { person, conversation, activityId } = turn;
    const reason = verdict === 'decline' ? (declineReason ?? null) : null;
    const answer = await requests.decide({ person, conversationId: conversation.id, requestId, verdict, reason, activityId });
    if (answer.kind === 'refused') return { kind: 'message', text: decisionRefusalText(answer.why, answer) };
    return ownView(store, turn, requestId, requestEdge.checking);
  });
