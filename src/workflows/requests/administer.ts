import { StepFailedError } from '../../errors';
import type { ProvisionInput, RequestInput } from '../../provisioning/provision';
import type { DecisionRefusal } from '../../provisioning/requests';
import type { Run } from '../../provisioning/runs';
import type { AuditLog } from '../../store/audit';
import { moveMessage, wantMessage } from '../../store/messages';
import { changeRequestState, lockRequest, type StoredRequest } from '../../store/requests';
import { changeRunState, findNewestRun, findRun, insertRun, tenantOf } from '../../store/runs';
import type { Sql } from '../../store/sql';
import type { WorkflowDeps } from '../deps';
import type { Click } from '../runCommands';
import { runTag } from '../runStep';
import { redrawRequestCards } from './requestCards';
import { requestEntry } from './requestEntry';

/** The run to start; undefined: there is one already. */
type Opened = { runId: string | undefined } | { kind: 'refused'; why: DecisionRefusal };

/** Nobody has decided so that something will happen by itself. */
function isFree({ state, actingAs }: StoredRequest): boolean {
  return state === 'requested' || (state === 'approved' && actingAs === null);
}

/** A run of the people of a request, with its requester's own right. The request stays as it is until the run has proven that right. */
export async function openInsteadOfRequest(sql: Sql, audit: AuditLog, click: Click, requestId: string): Promise<Opened> {
  const { person } = click;
  const request = await lockRequest(sql, person.tenantId, requestId);
  if (!request) return { kind: 'refused', why: 'request_unknown' };
  if (request.requestedBy.objectId !== person.objectId) return { kind: 'refused', why: 'not_yours' };
  if (request.kind !== 'provision' || !isFree(request)) return { kind: 'refused', why: 'already_ended' };
  const { connectionId, conversationId, frozen } = request; // a click in a channel is no reason to run there
  const subject = `provision:${person.tenantId}:${connectionId}:instead-${requestId}`;
  const runId = await insertNext(sql, audit, click, conversationId, subject, {
    connectionId,
    people: frozen.people.map(({ objectId }) => objectId),
    insteadOf: requestId,
  });
  if (runId) await wantMessage(sql, { tenantId: person.tenantId, tag: runTag(subject), conversationId, fresh: true });
  return { runId };
}

/** The same where nothing could be frozen: the run that could not is closed, and its card goes on with the new one. */
export async function openInsteadOfRun(sql: Sql, audit: AuditLog, click: Click, runId: string): Promise<Opened> {
  const { person } = click;
  const failed = runId.split(':')[1] === person.tenantId ? await findRun(sql, runId) : undefined;
  if (failed?.kind !== 'request') return { kind: 'refused', why: 'request_unknown' };
  if (failed.requestedBy.objectId !== person.objectId) return { kind: 'refused', why: 'not_yours' };
  if (failed.state !== 'failed' || !(await changeRunState(sql, runId, { state: 'replaced' })))
    return { kind: 'refused', why: 'already_ended' };
  const { connectionId, people } = failed.input as RequestInput;
  const subject = `provision:${person.tenantId}:${connectionId}:instead-${failed.subject.split(':').slice(3).join(':')}`;
  const input = { connectionId, people, insteadOf: runId };
  const opened = await insertNext(sql, audit, click, failed.conversationId, subject, input);
  await moveMessage(sql, person.tenantId, runTag(failed.subject), runTag(subject));
  return { runId: opened };
}

/** The next attempt at the subject, unless one is open. */
async function insertNext(
  sql: Sql,
  audit: AuditLog,
  { person, activityId }: Click,
  conversationId: string,
  subject: string,
  input: ProvisionInput,
): Promise<string | undefined> {
  const tenantId = tenantOf(subject);
  const newest = await findNewestRun(sql, subject);
  const runId = await insertRun(sql, {
    tenantId,
    subject,
    attempt: (newest?.attempt ?? 0) + 1,
    kind: 'provision',
    requestedBy: person,
    actingAs: person,
    connectionId: input.connectionId,
    conversationId,
    input,
  });
  if (runId)
    await audit.append(sql, {
      tenantId,
      action: 'run.requested',
      actor: person,
      subject,
      facts: { runId, insteadOf: input.insteadOf ?? null, activityId },
    });
  return runId;
}

/**
 * The run has read with its person's token what only an administrator may read: the request in whose place it acts ends before anything
 * changes. @throws StepFailedError `run_cancelled` when somebody decided meanwhile: the request's own run does it then
 */
export async function supersedeByRun({ steps, store, audit, changed }: WorkflowDeps, run: Run): Promise<void> {
  const { insteadOf } = run.input as ProvisionInput;
  if (!insteadOf) return;
  await steps.record('supersedeRequest', async () => {
    const isOurs = await store.transaction(async (sql) => {
      const request = await lockRequest(sql, run.tenantId, insteadOf);
      if (!request) return true; // nothing was frozen
      if (request.state === 'superseded' && request.runId === run.subject) return true; // a replay
      const change = { state: 'superseded', runId: run.subject } as const;
      if (!isFree(request) || !(await changeRequestState(sql, run.tenantId, insteadOf, change))) return false;
      await redrawRequestCards(sql, request);
      await audit.append(
        sql,
        requestEntry(request, 'request.superseded', run.actingAs, { number: request.number, runId: run.runId }),
      );
      return true;
    });
    changed();
    if (!isOurs) throw new StepFailedError('run_cancelled');
  });
}
