import type { DecisionRefusal } from '../../provisioning/requests';
import type { AuditLog } from '../../store/audit';
import { answerAttempt, type DecisionAttempt } from '../../store/decisions';
import { findRequest } from '../../store/requests';
import type { Sql } from '../../store/sql';
import { redrawRequestCards } from './requestCards';
import { decisionEntry } from './requestEntry';

/** A click that waited for a sign-in does not go on: its copy of the card says why. */
export async function dropClick(sql: Sql, audit: AuditLog, attempt: DecisionAttempt, why: DecisionRefusal): Promise<void> {
  const { tenantId, requestId, actor, verdict, activityId } = attempt;
  await answerAttempt(sql, { tenantId, requestId, objectId: actor.objectId, activityId }, { kind: 'refused', why });
  const request = await findRequest(sql, tenantId, requestId);
  if (request) await redrawRequestCards(sql, request);
  await audit.append(sql, decisionEntry(attempt, 'decision.refused', { verdict, why }));
}
