import { randomUUID } from 'node:crypto';
import type { Connection } from '../../provisioning/connections';
import type { PersonRef } from '../../provisioning/people';
import { approversOf, type Policy } from '../../provisioning/policy';
import type { Frozen } from '../../provisioning/requests';
import type { Run } from '../../provisioning/runs';
import { samePlan } from '../../provisioning/samePlan';
import type { SetupInput, SetupPlan } from '../../provisioning/setup';
import { findConnection } from '../../store/connections';
import { wantAgain } from '../../store/messages';
import { findPolicy } from '../../store/policies';
import { findRequest, insertRequest, type StoredRequest } from '../../store/requests';
import { insertViewers, type RequestViewer } from '../../store/requestViewers';
import { forgetEffects, listEffects } from '../../store/runEffects';
import { changeRunState, findNewestRun, insertNextAttempt } from '../../store/runs';
import type { Sql } from '../../store/sql';
import type { WorkflowDeps } from '../deps';
import { runEntry } from '../runEntry';
import { runTag, subjectOf } from '../runStep';
import { decidersOf, demandDeciders, hashOf, reachableApprovers, tellUnreachable, viewersOf } from './approvers';
import { postRequestCards } from './requestCards';
import { requestEntry } from './requestEntry';
import { supersede } from './supersede';

/**
 * Where the connection's policy demands a second administrator for a setup: what makes the request for the plan that was just
 * confirmed. It is written with the end of the run, which then waits: nobody can decide before the run is there to go on, and the
 * sealed token stays as long as the request. null: no approval is needed.
 */
export async function approvalToAskFor(
  deps: WorkflowDeps,
  run: Run,
  input: SetupInput,
  plan: SetupPlan,
): Promise<((sql: Sql) => Promise<void>) | null> {
  const { steps, store, entraFor } = deps;
  const demanding = await steps.record('readSetupPolicy', async () => {
    const approved = input.requestId ? await findRequest(store, run.tenantId, input.requestId) : undefined;
    const isApproved = approved?.state === 'running' && approved.frozen.plan && samePlan(approved.frozen.plan, plan);
    if (isApproved) return null; // just this plan was approved, and no attempt at it has ended yet
    const stored = await findPolicy(store, run.tenantId, input.organizationId);
    return stored?.policy.setupNeedsApproval ? stored.policy : null;
  });
  const connection =
    demanding &&
    (await steps.record(
      'readSetupConnection',
      async () => (await findConnection(store, run.tenantId, input.organizationId)) ?? null,
    ));
  if (!demanding || !connection) return null;
  const policy = ofSetup(demanding);
  const members = await steps.record('seeApprovers', () => decidersOf(entraFor(run.actingAs), policy));
  const reachable = await reachableApprovers(deps, run, policy, members);
  await steps.record('askForApproval', () => demandDeciders(deps, run, connection, policy, { members, reachable, people: 1 }));
  const viewers = viewersOf(run.requestedBy, run.conversationId, policy, approversOf(policy, members), reachable);
  return (sql) => makeRequest(deps, sql, run, { frozen: frozenSetup(connection, plan), policy, viewers });
}

/** A setup needs one more administrator, whatever the policy says of requests for people. */
function ofSetup(policy: Policy): Policy {
  return { ...policy, selfApproval: false, approvals: [{ upTo: null, needed: 1 }] };
}

function frozenSetup({ connectionId }: Connection, plan: SetupPlan): Frozen {
  const { servicePrincipalId, jobId, appRoleId, testPerson, assignTestPerson } = plan;
  const { objectId, displayName, userPrincipalName, mail, accountEnabled, userType } = testPerson;
  return {
    connection: connectionId,
    servicePrincipal: servicePrincipalId,
    job: jobId ?? '',
    appRole: appRoleId,
    people: [{ objectId, displayName, userPrincipalName, mail, enabled: accountEnabled, userType, assigned: !assignTestPerson }],
    plan,
  };
}

async function makeRequest(
  deps: WorkflowDeps,
  sql: Sql,
  run: Run,
  { frozen, policy, viewers }: { frozen: Frozen; policy: Policy; viewers: readonly RequestViewer[] },
): Promise<void> {
  const { requestId } = run.input as SetupInput;
  const before = requestId ? await findRequest(sql, run.tenantId, requestId) : undefined; // it failed, or another plan was approved
  const request = await insertRequest(sql, {
    requestId: randomUUID(),
    tenantId: run.tenantId,
    kind: 'setup',
    connectionId: frozen.connection,
    frozen,
    hash: hashOf(frozen),
    reason: null,
    requestedBy: run.requestedBy,
    approvalsNeeded: 1,
    selfApproval: false,
    autoApproved: false,
    policyVersion: policy.version,
    conversationId: run.conversationId,
    activityId: run.runId,
    supersedes: before?.number ?? null,
    runId: run.subject,
    lifetimeMs: policy.lifetimeMs,
    remindAfterMs: policy.remindAfterMs,
    escalateAfterMs: policy.escalation?.afterMs ?? null,
  });
  await insertViewers(sql, run.tenantId, request.requestId, viewers);
  await postRequestCards(sql, request);
  await tellUnreachable(sql, request, viewers);
  await supersede(deps, sql, request);
  const facts = { number: request.number, hash: request.hash, setup: true, runId: run.runId };
  await deps.audit.append(sql, requestEntry(request, 'request.made', run.requestedBy, facts));
}

/** Approved: the waiting attempt is replaced by one that acts with the approver's token. Gives the run to start. */
export async function openSetupRun(
  { audit }: Pick<WorkflowDeps, 'audit'>,
  sql: Sql,
  request: StoredRequest,
): Promise<string | undefined> {
  const waiting = await findNewestRun(sql, subjectOf(request.activityId));
  if (!waiting || !request.actingAs || waiting.waitingFor !== 'approval') return undefined;
  if (!(await changeRunState(sql, waiting.runId, { state: 'replaced' }))) return undefined;
  await wantAgain(sql, request.tenantId, runTag(waiting.subject));
  const runId = await insertNextAttempt(sql, waiting, {
    actingAs: request.actingAs,
    input: { ...(waiting.input as SetupInput), requestId: request.requestId },
    planConfirmed: true,
  });
  if (runId)
    await audit.append(sql, runEntry({ ...waiting, runId }, 'run.replaced', { replaced: waiting.runId }, request.actingAs));
  return runId;
}

/**
 * The request ended without an approval: the setup closes with it, and its sealed token goes. What an earlier attempt made is taken
 * back when somebody said no; when the time ran out it stays, as after any setup that nobody went on with.
 * @param actor - who ended the request; null: its time ran out
 */
export async function closeSetupOf(
  { secrets, audit }: Pick<WorkflowDeps, 'secrets' | 'audit'>,
  sql: Sql,
  request: StoredRequest,
  actor: PersonRef | null,
): Promise<void> {
  if (request.kind !== 'setup') return;
  const waiting = await findNewestRun(sql, subjectOf(request.activityId));
  if (waiting?.state !== 'waiting' || waiting.waitingFor !== 'approval') return;
  const isUndone = actor !== null && Object.keys(await listEffects(sql, waiting.subject)).length > 0;
  const state = actor === null ? 'expired' : isUndone ? 'replaced' : 'cancelled';
  if (!(await changeRunState(sql, waiting.runId, { state }))) return;
  if (isUndone)
    await insertNextAttempt(sql, waiting, { mode: 'undo' }); // the sweep starts it
  else await forgetEffects(sql, waiting.subject); // what stays is no later setup's to take back
  await secrets.destroyOfSubject(sql, waiting.tenantId, waiting.subject);
  await wantAgain(sql, waiting.tenantId, runTag(waiting.subject));
  await audit.append(
    sql,
    runEntry(waiting, isUndone ? 'run.cancelRequested' : `run.${state}`, { number: request.number }, actor),
  );
}
