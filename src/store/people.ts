import type { PersonRef } from '../provisioning/people';
import type { Sql } from './sql';

interface KnownPerson extends PersonRef {
  personalConversationId: string | null;
  reachable: boolean;
}

/** Keeps what the newest activity says of a person; a personal conversation, once known, stays. */
export async function rememberPerson(sql: Sql, person: PersonRef, personalConversationId?: string): Promise<void> {
  await sql.query(
    `insert into people (tenant_id, object_id, mri, display_name, personal_conversation_id) values ($1, $2, $3, $4, $5)
     on conflict (tenant_id, object_id) do update set mri = excluded.mri, display_name = excluded.display_name, seen_at = now(),
       personal_conversation_id = coalesce(excluded.personal_conversation_id, people.personal_conversation_id),
       reachable = people.reachable or excluded.personal_conversation_id is not null`,
    [person.tenantId, person.objectId, person.mri, person.displayName, personalConversationId ?? null],
  );
}

export async function findPerson(sql: Sql, tenantId: string, objectId: string): Promise<KnownPerson | undefined> {
  const [row] = await sql.query('select * from people where tenant_id = $1 and object_id = $2', [tenantId, objectId]);
  return (
    row && {
      tenantId: String(row.tenant_id),
      objectId: String(row.object_id),
      mri: String(row.mri),
      displayName: String(row.display_name),
      personalConversationId: row.personal_conversation_id as string | null,
      reachable: row.reachable === true,
    }
  );
}

/** How Teams names these people, as far as they ever spoke to the bot. */
export async function listMris(sql: Sql, tenantId: string, objectIds: readonly string[], limit: number): Promise<string[]> {
  const rows = await sql.query<{ mri: string }>(
    'select mri from people where tenant_id = $1 and object_id = any($2) order by seen_at desc limit $3',
    [tenantId, objectIds, limit],
  );
  return rows.map(({ mri }) => mri);
}

/** False after Teams said that the person blocked or removed the bot. */
export async function setReachable(sql: Sql, tenantId: string, objectId: string, reachable: boolean): Promise<void> {
  await sql.query('update people set reachable = $3 where tenant_id = $1 and object_id = $2', [tenantId, objectId, reachable]);
}
