import type { PolicyRunView, RequestRunView } from '../cards/requestViews';
import type { ProvisionRunView, SetupRunView } from '../cards/views';
import type { ProvisionInput, RequestInput } from '../provisioning/provision';
import type { Run } from '../provisioning/runs';
import type { SetupInput, SetupPlan, StopReason } from '../provisioning/setup';
import { findConnection } from '../store/connections';
import { findPolicy } from '../store/policies';
import { findRequestOfActivity } from '../store/requests';
import { listRunPeople } from '../store/runPeople';
import { listSteps } from '../store/runSteps';
import { findNewestRun } from '../store/runs';
import type { Sql } from '../store/sql';
import type { PolicyInput } from './requests/policyRun';
import { readRequestView } from './requests/requestView';

type RunView =
  | ({ kind: 'setup' } & SetupRunView)
  | ({ kind: 'provision' } & ProvisionRunView)
  | ({ kind: 'request' } & RequestRunView)
  | ({ kind: 'policy' } & PolicyRunView);

interface RunViewOptions {
  runExpiresMs: number;
  /** Where an administrator goes when the bot must stop: the app's provisioning page in the Entra portal. */
  portalUrl: (servicePrincipalId: string, appId: string | null) => string | null;
}

/** The newest attempt of a subject as its card shows it; all from rows, so any process can draw it at any time. */
export async function readRunView(sql: Sql, subject: string, options: RunViewOptions): Promise<RunView | undefined> {
  const run = await findNewestRun(sql, subject);
  if (!run) return undefined;
  switch (run.kind) {
    case 'setup':
      return setupView(sql, run, options);
    case 'provision':
      return provisionView(sql, run);
    case 'request':
      return requestView(sql, run);
    case 'policy':
      return policyView(sql, run);
  }
}

/** A request's first card; once frozen, the request itself as its requester sees it. */
async function requestView(sql: Sql, run: Run): Promise<RunView> {
  const { connectionId } = run.input as RequestInput;
  const connection = await findConnection(sql, run.tenantId, connectionId);
  const made = await findRequestOfActivity(sql, run.tenantId, run.runId);
  return {
    kind: 'request',
    runId: run.runId,
    connectionName: connection?.appDisplayName ?? connectionId,
    state: run.state,
    waitingFor: run.waitingFor,
    people: await listRunPeople(sql, run.runId),
    failure: run.failure,
    request: made
      ? ((await readRequestView(sql, run.tenantId, made.requestId, { objectId: run.requestedBy.objectId })) ?? null)
      : null,
  };
}

async function policyView(sql: Sql, run: Run): Promise<RunView> {
  const { policy } = run.input as PolicyInput;
  const connection = await findConnection(sql, run.tenantId, policy.connectionId);
  const inForce = await findPolicy(sql, run.tenantId, policy.connectionId);
  return {
    kind: 'policy',
    runId: run.runId,
    connectionId: policy.connectionId,
    organizationId: connection?.organizationId ?? policy.connectionId,
    appDisplayName: connection?.appDisplayName ?? '',
    state: run.state,
    waitingFor: run.waitingFor,
    failure: run.failure,
    policy: inForce?.policy ?? null,
  };
}

async function setupView(sql: Sql, run: Run, { runExpiresMs, portalUrl }: RunViewOptions): Promise<RunView> {
  const input = run.input as SetupInput;
  const plan = run.plan as SetupPlan | null;
  const stop = run.stop as { reason: StopReason; facts: Record<string, string> } | null;
  const steps = await listSteps(sql, run.runId);
  const app = steps.find(({ name }) => name === 'findApp')?.proof?.facts.displayName;
  return {
    kind: 'setup',
    runId: run.runId,
    organizationId: input.organizationId,
    appDisplayName: plan?.appDisplayName ?? (typeof app === 'string' ? app : input.appDisplayName),
    actingAs: run.actingAs.displayName,
    state: run.state,
    waitingFor: run.waitingFor,
    cancelling: run.mode === 'undo' || (run.cancelRequestedAt !== null && run.endedAt === null),
    steps,
    plan,
    stop,
    failure: run.failure,
    canStartWithoutTest: run.state === 'failed' && run.failure?.code === 'test_person_not_provisioned',
    portalUrl: portalUrl(input.servicePrincipalId, plan?.appId ?? null),
    expiresAt:
      run.state === 'waiting' || run.state === 'failed' ? new Date(Date.parse(run.createdAt) + runExpiresMs).toISOString() : null,
  };
}

async function provisionView(sql: Sql, run: Run): Promise<RunView> {
  const { connectionId } = run.input as ProvisionInput;
  const [connection, people] = [await findConnection(sql, run.tenantId, connectionId), await listRunPeople(sql, run.runId)];
  const isMoving = run.state === 'requested' || run.state === 'running';
  return {
    kind: 'provision',
    runId: run.runId,
    connectionName: connection?.appDisplayName ?? connectionId,
    actingAs: run.actingAs.displayName,
    state: run.state,
    waitingFor: run.waitingFor,
    cancelling: run.cancelRequestedAt !== null && run.endedAt === null,
    people:
      people.length > 0
        ? people.map((person) => (isMoving ? person : { ...person, doing: null }))
        : (run.input as ProvisionInput).people.map((asked) => ({
            asked,
            objectId: null,
            displayName: null,
            userPrincipalName: null,
            outcome: null,
            doing: 'looking' as const,
            waitUntil: null,
            assignedThrough: null,
          })),
    failure: run.failure,
  };
}
