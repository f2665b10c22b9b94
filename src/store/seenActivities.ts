import type { Sql } from './sql';

/** Marks an activity (or any key that Teams may repeat) as seen. True for the first time, false for a repeat. */
export async function markSeen(sql: Sql, tenantId: string, key: string): Promise<boolean> {
  const rows = await sql.query(
    'insert into seen_activities (tenant_id, key) values ($1, $2) on conflict do nothing returning 1',
    [tenantId, key],
  );
  return rows.length > 0;
}

/** True when the key is marked; marks nothing. */
export async function hasSeen(sql: Sql, tenantId: string, key: string): Promise<boolean> {
  return (await sql.query('select 1 from seen_activities where tenant_id = $1 and key = $2', [tenantId, key])).length > 0;
}
