import type { Proof, RunStep, StepName, StepState } from '../provisioning/runs';
import { tenantOf } from './runs';
import { iso, isoOrNull, type Sql } from './sql';

/** Marks a step as under way; on a replay or a second try its first start is kept. */
export async function beginStep(sql: Sql, runId: string, name: StepName): Promise<void> {
  await sql.query(
    `insert into run_steps (tenant_id, run_id, name, position, state, started_at)
     values ($1, $2, $3, (select count(*) from run_steps where tenant_id = $1 and run_id = $2), 'running', now())
     on conflict (tenant_id, run_id, name) do update set state = 'running', ended_at = null`,
    [tenantOf(runId), runId, name],
  );
}

/** False: it had ended before, which a replay finds. */
export async function endStep(sql: Sql, runId: string, name: StepName, state: StepState, proof: Proof | null): Promise<boolean> {
  const ended = await sql.query(
    `update run_steps set state = $4, proof = coalesce($5, proof), ended_at = case when $4 in ('done', 'failed') then now() end
     where tenant_id = $1 and run_id = $2 and name = $3 and ended_at is null returning 1`,
    [tenantOf(runId), runId, name, state, proof === null ? null : JSON.stringify(proof)],
  );
  return ended.length > 0;
}

/** Whatever is still shown as under way ends with the run. */
export async function endOpenSteps(sql: Sql, runId: string, state: StepState): Promise<void> {
  await sql.query(
    `update run_steps set state = $3, ended_at = now() where tenant_id = $1 and run_id = $2 and state in ('running', 'waiting')`,
    [tenantOf(runId), runId, state],
  );
}

export async function listSteps(sql: Sql, runId: string): Promise<RunStep[]> {
  const rows = await sql.query('select * from run_steps where tenant_id = $1 and run_id = $2 order by position', [
    tenantOf(runId),
    runId,
  ]);
  return rows.map((row) => ({
    name: row.name as StepName,
    state: row.state as StepState,
    proof: row.proof as Proof | null,
    startedAt: iso(row.started_at),
    endedAt: isoOrNull(row.ended_at),
  }));
}
