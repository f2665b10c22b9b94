import type { PersonRef } from '../provisioning/people';
import type { Decision, DecisionRefusal, LateFacts, Verdict } from '../provisioning/requests';
import { iso, type Sql } from './sql';

export async function listDecisions(sql: Sql, tenantId: string, requestId: string): Promise<Decision[]> {
  const rows = await sql.query('select * from decisions where tenant_id = $1 and request_id = $2 order by decided_at', [
    tenantId,
    requestId,
  ]);
  return rows.map((row) => ({
    requestId: String(row.request_id),
    actor: row.actor as PersonRef,
    verdict: row.verdict as Verdict,
    reason: row.reason as string | null,
    decidedAt: iso(row.decided_at),
  }));
}

/** One verdict of a person per request, for good. False: there is one already. */
export async function insertDecision(
  sql: Sql,
  decision: Omit<DecisionAttempt, 'conversationId' | 'state' | 'answer' | 'createdAt'>,
): Promise<boolean> {
  const rows = await sql.query(
    `insert into decisions (tenant_id, request_id, object_id, actor, verdict, reason, activity_id) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict do nothing returning 1`,
    [
      decision.tenantId,
      decision.requestId,
      decision.actor.objectId,
      JSON.stringify(decision.actor),
      decision.verdict,
      decision.reason,
      decision.activityId,
    ],
  );
  return rows.length > 0;
}

export type AttemptAnswer =
  | { kind: 'counted'; completes: boolean }
  | { kind: 'declined' }
  | { kind: 'sign_in' }
  | ({ kind: 'refused'; why: DecisionRefusal | 'failed' } & LateFacts);

/** A click that is being checked, or what it came to. */
export interface DecisionAttempt {
  tenantId: string;
  requestId: string;
  actor: PersonRef;
  verdict: Verdict;
  reason: string | null;
  activityId: string;
  conversationId: string;
  state: 'checking' | 'waiting' | 'answered';
  answer: AttemptAnswer | null;
  createdAt: string;
}

/** A click waits for a sign-in no longer than this, as commands do. */
const LONGEST_WAIT_HOURS = 24;

function read(row: Record<string, unknown>): DecisionAttempt {
  return {
    tenantId: String(row.tenant_id),
    requestId: String(row.request_id),
    actor: row.actor as PersonRef,
    verdict: row.verdict as Verdict,
    reason: row.reason as string | null,
    activityId: String(row.activity_id),
    conversationId: String(row.conversation_id),
    state: row.state as DecisionAttempt['state'],
    answer: row.answer as AttemptAnswer | null,
    createdAt: iso(row.created_at),
  };
}

/** Row first: the click is on record before anything is checked. False: this very click is there already (a replay). */
export async function insertAttempt(
  sql: Sql,
  attempt: Omit<DecisionAttempt, 'state' | 'answer' | 'createdAt'>,
): Promise<boolean> {
  const rows = await sql.query(
    `insert into decision_attempts (tenant_id, request_id, object_id, activity_id, actor, verdict, reason, conversation_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing returning 1`,
    [
      attempt.tenantId,
      attempt.requestId,
      attempt.actor.objectId,
      attempt.activityId,
      JSON.stringify(attempt.actor),
      attempt.verdict,
      attempt.reason,
      attempt.conversationId,
    ],
  );
  return rows.length > 0;
}

/** Of `a`: a click of the same person on the same request that came after it. */
const CLICKED_LATER = `select 1 from decision_attempts later where later.tenant_id = a.tenant_id and later.request_id = a.request_id
  and later.object_id = a.object_id and later.created_at > a.created_at`;

export type AttemptKey = Pick<DecisionAttempt, 'tenantId' | 'requestId' | 'activityId'> & { objectId: string };

export async function findAttempt(sql: Sql, key: AttemptKey): Promise<DecisionAttempt | undefined> {
  const [row] = await sql.query(
    'select * from decision_attempts where tenant_id = $1 and request_id = $2 and object_id = $3 and activity_id = $4',
    [key.tenantId, key.requestId, key.objectId, key.activityId],
  );
  return row && read(row);
}

/** The click that is being checked by a workflow of this id. */
export async function findAttemptOfCheck(sql: Sql, workflowId: string): Promise<DecisionAttempt | undefined> {
  const [row] = await sql.query(
    `select * from decision_attempts
     where state = 'checking' and concat_ws(':', 'decide', tenant_id, request_id, object_id, activity_id) = $1 for update`,
    [workflowId],
  );
  return row && read(row);
}

/** The newest click of a person on a request: what their own copy of the card says. */
export async function newestAttempt(
  sql: Sql,
  tenantId: string,
  requestId: string,
  objectId: string,
): Promise<DecisionAttempt | undefined> {
  const [row] = await sql.query(
    `select * from decision_attempts where tenant_id = $1 and request_id = $2 and object_id = $3
     order by created_at desc, length(activity_id) desc limit 1`, // one that went on after a sign-in is as old as the click, and longer
    [tenantId, requestId, objectId],
  );
  return row && read(row);
}

export async function answerAttempt(sql: Sql, key: AttemptKey, answer: AttemptAnswer): Promise<void> {
  await sql.query(
    `update decision_attempts set state = $5, answer = $6, answered_at = now()
     where tenant_id = $1 and request_id = $2 and object_id = $3 and activity_id = $4 and state <> 'answered'`,
    [
      key.tenantId,
      key.requestId,
      key.objectId,
      key.activityId,
      answer.kind === 'sign_in' ? 'waiting' : 'answered',
      JSON.stringify(answer),
    ],
  );
}

/** Clicks whose check has not come to an end: started again by the sweep; ids make that harmless. */
export async function listOpenAttempts(sql: Sql, limit = 200): Promise<DecisionAttempt[]> {
  const rows = await sql.query(`select * from decision_attempts where state = 'checking' order by created_at limit $1`, [limit]);
  return rows.map(read);
}

type Clicker = Pick<PersonRef, 'tenantId' | 'objectId'>;

/** A click that waited for a sign-in, and why it does not go on; null: it does. */
interface WaitingAttempt {
  attempt: DecisionAttempt;
  dropped: 'clicked_again' | 'waited_too_long' | null;
}

/** Clicks that wait for their person's sign-in, locked. Of several on one request only the newest goes on, if nothing came after it. */
export async function listWaitingAttempts(sql: Sql, { tenantId, objectId }: Clicker): Promise<WaitingAttempt[]> {
  const rows = await sql.query(
    `select a.*, case when exists (${CLICKED_LATER}) then 'clicked_again'
       when a.created_at < now() - make_interval(hours => $3) then 'waited_too_long' end as dropped
     from decision_attempts a where a.tenant_id = $1 and a.object_id = $2 and a.state = 'waiting' order by a.created_at for update of a`,
    [tenantId, objectId, LONGEST_WAIT_HOURS],
  );
  return rows.map((row) => ({ attempt: read(row), dropped: row.dropped as WaitingAttempt['dropped'] }));
}

/** The oldest click whose person has not signed in for it in time, locked. */
export async function findAttemptWaitingTooLong(sql: Sql): Promise<DecisionAttempt | undefined> {
  const [row] = await sql.query(
    `select * from decision_attempts where state = 'waiting' and created_at < now() - make_interval(hours => $1)
     order by created_at limit 1 for update skip locked`,
    [LONGEST_WAIT_HOURS],
  );
  return row && read(row);
}

/** A waiting click goes on as a new check, as old as the click itself: what came after it stays the newer one. */
export async function continueAttempt(sql: Sql, key: AttemptKey): Promise<AttemptKey> {
  const of = [key.tenantId, key.requestId, key.objectId, key.activityId];
  const again = { ...key, activityId: `${key.activityId}+` };
  await sql.query(
    `insert into decision_attempts (tenant_id, request_id, object_id, activity_id, actor, verdict, reason, conversation_id, created_at)
     select tenant_id, request_id, object_id, $5, actor, verdict, reason, conversation_id, created_at from decision_attempts
     where tenant_id = $1 and request_id = $2 and object_id = $3 and activity_id = $4 on conflict do nothing`,
    [...of, again.activityId],
  );
  await sql.query(
    `update decision_attempts set state = 'answered' where tenant_id = $1 and request_id = $2 and object_id = $3 and activity_id = $4`,
    of,
  );
  return again;
}

/** A click that waited for a sign-in, after which its person clicked something else on the same request. */
export async function hasChangedMind(sql: Sql, key: AttemptKey): Promise<boolean> {
  const rows = await sql.query(
    `select 1 from decision_attempts a where a.tenant_id = $1 and a.request_id = $2 and a.object_id = $3 and a.activity_id = $4
       and a.activity_id like '%+' and exists (${CLICKED_LATER} and later.verdict <> a.verdict)`,
    [key.tenantId, key.requestId, key.objectId, key.activityId],
  );
  return rows.length > 0;
}
