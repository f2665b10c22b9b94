import type { Facts } from '../errors';
import type { SetupEffects } from '../provisioning/setup';
import { tenantOf } from './runs';
import type { Sql } from './sql';

/** What a subject made or changed outside, kept across its attempts: what a retry finds and a cancel takes back. */
export type EffectKind = 'jobCreated' | 'groupsSwitchedOff' | 'secretsSaved' | 'testPersonAssigned' | 'jobStarted';

export async function recordEffect(sql: Sql, subject: string, kind: EffectKind, facts: Facts): Promise<void> {
  await sql.query(
    `insert into run_effects (tenant_id, subject, kind, facts) values ($1, $2, $3, $4)
     on conflict (tenant_id, subject, kind) do update set facts = excluded.facts`,
    [tenantOf(subject), subject, kind, JSON.stringify(facts)],
  );
}

/** False: it was forgotten before, which a replay finds. */
export async function forgetEffect(sql: Sql, subject: string, kind: EffectKind): Promise<boolean> {
  const rows = await sql.query('delete from run_effects where tenant_id = $1 and subject = $2 and kind = $3 returning 1', [
    tenantOf(subject),
    subject,
    kind,
  ]);
  return rows.length > 0;
}

export async function forgetEffects(sql: Sql, subject: string): Promise<void> {
  await sql.query('delete from run_effects where tenant_id = $1 and subject = $2', [tenantOf(subject), subject]);
}

export async function listEffects(sql: Sql, subject: string): Promise<Partial<Record<EffectKind, Facts>>> {
  const rows = await sql.query<{ kind: EffectKind; facts: Facts }>(
    'select kind, facts from run_effects where tenant_id = $1 and subject = $2',
    [tenantOf(subject), subject],
  );
  return Object.fromEntries(rows.map(({ kind, facts }) => [kind, facts]));
}

/** The same, as the planner reads it. */
export function toSetupEffects(effects: Partial<Record<EffectKind, Facts>>): SetupEffects {
  const { jobCreated, groupsSwitchedOff, secretsSaved, testPersonAssigned, jobStarted } = effects;
  return {
    ...(jobCreated ? { createdJobId: String(jobCreated.jobId) } : {}),
    ...(groupsSwitchedOff ? { switchedOffGroupsOn: String(groupsSwitchedOff.jobId) } : {}),
    ...(secretsSaved ? { savedSecrets: true } : {}),
    ...(testPersonAssigned
      ? {
          assignedTestPerson: {
            assignmentId: String(testPersonAssigned.assignmentId),
            principalId: String(testPersonAssigned.principalId),
          },
        }
      : {}),
    ...(jobStarted ? { startedJob: true } : {}),
  };
}
