import type { Facts } from '../../errors';
import type { PersonRef } from '../../provisioning/people';
import type { AuditEntry } from '../../store/audit';
import type { DecisionAttempt } from '../../store/decisions';
import type { StoredRequest } from '../../store/requests';

/** A row of the audit about a request. `actor`: null where nobody did it, it happened. */
export function requestEntry(
  { tenantId, requestId }: Pick<StoredRequest, 'tenantId' | 'requestId'>,
  action: string,
  actor: PersonRef | null,
  facts: Facts,
): AuditEntry {
  return { tenantId, action, actor, subject: `request:${tenantId}:${requestId}`, facts };
}

/** A row about what a click came to. */
export function decisionEntry(
  click: Pick<DecisionAttempt, 'tenantId' | 'requestId' | 'actor' | 'activityId'>,
  action: string,
  facts: Facts,
): AuditEntry {
  return requestEntry(click, action, click.actor, { activityId: click.activityId, ...facts });
}
