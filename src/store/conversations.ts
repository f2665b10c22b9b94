import { markUndeliverable, type OutboxMessage } from './messages';
import type { Sql } from './sql';

export interface KnownConversation {
  tenantId: string;
  conversationId: string;
  kind: 'personal' | 'groupChat' | 'channel';
  /** The newest one seen: Teams moves conversations between regions. */
  serviceUrl: string;
  /** A botbuilder ConversationReference, as stored by the Teams edge. */
  reference: unknown;
  installed: boolean;
  state: 'active' | 'dead';
}

/**
 * Keeps the newest address of a conversation; hearing from it makes it alive again, and the cards and notices of the last days that
 * could not be shown are due once more. `installed` is kept when not told. True where nothing could be said there until now: new, or
 * closed to the bot. Within a transaction, which keeps `closeConversation` out.
 */
export async function rememberConversation(
  sql: Sql,
  conversation: Pick<KnownConversation, 'tenantId' | 'conversationId' | 'kind' | 'serviceUrl' | 'reference'> & {
    installed?: boolean | undefined;
  },
): Promise<boolean> {
  const [before] = await sql.query<{ state: string }>(
    'select state from conversations where tenant_id = $1 and conversation_id = $2 for update',
    [conversation.tenantId, conversation.conversationId],
  );
  if (before?.state === 'dead') await wantMissed(sql, conversation);
  await sql.query(
    `insert into conversations (tenant_id, conversation_id, kind, service_url, reference, installed)
     values ($1, $2, $3, $4, $5, coalesce($6, false))
     on conflict (tenant_id, conversation_id) do update set kind = excluded.kind, service_url = excluded.service_url,
       reference = excluded.reference, seen_at = now(), state = 'active', installed = coalesce($6, conversations.installed)`,
    [
      conversation.tenantId,
      conversation.conversationId,
      conversation.kind,
      conversation.serviceUrl,
      JSON.stringify(conversation.reference),
      conversation.installed ?? null,
    ],
  );
  return before?.state !== 'active';
}

async function wantMissed(
  sql: Sql,
  { tenantId, conversationId }: Pick<KnownConversation, 'tenantId' | 'conversationId'>,
): Promise<void> {
  await sql.query(
    `update messages set state = 'live', tries = 0, next_try_at = now()
     where tenant_id = $1 and conversation_id = $2 and state = 'dead' and wanted > delivered
       and tag like any(array['run:%', 'notice:%', 'request:%', 'approved:%']) and created_at > now() - interval '7 days'`,
    [tenantId, conversationId],
  );
}

export async function findConversation(
  sql: Sql,
  tenantId: string,
  conversationId: string,
): Promise<KnownConversation | undefined> {
  const [row] = await sql.query('select * from conversations where tenant_id = $1 and conversation_id = $2', [
    tenantId,
    conversationId,
  ]);
  return (
    row && {
      tenantId: String(row.tenant_id),
      conversationId: String(row.conversation_id),
      kind: row.kind as KnownConversation['kind'],
      serviceUrl: String(row.service_url),
      reference: row.reference,
      installed: row.installed === true,
      state: row.state as KnownConversation['state'],
    }
  );
}

/** Keeps what people call conversations; those that the bot does not know are left out. */
export async function nameConversations(
  sql: Sql,
  tenantId: string,
  titles: readonly { conversationId: string; title: string }[],
): Promise<void> {
  for (const { conversationId, title } of titles)
    await sql.query('update conversations set title = $3 where tenant_id = $1 and conversation_id = $2', [
      tenantId,
      conversationId,
      title,
    ]);
}

/** Channels and group chats in which the app is installed and may speak; `title` is null as long as Teams did not tell it. */
export async function listChannels(sql: Sql, tenantId: string): Promise<{ conversationId: string; title: string | null }[]> {
  const rows = await sql.query(
    `select conversation_id, title from conversations
     where tenant_id = $1 and kind <> 'personal' and installed and state = 'active' order by seen_at desc limit 50`,
    [tenantId],
  );
  return rows.map((row) => ({
    conversationId: String(row.conversation_id),
    title: row.title === null ? null : String(row.title),
  }));
}

/** `dead`: blocked or uninstalled; nothing is sent there until Teams speaks to us from it again. */
export async function setConversationState(
  sql: Sql,
  tenantId: string,
  conversationId: string,
  change: { state?: 'active' | 'dead'; installed?: boolean },
): Promise<void> {
  await sql.query(
    `update conversations set state = coalesce($3, state), installed = coalesce($4, installed)
     where tenant_id = $1 and conversation_id = $2`,
    [tenantId, conversationId, change.state ?? null, change.installed ?? null],
  );
}

/**
 * The conversation of a claimed message is closed to the bot, and the message missed there. False where somebody spoke from there since
 * the claim: it is open again, and the message is to be tried once more. Within a transaction.
 */
export async function closeConversation(
  sql: Sql,
  message: Pick<OutboxMessage, 'messageId' | 'tenantId' | 'conversationId'>,
): Promise<boolean> {
  const closed = await sql.query(
    `update conversations c set state = 'dead' from messages m
     where c.tenant_id = $1 and c.conversation_id = $2 and m.message_id = $3 and c.seen_at <= m.sending_at returning 1`,
    [message.tenantId, message.conversationId, message.messageId],
  );
  if (closed.length === 0) return false;
  await markUndeliverable(sql, message);
  return true;
}

/** True for the first caller only: a conversation is welcomed once, whichever lifecycle activity comes first. */
export async function claimWelcome(sql: Sql, tenantId: string, conversationId: string): Promise<boolean> {
  const rows = await sql.query(
    `update conversations set welcomed_at = now() where tenant_id = $1 and conversation_id = $2 and welcomed_at is null returning 1`,
    [tenantId, conversationId],
  );
  return rows.length > 0;
}
