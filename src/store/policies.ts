import type { PersonRef } from '../provisioning/people';
import type { Policy } from '../provisioning/policy';
import { iso, type Sql } from './sql';

export interface StoredPolicy {
  policy: Policy;
  changedBy: PersonRef;
  changedAt: string;
}

export async function findPolicy(sql: Sql, tenantId: string, connectionId: string): Promise<StoredPolicy | undefined> {
  const [row] = await sql.query('select * from policies where tenant_id = $1 and connection_id = $2', [tenantId, connectionId]);
  return (
    row && {
      policy: { ...(row.policy as Policy), version: Number(row.version) },
      changedBy: row.changed_by as PersonRef,
      changedAt: iso(row.changed_at),
    }
  );
}

/** Whoever else wants this lock waits until the transaction around `sql` ends: what a policy limits is counted one after the other. */
export async function lockPolicy(sql: Sql, tenantId: string, connectionId: string): Promise<void> {
  await sql.query('select 1 from policies where tenant_id = $1 and connection_id = $2 for update', [tenantId, connectionId]);
}

/** Every policy of the tenant; none: nobody can ask for anything. */
export async function listPolicies(sql: Sql, tenantId: string): Promise<Policy[]> {
  const rows = await sql.query('select policy, version from policies where tenant_id = $1', [tenantId]);
  return rows.map((row) => ({ ...(row.policy as Policy), version: Number(row.version) }));
}

/**
 * Saves a policy as the next version, if `basedOn` is still the one in force (0: there was none). Gives the new version,
 * or undefined when somebody else saved meanwhile.
 */
export async function savePolicy(
  sql: Sql,
  tenantId: string,
  policy: Omit<Policy, 'version'>,
  changedBy: PersonRef,
  basedOn: number,
): Promise<number | undefined> {
  const [row] = await sql.query<{ version: number }>(
    `insert into policies (tenant_id, connection_id, version, policy, changed_by)
     select $1, $2, 1, $3, $4 where $5 = 0 or exists (select 1 from policies where tenant_id = $1 and connection_id = $2)
     on conflict (tenant_id, connection_id) do update set version = policies.version + 1, policy = excluded.policy,
       changed_by = excluded.changed_by, changed_at = now() where policies.version = $5
     returning version`,
    [tenantId, policy.connectionId, JSON.stringify(policy), JSON.stringify(changedBy), basedOn],
  );
  return row?.version;
}
