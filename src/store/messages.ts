import type { Sql } from './sql';

/** One message of the bot that is wanted somewhere: found by its tag, edited in place as long as it exists. */
export interface OutboxMessage {
  /** Stays when it goes on under another tag. */
  messageId: string;
  tenantId: string;
  tag: string;
  conversationId: string;
  activityId: string | null;
  /** Fixed content; null where the content is drawn from rows at the time of sending. */
  content: unknown;
  contentHash: string | null;
  /** Grows when a fresh message is wanted: what is still being sent then belongs to the old one. */
  generation: number;
  wanted: number;
  alert: boolean;
  tries: number;
}

/**
 * Wants a message: written in the same transaction as what it tells. `fresh` posts a new one below instead of editing the old.
 */
export async function wantMessage(
  sql: Sql,
  message: { tenantId: string; tag: string; conversationId: string; content?: unknown; alert?: boolean; fresh?: boolean },
): Promise<void> {
  await sql.query(
    `insert into messages (tenant_id, tag, conversation_id, content, alert) values ($1, $2, $3, $4, $5)
     on conflict (tenant_id, tag, conversation_id) do update set wanted = messages.wanted + 1, content = excluded.content,
       alert = excluded.alert, tries = 0, next_try_at = case when $6 then now() else messages.next_try_at end,
       generation = messages.generation + case when $6 then 1 else 0 end,
       activity_id = case when $6 then null else messages.activity_id end,
       content_hash = case when $6 then null else messages.content_hash end,
       state = case when $6 then 'live' else messages.state end`,
    [
      message.tenantId,
      message.tag,
      message.conversationId,
      message.content === undefined ? null : JSON.stringify(message.content),
      message.alert === true,
      message.fresh === true,
    ],
  );
}

/** Wants every live message with this tag again, since what it is drawn from has changed; not sooner than its pace allows. */
export async function wantAgain(sql: Sql, tenantId: string, tag: string): Promise<void> {
  await sql.query(`update messages set wanted = wanted + 1 where tenant_id = $1 and tag = $2 and state = 'live'`, [
    tenantId,
    tag,
  ]);
}

/** The message goes on under another tag: what it shows is something else now, in the same place. */
export async function moveMessage(sql: Sql, tenantId: string, from: string, to: string): Promise<void> {
  await sql.query(`update messages set tag = $3, wanted = wanted + 1 where tenant_id = $1 and tag = $2`, [tenantId, from, to]);
}

/**
 * Claims what is due for the process in this slot: *sending* is on record before anything is sent, and a claim that its process did
 * not live to finish falls free when its slot is taken, at the latest after `claimMs`.
 */
export async function claimDueMessages(
  sql: Sql,
  { claimMs, slot, limit }: { claimMs: number; slot: number; limit: number },
): Promise<OutboxMessage[]> {
  const rows = await sql.query(
    `update messages m set sending_at = now(), sending_by = $3 from (
       select tenant_id, tag, conversation_id from messages
       where wanted > delivered and state = 'live' and next_try_at <= now()
         and (sending_at is null or sending_at < now() - make_interval(secs => $1))
       order by next_try_at limit $2 for update skip locked) due
     where m.tenant_id = due.tenant_id and m.tag = due.tag and m.conversation_id = due.conversation_id returning m.*`,
    [claimMs / 1000, limit, slot],
  );
  return rows.map((row) => ({
    messageId: String(row.message_id),
    tenantId: String(row.tenant_id),
    tag: String(row.tag),
    conversationId: String(row.conversation_id),
    activityId: row.activity_id as string | null,
    content: row.content,
    contentHash: row.content_hash as string | null,
    generation: Number(row.generation),
    wanted: Number(row.wanted),
    alert: row.alert === true,
    tries: Number(row.tries),
  }));
}

/** Milliseconds until the next message is due that nobody is sending; undefined when there is none. */
export async function nextMessageDueInMs(sql: Sql, claimMs: number): Promise<number | undefined> {
  const [row] = await sql.query<{ ms: string | null }>(
    `select extract(epoch from min(greatest(next_try_at, sending_at + make_interval(secs => $1))) - now()) * 1000 as ms
     from messages where wanted > delivered and state = 'live'`,
    [claimMs / 1000],
  );
  return row?.ms === null || row?.ms === undefined ? undefined : Math.max(0, Number(row.ms));
}

/** By its id: the tag may be another one since the claim. */
type MessageKey = Pick<OutboxMessage, 'messageId'>;

/** Delivered as of version `wanted`; a change that came meanwhile is still due, not before `notBeforeMs`. */
export async function markDelivered(
  sql: Sql,
  { messageId, wanted, generation }: MessageKey & Pick<OutboxMessage, 'wanted' | 'generation'>,
  delivered: { activityId: string | null; contentHash: string; notBeforeMs: number },
): Promise<void> {
  await sql.query(
    `update messages set delivered = $2, sending_at = null, tries = 0, delivered_at = now(),
       activity_id = case when generation = $6 then coalesce($3, activity_id) else activity_id end,
       content_hash = case when generation = $6 then $4 else content_hash end,
       next_try_at = case when generation = $6 then now() + make_interval(secs => $5) else next_try_at end
     where message_id = $1`,
    [messageId, wanted, delivered.activityId, delivered.contentHash, delivered.notBeforeMs / 1000, generation],
  );
}

export async function postponeMessage(sql: Sql, { messageId }: MessageKey, delayMs: number): Promise<void> {
  await sql.query(
    `update messages set sending_at = null, tries = tries + 1, next_try_at = now() + make_interval(secs => $2) where message_id = $1`,
    [messageId, delayMs / 1000],
  );
}

/** The message that was edited is gone: the next try posts a new one. */
export async function forgetActivity(sql: Sql, { messageId }: MessageKey): Promise<void> {
  await sql.query(
    'update messages set activity_id = null, content_hash = null, sending_at = null, next_try_at = now() where message_id = $1',
    [messageId],
  );
}

/** Nobody can be told there any more, or Teams will never take this content. */
export async function markUndeliverable(sql: Sql, { messageId }: MessageKey): Promise<void> {
  await sql.query(`update messages set state = 'dead', sending_at = null where message_id = $1`, [messageId]);
}
