import type { PersonRef } from '../provisioning/people';
import {
  type Failure,
  isOpenRun,
  RUN_TRANSITIONS,
  type Run,
  type RunKind,
  type RunState,
  type WaitingFor,
} from '../provisioning/runs';
import { iso, isoOrNull, type Sql } from './sql';

/** `setup:<tenant>:<organization>`, `provision:<tenant>:<connection>:<activity>`: the tenant is always the second part. */
export function tenantOf(subjectOrRunId: string): string {
  const tenantId = subjectOrRunId.split(':')[1];
  if (!tenantId) throw new Error(`no tenant in ${subjectOrRunId}`);
  return tenantId;
}

export interface NewRun {
  tenantId: string;
  subject: string;
  attempt: number;
  kind: RunKind;
  mode?: Run['mode'];
  requestedBy: PersonRef;
  actingAs: PersonRef;
  connectionId: string | null;
  conversationId: string;
  input: unknown;
  plan?: unknown;
  planConfirmed?: boolean;
}

function read(row: Record<string, unknown>): Run {
  return {
    runId: String(row.run_id),
    tenantId: String(row.tenant_id),
    subject: String(row.subject),
    attempt: Number(row.attempt),
    kind: row.kind as RunKind,
    mode: row.mode as Run['mode'],
    state: row.state as RunState,
    waitingFor: row.waiting_for as WaitingFor | null,
    requestedBy: row.requested_by as PersonRef,
    actingAs: row.acting_as as PersonRef,
    connectionId: row.connection_id as string | null,
    conversationId: String(row.conversation_id),
    input: row.input,
    plan: row.plan,
    stop: row.stop,
    planConfirmedAt: isoOrNull(row.plan_confirmed_at),
    cancelRequestedAt: isoOrNull(row.cancel_requested_at),
    failure: row.failure as Failure | null,
    createdAt: iso(row.created_at),
    endedAt: isoOrNull(row.ended_at),
  };
}

/** Inserts an attempt and gives its run id; undefined when the subject has an open run already, or this attempt exists. */
export async function insertRun(sql: Sql, run: NewRun): Promise<string | undefined> {
  const runId = `${run.subject}:${run.attempt}`;
  const rows = await sql.query(
    `insert into runs (tenant_id, run_id, subject, attempt, kind, mode, state, requested_by, acting_as, connection_id, conversation_id,
       input, plan, plan_confirmed_at)
     values ($1, $2, $3, $4, $5, $6, 'requested', $7, $8, $9, $10, $11, $12, case when $13 then now() end)
     on conflict do nothing returning run_id`,
    [
      run.tenantId,
      runId,
      run.subject,
      run.attempt,
      run.kind,
      run.mode ?? 'go',
      JSON.stringify(run.requestedBy),
      JSON.stringify(run.actingAs),
      run.connectionId,
      run.conversationId,
      JSON.stringify(run.input),
      run.plan === undefined || run.plan === null ? null : JSON.stringify(run.plan),
      run.planConfirmed === true,
    ],
  );
  return rows.length > 0 ? runId : undefined;
}

/** Attempt n+1, like n but for the change. Its plan counts as confirmed when that of n did. */
export function insertNextAttempt(sql: Sql, run: Run, change: Partial<NewRun> = {}): Promise<string | undefined> {
  const { tenantId, subject, kind, mode, requestedBy, actingAs, connectionId, conversationId, input, plan } = run;
  return insertRun(sql, {
    ...{ tenantId, subject, kind, mode, requestedBy, actingAs, connectionId, conversationId, input, plan },
    attempt: run.attempt + 1,
    planConfirmed: run.planConfirmedAt !== null,
    ...change,
  });
}

export async function findRun(sql: Sql, runId: string): Promise<Run | undefined> {
  const [row] = await sql.query('select * from runs where tenant_id = $1 and run_id = $2', [tenantOf(runId), runId]);
  return row && read(row);
}

/** The newest attempt at a subject. */
export async function findNewestRun(sql: Sql, subject: string): Promise<Run | undefined> {
  const [row] = await sql.query('select * from runs where tenant_id = $1 and subject = $2 order by attempt desc limit 1', [
    tenantOf(subject),
    subject,
  ]);
  return row && read(row);
}

/** Runs in these states, oldest change first; `olderThanMs` counts from their last change of state. */
export async function listRunsInStates(sql: Sql, states: readonly RunState[], olderThanMs = 0, limit = 200): Promise<Run[]> {
  const rows = await sql.query(
    `select * from runs where state = any($1) and state_changed_at <= now() - make_interval(secs => $2) order by state_changed_at limit $3`,
    [states, olderThanMs / 1000, limit],
  );
  return rows.map(read);
}

export async function listWaitingRuns(
  sql: Sql,
  person: Pick<PersonRef, 'tenantId' | 'objectId'>,
  waitingFor: WaitingFor,
): Promise<Run[]> {
  const rows = await sql.query(
    `select * from runs where tenant_id = $1 and state = 'waiting' and waiting_for = $2 and acting_as->>'objectId' = $3 order by created_at`,
    [person.tenantId, waitingFor, person.objectId],
  );
  return rows.map(read);
}

export interface RunChange {
  state: RunState;
  waitingFor?: WaitingFor;
  failure?: Failure;
}

/**
 * Changes the state if the run is in a state that may change so. Gives false when it was not: somebody else was first.
 */
export async function changeRunState(sql: Sql, runId: string, change: RunChange): Promise<boolean> {
  const from = (Object.keys(RUN_TRANSITIONS) as RunState[]).filter((state) => RUN_TRANSITIONS[state].includes(change.state));
  const ended = !isOpenRun(change.state);
  const rows = await sql.query(
    `update runs set state = $3, waiting_for = $4, failure = coalesce($5, failure), failed_step = coalesce($6, failed_step), state_changed_at = now(),
       ended_at = case when $7 then now() end
     where tenant_id = $1 and run_id = $2 and state = any($8) returning 1`,
    [
      tenantOf(runId),
      runId,
      change.state,
      change.waitingFor ?? null,
      change.failure ? JSON.stringify(change.failure) : null,
      change.failure?.step ?? null,
      ended,
      from,
    ],
  );
  return rows.length > 0;
}

export async function savePlan(sql: Sql, runId: string, plan: unknown, stop: unknown = null): Promise<void> {
  await sql.query(`update runs set plan = $3, stop = $4, plan_confirmed_at = null where tenant_id = $1 and run_id = $2`, [
    tenantOf(runId),
    runId,
    plan === null ? null : JSON.stringify(plan),
    stop === null ? null : JSON.stringify(stop),
  ]);
}

/** True for the click that made the request; a second one changes nothing. */
export async function requestCancel(sql: Sql, runId: string): Promise<boolean> {
  const rows = await sql.query(
    `update runs set cancel_requested_at = now() where tenant_id = $1 and run_id = $2 and cancel_requested_at is null returning 1`,
    [tenantOf(runId), runId],
  );
  return rows.length > 0;
}

export async function isCancelRequested(sql: Sql, runId: string): Promise<boolean> {
  const [row] = await sql.query<{ asked: boolean }>(
    'select cancel_requested_at is not null as asked from runs where tenant_id = $1 and run_id = $2',
    [tenantOf(runId), runId],
  );
  return row?.asked === true;
}
