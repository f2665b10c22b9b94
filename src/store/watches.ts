import type { PersonRef } from '../provisioning/people';
import { isoOrNull, type Sql } from './sql';

/** One connection's watch: who reads, whom to tell, and what was last seen. */
export interface Watch {
  tenantId: string;
  connectionId: string;
  /** Whose token reads. */
  reader: PersonRef;
  tell: PersonRef;
  conversationId: string;
  /** The setup run that started the job. */
  runId: string | null;
  firstCycleTold: boolean;
  lastActivityIdentifier: string | null;
  lastState: string | null;
  blindSince: string | null;
  /** Until then somebody waits and it reads often. */
  fastUntil: string | null;
  /** Whoever claimed it writes only while this still stands. */
  claim: string | null;
}

function read(row: Record<string, unknown>): Watch {
  return {
    tenantId: String(row.tenant_id),
    connectionId: String(row.connection_id),
    reader: row.reader as PersonRef,
    tell: row.tell as PersonRef,
    conversationId: String(row.conversation_id),
    runId: row.run_id as string | null,
    firstCycleTold: row.first_cycle_told === true,
    lastActivityIdentifier: row.last_activity_identifier as string | null,
    lastState: row.last_state as string | null,
    blindSince: isoOrNull(row.blind_since),
    fastUntil: isoOrNull(row.fast_until),
    claim: row.claim as string | null,
  };
}

/** Starts a watch, or starts it anew for another run. */
export async function putWatch(
  sql: Sql,
  watch: Pick<Watch, 'tenantId' | 'connectionId' | 'reader' | 'tell' | 'conversationId' | 'runId' | 'lastActivityIdentifier'> & {
    fastForMs: number;
  },
): Promise<void> {
  await sql.query(
    `insert into watches (tenant_id, connection_id, reader, tell, conversation_id, run_id, last_activity_identifier, next_at, fast_until)
     values ($1, $2, $3, $4, $5, $6, $7, now(), now() + make_interval(secs => $8))
     on conflict (tenant_id, connection_id) do update set reader = excluded.reader, tell = excluded.tell, run_id = excluded.run_id,
       conversation_id = excluded.conversation_id, first_cycle_told = false, next_at = now(), fast_until = excluded.fast_until,
       last_activity_identifier = excluded.last_activity_identifier, last_state = null, blind_since = null,
       claimed_until = null, claim = null`,
    [
      watch.tenantId,
      watch.connectionId,
      JSON.stringify(watch.reader),
      JSON.stringify(watch.tell),
      watch.conversationId,
      watch.runId,
      watch.lastActivityIdentifier,
      watch.fastForMs / 1000,
    ],
  );
}

export async function listWatches(sql: Sql, tenantId: string): Promise<Watch[]> {
  return (await sql.query('select * from watches where tenant_id = $1', [tenantId])).map(read);
}

/** Claims what is due for the process in this slot; a claim falls free when the slot is taken, or after `claimMs` unless it is renewed. */
export async function claimDueWatches(
  sql: Sql,
  { claimMs, slot, limit }: { claimMs: number; slot: number; limit: number },
): Promise<Watch[]> {
  const rows = await sql.query(
    `update watches w set claimed_until = now() + make_interval(secs => $1), claim = gen_random_uuid(), claimed_by = $3 from (
       select tenant_id, connection_id from watches
       where next_at <= now() and (claimed_until is null or claimed_until < now()) order by next_at limit $2 for update skip locked) due
     where w.tenant_id = due.tenant_id and w.connection_id = due.connection_id returning w.*`,
    [claimMs / 1000, limit, slot],
  );
  return rows.map(read);
}

type Claimed = Pick<Watch, 'tenantId' | 'connectionId' | 'claim'>;

/** These are still looked at. */
export async function renewClaims(sql: Sql, watches: readonly Claimed[], claimMs: number): Promise<void> {
  await sql.query('update watches set claimed_until = now() + make_interval(secs => $1) where claim = any($2::uuid[])', [
    claimMs / 1000,
    watches.map(({ claim }) => claim),
  ]);
}

/** These are not looked at any more, and nothing was seen: whoever comes next need not wait for their claims to fall free. */
export async function releaseClaims(sql: Sql, watches: readonly Claimed[]): Promise<void> {
  await sql.query('update watches set claimed_until = null, claim = null where claim = any($1::uuid[])', [
    watches.map(({ claim }) => claim),
  ]);
}

/** Locks the watch for a transaction. False: a setup, a sign-in or another process has come after the claim. */
export async function lockClaimed(sql: Sql, { tenantId, connectionId, claim }: Claimed): Promise<boolean> {
  const rows = await sql.query('select 1 from watches where tenant_id = $1 and connection_id = $2 and claim = $3 for update', [
    tenantId,
    connectionId,
    claim,
  ]);
  return rows.length > 0;
}

export interface WatchChange {
  nextInMs: number;
  lastActivityIdentifier?: string;
  lastState?: string;
  firstCycleTold?: boolean;
  blindSince?: 'now' | null;
  reader?: PersonRef;
}

/** What was seen, when to look again; the claim ends. */
export async function changeWatch(sql: Sql, watch: Pick<Watch, 'tenantId' | 'connectionId'>, change: WatchChange): Promise<void> {
  await sql.query(
    `update watches set claimed_until = null, claim = null, next_at = now() + make_interval(secs => $3),
       last_activity_identifier = coalesce($4, last_activity_identifier), last_state = coalesce($5, last_state),
       first_cycle_told = coalesce($6, first_cycle_told),
       blind_since = case when $7 = 'now' then coalesce(blind_since, now()) when $7 = 'clear' then null else blind_since end,
       reader = coalesce($8, reader)
     where tenant_id = $1 and connection_id = $2`,
    [
      watch.tenantId,
      watch.connectionId,
      change.nextInMs / 1000,
      change.lastActivityIdentifier ?? null,
      change.lastState ?? null,
      change.firstCycleTold ?? null,
      change.blindSince === 'now' ? 'now' : change.blindSince === null ? 'clear' : '',
      change.reader ? JSON.stringify(change.reader) : null,
    ],
  );
}

/** Somebody of the tenant signed in: blind watches look at once, with that person's token; what looks now looks in vain. */
export async function wakeBlindWatches(sql: Sql, reader: PersonRef): Promise<number> {
  const rows = await sql.query(
    `update watches set next_at = now(), reader = $2, claimed_until = null, claim = null where tenant_id = $1 and blind_since is not null returning 1`,
    [reader.tenantId, JSON.stringify(reader)],
  );
  return rows.length;
}

export async function removeWatch(sql: Sql, tenantId: string, connectionId: string): Promise<void> {
  await sql.query('delete from watches where tenant_id = $1 and connection_id = $2', [tenantId, connectionId]);
}
