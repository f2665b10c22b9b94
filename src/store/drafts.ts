import type { PersonRef } from '../provisioning/people';
import type { Sql } from './sql';

/** Candidates and half-filled forms of one person in one conversation; they live 24 hours. No secret may be in it. */
interface Draft {
  draftId: string;
  conversationId: string;
  content: unknown;
}

export async function putDraft(
  sql: Sql,
  draft: { draftId: string; person: PersonRef; conversationId: string; content: unknown },
): Promise<void> {
  await sql.query(
    `insert into drafts (tenant_id, draft_id, object_id, conversation_id, content) values ($1, $2, $3, $4, $5)
     on conflict (tenant_id, draft_id) do update set content = excluded.content, updated_at = now()
       where drafts.object_id = excluded.object_id`,
    [draft.person.tenantId, draft.draftId, draft.person.objectId, draft.conversationId, JSON.stringify(draft.content)],
  );
}

/** Only its own person finds a draft, whatever id a card carried. */
export async function findDraft(
  sql: Sql,
  person: Pick<PersonRef, 'tenantId' | 'objectId'>,
  draftId: string,
): Promise<Draft | undefined> {
  const [row] = await sql.query(
    `select * from drafts where tenant_id = $1 and draft_id = $2 and object_id = $3 and updated_at > now() - interval '24 hours'`,
    [person.tenantId, draftId, person.objectId],
  );
  return (
    row && {
      draftId: String(row.draft_id),
      conversationId: String(row.conversation_id),
      content: row.content,
    }
  );
}
