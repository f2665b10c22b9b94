import { REQUEST_TRANSITIONS } from '../../provisioning/requests';
import { type StoredRequest, supersedeRequest } from '../../store/requests';
import type { Sql } from '../../store/sql';
import type { WorkflowDeps } from '../deps';
import { redrawRequestCards } from './requestCards';
import { requestEntry } from './requestEntry';

/** A request that was just made takes the place of an earlier one, where it names one: that one ends, unless it has, and names the new. */
export async function supersede({ audit }: Pick<WorkflowDeps, 'audit'>, sql: Sql, request: StoredRequest): Promise<void> {
  const { requestedBy, supersedes, number } = request;
  const old = supersedes === null ? undefined : await supersedeRequest(sql, requestedBy, supersedes, number);
  if (!old) return;
  await redrawRequestCards(sql, old);
  if (!REQUEST_TRANSITIONS[old.state].includes('superseded')) return;
  await audit.append(sql, requestEntry(old, 'request.superseded', requestedBy, { number: old.number, supersededBy: number }));
}
