import { decisionRefusalText } from '../../cards/words/decisionWords';
import { requestEdge } from '../../cards/words/requestEdgeWords';
import type { BotDeps } from '../deps';
import { ownView, requestAction } from './requestAction';

/** *Withdraw*, by whoever asked and while nothing has run. */
export const requestWithdraw = ({ requests, store }: Pick<BotDeps, 'requests' | 'store'>) =>
  requestAction(async (turn, { requestId }) => {
    const answer = await requests.withdraw({ person: turn.person, activityId: turn.activityId, requestId });
    if (answer.kind === 'refused') return { kind: 'message', text: decisionRefusalText(answer.why, answer) };
    return ownView(store, turn, requestId, requestEdge.withdrawn);
  });
