import { z } from 'zod';
import { requestCard } from '../../cards/request';
import { decisionRefusalText } from '../../cards/words/decisionWords';
import { edgeWords } from '../../cards/words/edgeWords';
import { LONGEST_REASON } from '../../provisioning/requests';
import type { Store } from '../../store/sql';
import { readRequestView } from '../../workflows/requests/requestView';
import type { ActionAnswer, ActionHandler } from '../answers';
import type { Turn } from '../turn';

/**
 * All that is taken from a card: which request, and why it is declined. People, hash, requester, approver and tenant are read from
 * rows and from the signed activity, whatever a card may say of them.
 */
const requestData = z.looseObject({
  requestId: z.string().min(1).max(100),
  declineReason: z.string().trim().max(LONGEST_REASON).optional().catch(undefined),
});
type RequestData = Pick<z.infer<typeof requestData>, 'requestId' | 'declineReason'>;

/** A handler for a button of a request's card. */
export function requestAction(work: (turn: Turn, data: RequestData) => Promise<ActionAnswer>): ActionHandler {
  return async (turn, data) => {
    const parsed = requestData.safeParse(data);
    if (!parsed.success) return { kind: 'message', text: edgeWords.unknownAction };
    return work(turn, { requestId: parsed.data.requestId, declineReason: parsed.data.declineReason });
  };
}

/** The request as the clicker sees it now; in words for somebody who is none of its viewers. */
export async function ownView(store: Store, { person }: Turn, requestId: string, text: string): Promise<ActionAnswer> {
  const view = await readRequestView(store, person.tenantId, requestId, { objectId: person.objectId });
  return view
    ? { kind: 'own', card: requestCard(view), text }
    : { kind: 'message', text: decisionRefusalText('not_an_approver') };
}
