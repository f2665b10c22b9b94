import { randomUUID } from 'node:crypto';
import type { PersonRef } from '../provisioning/people';
import { iso, type Sql } from './sql';

export type PendingReason = 'sign_in' | 'install';

/** A command that waits for its person to sign in, or to add the app to their personal chat. */
interface PendingCommand {
  pendingId: string;
  person: PersonRef;
  conversationId: string;
  activityId: string;
  waitsFor: PendingReason;
  /** As the Teams edge wants it back; no secret may be in it. */
  command: unknown;
  createdAt: string;
}

/** A repeat of the same activity is kept once; one that is being carried out and must wait again, waits again. */
export async function putPendingCommand(sql: Sql, pending: Omit<PendingCommand, 'pendingId' | 'createdAt'>): Promise<void> {
  const { tenantId, objectId } = pending.person;
  const waiting = await sql.query(
    `update pending_commands set taken_at = null
     where tenant_id = $1 and object_id = $2 and activity_id = $3 and waits_for = $4 returning 1`,
    [tenantId, objectId, pending.activityId, pending.waitsFor],
  );
  if (waiting.length > 0) return;
  await sql.query(
    `insert into pending_commands (tenant_id, pending_id, object_id, person, conversation_id, activity_id, waits_for, command)
     select $1, $2, $3, $4, $5, $6, $7, $8
     where not exists (select 1 from pending_commands where tenant_id = $1 and object_id = $3 and activity_id = $6 and waits_for = $7)`,
    [
      tenantId,
      randomUUID(),
      objectId,
      JSON.stringify(pending.person),
      pending.conversationId,
      pending.activityId,
      pending.waitsFor,
      JSON.stringify(pending.command),
    ],
  );
}

/** Whoever took a command and did not end it within this time has died with it. */
const TAKEN_SECONDS = 60;

/** Takes what waits for this reason, oldest first; a second taker gets nothing. Each stays a row until `endPendingCommand`. */
export async function takePendingCommands(
  sql: Sql,
  person: Pick<PersonRef, 'tenantId' | 'objectId'>,
  waitsFor: PendingReason,
): Promise<PendingCommand[]> {
  const rows = await sql.query(
    `update pending_commands set taken_at = now() where tenant_id = $1 and object_id = $2 and waits_for = $3
       and (taken_at is null or taken_at < now() - make_interval(secs => $4)) returning *`,
    [person.tenantId, person.objectId, waitsFor, TAKEN_SECONDS],
  );
  return rows.map(read).sort((a, b) => a.createdAt.localeCompare(b.createdAt));
}

/** Carried out. One that waits again meanwhile stays. */
export async function endPendingCommand(sql: Sql, { person, pendingId }: PendingCommand): Promise<void> {
  await sql.query('delete from pending_commands where tenant_id = $1 and pending_id = $2 and taken_at is not null', [
    person.tenantId,
    pendingId,
  ]);
}

/** Taken by a process that did not live to carry it out. */
export async function listLeftCommands(sql: Sql): Promise<PendingCommand[]> {
  const rows = await sql.query(`select * from pending_commands where taken_at < now() - make_interval(secs => $1)`, [
    TAKEN_SECONDS,
  ]);
  return rows.map(read);
}

/** *Cancel* on a sign-in: forgets what waits. Gives how many. */
export async function dropPendingCommands(
  sql: Sql,
  person: Pick<PersonRef, 'tenantId' | 'objectId'>,
  waitsFor: PendingReason,
): Promise<number> {
  const rows = await sql.query(
    'delete from pending_commands where tenant_id = $1 and object_id = $2 and waits_for = $3 and taken_at is null returning 1',
    [person.tenantId, person.objectId, waitsFor],
  );
  return rows.length;
}

function read(row: Record<string, unknown>): PendingCommand {
  return {
    pendingId: String(row.pending_id),
    person: row.person as PersonRef,
    conversationId: String(row.conversation_id),
    activityId: String(row.activity_id),
    waitsFor: row.waits_for as PendingReason,
    command: row.command,
    createdAt: iso(row.created_at),
  };
}
