import type { PersonRef } from '../provisioning/people';
import {
  type Frozen,
  isFinalRequest,
  type ProvisionRequest,
  REQUEST_TRANSITIONS,
  type RequestState,
} from '../provisioning/requests';
import { iso, isoOrNull, type Sql } from './sql';

export interface StoredRequest extends ProvisionRequest {
  selfApproval: boolean;
  /** Where it was asked for. */
  conversationId: string;
  activityId: string;
}

type NewRequest = Pick<
  StoredRequest,
  | 'requestId'
  | 'tenantId'
  | 'kind'
  | 'connectionId'
  | 'frozen'
  | 'hash'
  | 'reason'
  | 'requestedBy'
  | 'approvalsNeeded'
  | 'selfApproval'
  | 'autoApproved'
  | 'policyVersion'
  | 'conversationId'
  | 'activityId'
  | 'supersedes'
> & { runId: string | null; lifetimeMs: number; remindAfterMs: number; escalateAfterMs: number | null };

function read(row: Record<string, unknown>): StoredRequest {
  return {
    requestId: String(row.request_id),
    tenantId: String(row.tenant_id),
    number: Number(row.number),
    kind: row.kind as StoredRequest['kind'],
    connectionId: String(row.connection_id),
    state: row.state as RequestState,
    frozen: row.frozen as Frozen,
    hash: String(row.hash),
    reason: row.reason as string | null,
    requestedBy: row.requested_by as PersonRef,
    actingAs: row.acting_as as PersonRef | null,
    approvalsNeeded: Number(row.approvals_needed),
    selfApproval: row.self_approval === true,
    autoApproved: row.auto_approved === true,
    policyVersion: Number(row.policy_version),
    runId: row.run_id as string | null,
    supersededBy: row.superseded_by === null ? null : Number(row.superseded_by),
    supersedes: row.supersedes === null ? null : Number(row.supersedes),
    declineReason: row.decline_reason as string | null,
    createdAt: iso(row.created_at),
    expiresAt: iso(row.expires_at),
    endedAt: isoOrNull(row.ended_at),
    conversationId: String(row.conversation_id),
    activityId: String(row.activity_id),
  };
}

/** Inserts a request with the tenant's next number; the same activity on the same connection is the same request. */
export async function insertRequest(sql: Sql, request: NewRequest): Promise<StoredRequest> {
  const [known] = await sql.query('select * from requests where tenant_id = $1 and connection_id = $2 and activity_id = $3', [
    request.tenantId,
    request.connectionId,
    request.activityId,
  ]);
  if (known) return read(known);
  const [next] = await sql.query<{ number: number }>(
    `insert into request_numbers (tenant_id, number) values ($1, 1)
     on conflict (tenant_id) do update set number = request_numbers.number + 1 returning number`,
    [request.tenantId],
  );
  const [row] = await sql.query(
    `insert into requests (tenant_id, request_id, number, kind, connection_id, state, frozen, hash, reason, requested_by, approvals_needed,
       self_approval, auto_approved, policy_version, conversation_id, activity_id, supersedes, run_id, remind_after_ms, next_reminder_at,
       escalate_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19::bigint, now() + make_interval(secs => $19::bigint / 1000.0),
       case when $20::bigint is not null then now() + make_interval(secs => $20::bigint / 1000.0) end, now() + make_interval(secs => $21::bigint / 1000.0))
     returning *`,
    [
      request.tenantId,
      request.requestId,
      next?.number,
      request.kind,
      request.connectionId,
      request.autoApproved ? 'approved' : 'requested',
      JSON.stringify(request.frozen),
      request.hash,
      request.reason,
      JSON.stringify(request.requestedBy),
      request.approvalsNeeded,
      request.selfApproval,
      request.autoApproved,
      request.policyVersion,
      request.conversationId,
      request.activityId,
      request.supersedes,
      request.runId,
      request.remindAfterMs,
      request.escalateAfterMs,
      request.lifetimeMs,
    ],
  );
  return read(row!);
}

export async function findRequest(sql: Sql, tenantId: string, requestId: string): Promise<StoredRequest | undefined> {
  const [row] = await sql.query('select * from requests where tenant_id = $1 and request_id = $2', [tenantId, requestId]);
  return row && read(row);
}

/** Locked until the transaction ends: whoever counts decisions does it alone. */
export async function lockRequest(sql: Sql, tenantId: string, requestId: string): Promise<StoredRequest | undefined> {
  const [row] = await sql.query('select * from requests where tenant_id = $1 and request_id = $2 for update', [
    tenantId,
    requestId,
  ]);
  return row && read(row);
}

export async function findRequestByNumber(sql: Sql, tenantId: string, number: number): Promise<StoredRequest | undefined> {
  const [row] = await sql.query('select * from requests where tenant_id = $1 and number = $2', [tenantId, number]);
  return row && read(row);
}

/** The request that a freezing run made. */
export async function findRequestOfActivity(sql: Sql, tenantId: string, activityId: string): Promise<StoredRequest | undefined> {
  const [row] = await sql.query('select * from requests where tenant_id = $1 and activity_id = $2', [tenantId, activityId]);
  return row && read(row);
}

/** Own requests, and those a person may see in another role; newest first. */
export async function listRequestsFor(
  sql: Sql,
  person: Pick<PersonRef, 'tenantId' | 'objectId'>,
  limit = 20,
): Promise<StoredRequest[]> {
  const rows = await sql.query(
    `select r.* from requests r where r.tenant_id = $1 and exists (
       select 1 from request_viewers v where v.tenant_id = r.tenant_id and v.request_id = r.request_id and v.object_id = $2)
     order by (r.state in ('requested', 'approved', 'running')) desc, r.number desc limit $3`,
    [person.tenantId, person.objectId, limit],
  );
  return rows.map(read);
}

interface RequestChange {
  state: RequestState;
  actingAs?: PersonRef;
  runId?: string;
  declineReason?: string | null;
  supersededBy?: number;
}

/** Changes the state if the request is in one that may change so; false when somebody or something was first. */
export async function changeRequestState(sql: Sql, tenantId: string, requestId: string, change: RequestChange): Promise<boolean> {
  const from = (Object.keys(REQUEST_TRANSITIONS) as RequestState[]).filter((state) =>
    REQUEST_TRANSITIONS[state].includes(change.state),
  );
  const rows = await sql.query(
    `update requests set state = $3, acting_as = coalesce($4, acting_as), run_id = coalesce($5, run_id),
       decline_reason = coalesce($6, decline_reason), superseded_by = coalesce($7, superseded_by), ended_at = case when $8 then now() end
     where tenant_id = $1 and request_id = $2 and state = any($9) returning 1`,
    [
      tenantId,
      requestId,
      change.state,
      change.actingAs ? JSON.stringify(change.actingAs) : null,
      change.runId ?? null,
      change.declineReason ?? null,
      change.supersededBy ?? null,
      isFinalRequest(change.state),
      from,
    ],
  );
  return rows.length > 0;
}

/** The requester asks anew: the old request names the new one. A failed or open one becomes superseded, an ended one stays as it ended. */
export async function supersedeRequest(
  sql: Sql,
  requester: PersonRef,
  number: number,
  by: number,
): Promise<StoredRequest | undefined> {
  const old = await findRequestByNumber(sql, requester.tenantId, number);
  if (!old || old.requestedBy.objectId !== requester.objectId || old.number === by) return undefined;
  const changed = await changeRequestState(sql, old.tenantId, old.requestId, { state: 'superseded', supersededBy: by });
  if (!changed)
    await sql.query('update requests set superseded_by = coalesce(superseded_by, $3) where tenant_id = $1 and request_id = $2', [
      old.tenantId,
      old.requestId,
      by,
    ]);
  return old;
}

/** An auto-approved request gets the approver who runs it; false when one is there already. */
export async function setActor(sql: Sql, tenantId: string, requestId: string, actor: PersonRef): Promise<boolean> {
  const rows = await sql.query(
    `update requests set acting_as = $3 where tenant_id = $1 and request_id = $2 and state = 'approved' and acting_as is null returning 1`,
    [tenantId, requestId, JSON.stringify(actor)],
  );
  return rows.length > 0;
}

/** Approved, with an actor, and no run yet: what a crash between decision and run left. */
export async function listRequestsToRun(sql: Sql, limit = 100): Promise<StoredRequest[]> {
  const rows = await sql.query(
    `select * from requests where state = 'approved' and acting_as is not null order by number limit $1`,
    [limit],
  );
  return rows.map(read);
}

/** For a decision, or, where the policy approved it by itself, for an approver to run it. */
const WAITS_FOR_SOMEBODY = `(state = 'requested' or (state = 'approved' and acting_as is null))`;

/** Their time ran out before somebody decided, or was there to run them; what an approver's click completed is due for its run instead. */
export async function listExpiredRequests(sql: Sql, limit = 100): Promise<StoredRequest[]> {
  const rows = await sql.query(
    `select * from requests where ${WAITS_FOR_SOMEBODY} and expires_at <= now()
     order by expires_at limit $1`,
    [limit],
  );
  return rows.map(read);
}

/** Claims reminders that are due: the next one comes after twice the pause. */
export async function claimReminders(sql: Sql, limit = 100): Promise<StoredRequest[]> {
  const rows = await sql.query(
    `update requests set next_reminder_at = now() + make_interval(secs => remind_after_ms * 2 / 1000.0), remind_after_ms = remind_after_ms * 2
     where (tenant_id, request_id) in (
       select tenant_id, request_id from requests where ${WAITS_FOR_SOMEBODY} and next_reminder_at <= now() and expires_at > now()
       order by next_reminder_at limit $1 for update skip locked) returning *`,
    [limit],
  );
  return rows.map(read);
}

export async function claimEscalations(sql: Sql, limit = 100): Promise<StoredRequest[]> {
  const rows = await sql.query(
    `update requests set escalate_at = null where (tenant_id, request_id) in (
       select tenant_id, request_id from requests where ${WAITS_FOR_SOMEBODY} and escalate_at <= now() and expires_at > now()
       limit $1 for update skip locked) returning *`,
    [limit],
  );
  return rows.map(read);
}

/** People of requests that the policy approved by itself since midnight UTC: what the daily quota counts. */
export async function countAutoApprovedToday(sql: Sql, tenantId: string, connectionId: string): Promise<number> {
  const [row] = await sql.query<{ people: number }>(
    `select coalesce(sum(jsonb_array_length(frozen->'people')), 0)::int as people from requests
     where tenant_id = $1 and connection_id = $2 and auto_approved and created_at >= date_trunc('day', now() at time zone 'utc') at time zone 'utc'`,
    [tenantId, connectionId],
  );
  return row?.people ?? 0;
}

/** Auto-approved and waiting for somebody to run them: the one card *Run N approved requests*. */
export async function listWaitingForActor(sql: Sql, tenantId: string, connectionId: string): Promise<StoredRequest[]> {
  const rows = await sql.query(
    `select * from requests where tenant_id = $1 and connection_id = $2 and state = 'approved' and acting_as is null order by number`,
    [tenantId, connectionId],
  );
  return rows.map(read);
}
