import { decisionRefusalText } from '../../cards/words/decisionWords';
import { requestEdge } from '../../cards/words/requestEdgeWords';
import { findRequest } from '../../store/requests';
import type { BotDeps } from '../deps';
import { ownView, requestAction } from './requestAction';

/** *Decide* on a shared card, or a line of a list: the request as the clicker may see it, on their own screen only. */
export const requestView = ({ store }: Pick<BotDeps, 'store'>) =>
  requestAction(async (turn, { requestId }) => {
    const request = await findRequest(store, turn.person.tenantId, requestId);
    if (!request) return { kind: 'message', text: decisionRefusalText('request_unknown') };
    return ownView(store, turn, requestId, requestEdge.seeOwn(request.number));
  });
