import type { ErrorCode } from '../../errors';
import type { PersonRef } from '../../provisioning/people';
import type { Run } from '../../provisioning/runs';
import { findRequestOfActivity, lockRequest, type StoredRequest } from '../../store/requests';
import type { Sql } from '../../store/sql';
import type { WorkflowDeps } from '../deps';
import { endRequest, endRequestAs } from './runRequest';

/**
 * A run that is closed by anything but its own end takes its request with it, in the same transaction; else people would go on
 * deciding about what nothing can run any more: one nothing has run for yet is withdrawn, one under way has failed.
 * @param actor - who closed it; null: nobody, it happened
 */
export async function closeRequestOf(
  deps: Pick<WorkflowDeps, 'audit'>,
  sql: Sql,
  run: Run,
  { actor, code }: { actor: PersonRef | null; code: ErrorCode | 'run_expired' },
): Promise<void> {
  if (run.kind === 'provision') return endRequest(deps, sql, run, { code }, actor);
  const request = await lockRequestOf(sql, run);
  const state = request?.state === 'running' ? 'failed' : 'withdrawn';
  if (request) await endRequestAs(deps, sql, request, state, actor, { runId: run.runId, code });
}

/**
 * The request that a run carries out, or for whose approval it waits. Who changes both locks it first and then the run, as a decision
 * does: the other way round, a click on *Approve* and one on *Cancel* could wait for each other.
 */
export async function lockRequestOf(sql: Sql, run: Run): Promise<StoredRequest | undefined> {
  if (run.kind !== 'setup' && run.kind !== 'provision') return undefined;
  const made = await findRequestOfActivity(sql, run.tenantId, run.runId);
  const requestId = made?.requestId ?? (run.input as { requestId?: string }).requestId;
  return requestId ? lockRequest(sql, run.tenantId, requestId) : undefined;
}
