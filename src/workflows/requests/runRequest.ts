import type { Facts } from '../../errors';
import type { Connection } from '../../provisioning/connections';
import type { PersonRef } from '../../provisioning/people';
import { isGood, type PersonOutcome, type ProvisionInput } from '../../provisioning/provision';
import {
  endOfRequest,
  type Frozen,
  findMaterialChanges,
  type MaterialChange,
  type RequestState,
} from '../../provisioning/requests';
import type { Run } from '../../provisioning/runs';
import type { SetupInput } from '../../provisioning/setup';
import { findPerson } from '../../store/people';
import { changeRequestState, findRequest, type StoredRequest } from '../../store/requests';
import { listViewers } from '../../store/requestViewers';
import { endUnreached, listRunPeople } from '../../store/runPeople';
import { insertRun } from '../../store/runs';
import type { Sql } from '../../store/sql';
import type { WorkflowDeps } from '../deps';
import type { SeenPerson } from '../provision/see';
import { subjectOf } from '../runStep';
import { redrawRequestCards, tellViewer } from './requestCards';
import { requestEntry } from './requestEntry';
import { openSetupRun } from './setupApproval';

export function requestSubject(request: Pick<StoredRequest, 'tenantId' | 'connectionId' | 'requestId'>): string {
  return `provision:${request.tenantId}:${request.connectionId}:request-${request.requestId}`;
}

/**
 * Approved and with an actor: the request becomes running and its run's row is written, in one transaction. Gives the run to start;
 * undefined when somebody was first, or when what waited for the approval is gone: then the request ends as failed. Called by the
 * decide run and by the sweep.
 */
export async function openRequestRun(
  { store, audit, changed }: Pick<WorkflowDeps, 'store' | 'audit' | 'changed'>,
  tenantId: string,
  requestId: string,
): Promise<Pick<Run, 'runId' | 'kind'> | undefined> {
  let kind: Run['kind'] = 'provision';
  const runId = await store.transaction(async (sql) => {
    const request = await findRequest(sql, tenantId, requestId);
    if (!request?.actingAs) return undefined;
    kind = request.kind;
    const subject = request.kind === 'setup' ? subjectOf(request.activityId) : requestSubject(request);
    if (!(await changeRequestState(sql, tenantId, requestId, { state: 'running', runId: subject }))) return undefined;
    await redrawRequestCards(sql, request);
    const inserted =
      request.kind === 'setup'
        ? await openSetupRun({ audit }, sql, request)
        : await insertProvisionRun(sql, request, request.actingAs, subject);
    if (!inserted) {
      await endRequestAs({ audit }, sql, request, 'failed', request.actingAs, { runId: subject, code: 'run_gone' });
      return undefined;
    }
    await audit.append(sql, requestEntry(request, 'request.running', request.actingAs, { runId: inserted, hash: request.hash }));
    return inserted;
  });
  changed();
  return runId ? { runId, kind } : undefined;
}

function insertProvisionRun(sql: Sql, request: StoredRequest, actingAs: PersonRef, subject: string): Promise<string | undefined> {
  const input: ProvisionInput = {
    connectionId: request.connectionId,
    people: request.frozen.people.map(({ objectId }) => objectId),
    requestId: request.requestId,
  };
  return insertRun(sql, {
    tenantId: request.tenantId,
    subject,
    attempt: 1,
    kind: 'provision',
    requestedBy: request.requestedBy,
    actingAs,
    connectionId: request.connectionId,
    conversationId: request.conversationId,
    input,
  });
}

/** The frozen preview as it would be now, from what the acting approver's token read. */
export function frozenNow(connection: Connection, seen: readonly SeenPerson[], appRole: string): Frozen {
  return {
    connection: connection.connectionId,
    servicePrincipal: connection.servicePrincipalId,
    job: connection.jobId ?? '',
    appRole,
    people: seen.flatMap(({ person, assignment }) =>
      person
        ? [
            {
              objectId: person.objectId,
              displayName: person.displayName,
              userPrincipalName: person.userPrincipalName,
              mail: person.mail,
              enabled: person.accountEnabled,
              userType: person.userType,
              assigned: assignment !== null,
            },
          ]
        : [],
    ),
  };
}

export function changesSince(request: StoredRequest, now: Frozen): MaterialChange[] {
  return findMaterialChanges(request.frozen, now);
}

/**
 * Written with the end of the run that carries it out: the request gets its final state, everybody concerned hears it.
 * @param actor - who ended the run; by default whose token acts
 */
export async function endRequest(
  { audit }: Pick<WorkflowDeps, 'audit'>,
  sql: Sql,
  run: Run,
  failure: { code: string } | null,
  actor: PersonRef | null = run.actingAs,
): Promise<void> {
  const { requestId } = run.input as ProvisionInput;
  const request = requestId ? await findRequest(sql, run.tenantId, requestId) : undefined;
  if (!request) return;
  if (failure) await endUnreached(sql, run.runId);
  const outcomes = (await listRunPeople(sql, run.runId)).map(({ outcome }) => outcome);
  const state = failure && !outcomes.some(isGood) ? 'failed' : endOfRequest(outcomes);
  const good = outcomes.filter(isGood).length;
  const facts = { runId: run.runId, code: failure?.code ?? null, changeIds: changeIds(outcomes), good, people: outcomes.length };
  await endRequestAs({ audit }, sql, request, state, actor, facts, outcomes);
}

/** The setup that a request let act ended: so does the request. */
export async function endSetupRequest(
  deps: Pick<WorkflowDeps, 'audit'>,
  sql: Sql,
  run: Run,
  failure: { code: string } | null,
): Promise<void> {
  const { requestId } = run.input as SetupInput;
  const request = requestId ? await findRequest(sql, run.tenantId, requestId) : undefined;
  if (!request) return;
  const facts = { runId: run.runId, code: failure?.code ?? null };
  await endRequestAs(deps, sql, request, failure ? 'failed' : 'done', run.actingAs, facts);
}

/** The end of a request, unless it has ended: its cards are drawn anew, its requester hears it unless they took it back, the audit has it. */
export async function endRequestAs(
  { audit }: Pick<WorkflowDeps, 'audit'>,
  sql: Sql,
  request: StoredRequest,
  state: RequestState,
  actor: PersonRef | null,
  facts: Facts,
  outcomes?: readonly (PersonOutcome | null)[],
): Promise<void> {
  const { tenantId, requestId } = request;
  if (!(await changeRequestState(sql, tenantId, requestId, { state }))) return;
  await redrawRequestCards(sql, request);
  const isTheirs = state === 'withdrawn' && actor?.objectId === request.requestedBy.objectId;
  if (!isTheirs) await tellEnd(sql, request, state, outcomes);
  await audit.append(sql, requestEntry(request, `request.${state}`, actor, facts));
}

function changeIds(outcomes: readonly (PersonOutcome | null)[]): string {
  return outcomes
    .flatMap((outcome) => (outcome && 'changeId' in outcome && outcome.changeId ? [outcome.changeId] : []))
    .join(' ');
}

/** The requester always hears how it ended; approvers see it on their own copies. */
export async function tellEnd(
  sql: Sql,
  request: StoredRequest,
  state: string,
  outcomes: readonly (PersonOutcome | null)[] = request.frozen.people.map(() => null),
): Promise<void> {
  const requester = await findPerson(sql, request.tenantId, request.requestedBy.objectId);
  const viewers = await listViewers(sql, request.tenantId, request.requestId);
  const conversationId = requester?.personalConversationId ?? viewers.find(({ role }) => role === 'requester')?.conversationId;
  if (!conversationId) return;
  await tellViewer(sql, request, conversationId, state, {
    kind: 'request_ended',
    requestId: request.requestId,
    organizationId: request.connectionId,
    appDisplayName: '',
    number: request.number,
    isSetup: request.kind === 'setup',
    state,
    good: outcomes.filter(isGood).length,
    people: outcomes.length,
  });
}
