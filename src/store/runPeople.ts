import type { PersonOutcome, RunPerson } from '../provisioning/provision';
import { tenantOf } from './runs';
import { isoOrNull, type Sql } from './sql';

/** Puts down whom a run was asked for, in the order they were typed, and that it looks for them; a repeat changes nothing. */
export async function insertRunPeople(sql: Sql, runId: string, asked: readonly string[]): Promise<void> {
  await sql.query(
    `insert into run_people (tenant_id, run_id, position, asked, doing)
     select $1, $2, ordinality - 1, asked, 'looking' from unnest($3::text[]) with ordinality as people (asked, ordinality) on conflict do nothing`,
    [tenantOf(runId), runId, asked],
  );
}

export interface RunPersonChange {
  objectId?: string;
  displayName?: string;
  userPrincipalName?: string;
  doing?: RunPerson['doing'];
  waitUntil?: string | null;
  giveUpAt?: string | null;
  assignedThrough?: string | null;
  outcome?: PersonOutcome;
}

/** Changes one person of a run; an outcome ends whatever was being done. */
export async function changeRunPerson(sql: Sql, runId: string, position: number, change: RunPersonChange): Promise<void> {
  await sql.query(
    `update run_people set object_id = coalesce($4, object_id), display_name = coalesce($5, display_name),
       user_principal_name = coalesce($6, user_principal_name), doing = case when $11::jsonb is not null then null when $7 then $8 else doing end,
       wait_until = $9, give_up_at = $12, assigned_through = coalesce($10, assigned_through), outcome = coalesce($11::jsonb, outcome)
     where tenant_id = $1 and run_id = $2 and position = $3`,
    [
      tenantOf(runId),
      runId,
      position,
      change.objectId ?? null,
      change.displayName ?? null,
      change.userPrincipalName ?? null,
      'doing' in change,
      change.doing ?? null,
      change.waitUntil ?? null,
      change.assignedThrough ?? null,
      change.outcome ? JSON.stringify(change.outcome) : null,
      change.giveUpAt ?? null,
    ],
  );
}

/** Whoever has no outcome was not reached, and the card names them. */
export async function endUnreached(sql: Sql, runId: string): Promise<void> {
  for (const [position, person] of (await listRunPeople(sql, runId)).entries())
    if (person.outcome === null) await changeRunPerson(sql, runId, position, { outcome: { kind: 'not_reached' } });
}

export async function listRunPeople(sql: Sql, runId: string): Promise<RunPerson[]> {
  const rows = await sql.query('select * from run_people where tenant_id = $1 and run_id = $2 order by position', [
    tenantOf(runId),
    runId,
  ]);
  return rows.map((row) => ({
    asked: String(row.asked),
    objectId: row.object_id as string | null,
    displayName: row.display_name as string | null,
    userPrincipalName: row.user_principal_name as string | null,
    outcome: row.outcome as PersonOutcome | null,
    doing: row.doing as RunPerson['doing'],
    waitUntil: isoOrNull(row.wait_until),
    giveUpAt: isoOrNull(row.give_up_at),
    assignedThrough: row.assigned_through as string | null,
  }));
}
