import { GraphUnreachableError, SignInNeededError } from '../../src/errors';
import type { Run } from '../../src/provisioning/runs';
import { insertAttempt } from '../../src/store/decisions';
import { findRequestOfActivity, type StoredRequest } from '../../src/store/requests';
import { listEffects } from '../../src/store/runEffects';
import { findNewestRun, findRun } from '../../src/store/runs';
import type { Durable } from '../../src/workflows/durable';
import { decideId } from '../../src/workflows/requests/decide';
import { readRequestView } from '../../src/workflows/requests/requestView';
import { keepSlot } from '../../src/workflows/slots';
import { createSweep } from '../../src/workflows/sweep';
import { synchronizationJob } from '../support/fakeEntra';
import { TENANT } from '../support/people';
import { CONNECTION, type RequestBench, startRequestBench } from '../support/requestBench';
import { until } from '../support/until';

/** A run that is closed from outside, by a person, by time or because it was given up, takes its request with it. */
let bench: RequestBench;
let noHook: RequestBench['entra']['before'];
beforeAll(async () => {
  bench = await startRequestBench();
  noHook = bench.entra.before;
});
beforeEach(async () => {
  bench.entra.before = noHook;
  bench.entra.assignments = [];
  bench.entra.jobs = [synchronizationJob({ id: 'job-1', schedule: 'Active', state: 'Active' })];
  bench.entra.secrets = { syncAll: 'false', unknownKeys: [] };
  await bench.test.store.query('delete from policies');
  await bench.test.store.query(`update runs set state = 'done' where subject = $1`, [setupSubject]);
});
afterAll(() => bench.end());

const CONNECTOR_URL = 'https://services.api.unity.com/scim/v2/tenants/1234567890123';
const setupSubject = `setup:${TENANT}:${CONNECTION}`;

/** The plan is confirmed, and the setup waits for its approval. */
async function setupForApproval(): Promise<{ run: Run; request: StoredRequest }> {
  await bench.policy({ setupNeedsApproval: true });
  const confirmed = await bench.commands.confirmPlan({
    activityId: 'click',
    person: bench.person('Alex'),
    runId: await plannedSetup(),
  });
  return waitingForApproval(confirmed);
}
async function plannedSetup(): Promise<string> {
  const setup = await bench.setupInput({ organizationId: CONNECTION, scimConnectorUrl: CONNECTOR_URL, testPersonId: 'alice' });
  const { runId } = accepted(
    await bench.commands.requestSetup({ activityId: 'click', person: bench.person('Alex'), conversationId: 'a:alex', setup }),
  );
  await bench.reaches(runId, 'waiting');
  return runId;
}
async function waitingForApproval(answer: { kind: string }): Promise<{ run: Run; request: StoredRequest }> {
  const run = await bench.reaches(accepted(answer).runId, 'waiting', 'failed');
  expect(run).toMatchObject({ waitingFor: 'approval' });
  return { run, request: (await findRequestOfActivity(bench.test.store, TENANT, run.runId))! };
}
/** A first attempt assigned Alice and failed; the second asks for approval. */
async function halfMadeSetupForApproval(): Promise<{ run: Run; request: StoredRequest }> {
  await bench.policy();
  bench.entra.before = (method, caller) => {
    if (method === 'provisionOnDemand') throw new Error('no answer');
    return noHook(method, caller);
  };
  const started = await bench.commands.confirmPlan({
    activityId: 'click',
    person: bench.person('Alex'),
    runId: await plannedSetup(),
  });
  const failed = await bench.reaches(accepted(started).runId, 'failed');
  bench.entra.before = noHook;
  await bench.policy({ setupNeedsApproval: true });
  expect(bench.entra.assignments).toHaveLength(1);
  return waitingForApproval(
    await bench.commands.retry({ activityId: 'click', person: bench.person('Alex'), runId: failed.runId }),
  );
}
function accepted(answer: { kind: string; runId?: string; why?: string }): { runId: string } {
  if (!answer.runId) throw new Error(answer.why);
  return { runId: answer.runId };
}

/** Approved, and its run waits for the sign-in of the approver. */
async function requestWaitingForSignIn(): Promise<{ run: Run; request: StoredRequest }> {
  await bench.policy();
  const request = await bench.ask('Megan', ['Alice']);
  withoutToken('alex', 'listAppRoleAssignedTo');
  await bench.click('Alex', 'approve', request);
  const { runId } = await bench.becomes(request, 'running');
  return { request, run: await bench.reaches(`${runId}:1`, 'waiting') };
}
/** The same of a setup. */
async function setupWaitingForSignIn(): Promise<{ run: Run; request: StoredRequest }> {
  const { request } = await setupForApproval();
  withoutToken('bea', 'getApp');
  await bench.click('Bea', 'approve', request);
  await bench.becomes(request, 'running');
  const run = await until('the setup to wait', async () => {
    const newest = await findNewestRun(bench.test.store, setupSubject);
    return newest?.waitingFor === 'sign_in' ? newest : undefined;
  });
  return { run, request };
}
function withoutToken(who: string, at: string) {
  bench.entra.before = (method, caller) => {
    if (caller === who && method === at) throw new SignInNeededError({ objectId: who, connectionName: 'entra', reason: 'none' });
    return noHook(method, caller);
  };
}

async function expireRuns() {
  const { store, audit, secrets, durable, log } = bench.deps;
  const workflows = { start: async () => undefined, decide: async () => undefined };
  const sweep = createSweep({
    ...{ store, audit, secrets, durable, workflows, log },
    ...{ everyMs: 60_000, runExpiresMs: 0, retentionDays: 90, auditRetentionDays: 730, alsoDue: [] },
  });
  await sweep.pass();
  await sweep.stop();
}

/** A process finds the run of a dead one for the sixth time. */
async function giveUp(run: Pick<Run, 'runId'>) {
  const { store, audit, log } = bench.deps;
  const givenUp: string[] = [];
  const durable = {
    unfinished: async () => [{ workflowId: run.runId, queueName: undefined }],
    giveUp: async (workflowId: string) => void givenUp.push(workflowId),
  } as unknown as Durable;
  await store.query(
    `insert into executors (slot, instance_id, heartbeat_at) values (7, 'dead', now() - interval '2 minutes')
     on conflict (slot) do update set heartbeat_at = excluded.heartbeat_at`,
  );
  await store.query('insert into recoveries (workflow_id, n) values ($1, 5)', [run.runId]);
  const slots = keepSlot({
    ...{ store, audit, durable, log, slot: 0, instanceId: 'this' },
    ...{ heartbeatMs: 60_000, takeOverMs: 60_000, onLost: () => undefined },
  });
  await slots.takeOver();
  await slots.stop();
  expect(givenUp).toEqual([run.runId]);
}
const stateIn = (run: Run, state: Run['state']) =>
  bench.test.store.query('update runs set state = $2, waiting_for = null where run_id = $1', [run.runId, state]);

const auditOf = async (subject: string) =>
  (await bench.deps.audit.list(bench.test.store, TENANT, 1000)).filter((row) => row.subject === subject).reverse();
const lastAuditOf = async (request: StoredRequest) => (await auditOf(`request:${TENANT}:${request.requestId}`)).at(-1);
const told = (request: StoredRequest, state: string) =>
  bench.test.store.query('select conversation_id from messages where tag = $1', [`notice:request:${request.requestId}:${state}`]);
const wanted = async (request: StoredRequest) => {
  const [row] = await bench.test.store.query<{ n: number }>('select sum(wanted)::int as n from messages where tag = $1', [
    `request:${request.requestId}`,
  ]);
  return row?.n ?? 0;
};

describe('Cancel', () => {
  it('of a setup that waits for approval withdraws its request, on every copy', async () => {
    const { run, request } = await setupForApproval();
    const before = await wanted(request);
    await bench.commands.cancel({ activityId: 'click', person: bench.person('Alex'), runId: run.runId });
    expect(await findRun(bench.test.store, run.runId)).toMatchObject({ state: 'cancelled' });
    await bench.becomes(request, 'withdrawn');
    expect(await wanted(request)).toBeGreaterThan(before);
    expect(await lastAuditOf(request)).toMatchObject({
      action: 'request.withdrawn',
      actor: { objectId: 'alex' },
      facts: { runId: run.runId, code: 'run_cancelled' },
    });
    expect(await told(request, 'withdrawn')).toEqual([]); // it was their own click
    expect(await bench.click('Bea', 'approve', request)).toBe('withdrawn');
  });

  it('of a setup that waits for approval with something made before withdraws its request, then takes that back', async () => {
    const { run, request } = await halfMadeSetupForApproval();
    const undo = accepted(await bench.commands.cancel({ activityId: 'click', person: bench.person('Alex'), runId: run.runId }));
    await bench.becomes(request, 'withdrawn');
    await bench.reaches(undo.runId, 'cancelled');
  });

  it('of a setup that was approved and waits for a sign-in ends its request as failed', async () => {
    const { run, request } = await setupWaitingForSignIn();
    await bench.commands.cancel({ activityId: 'click', person: bench.person('Alex'), runId: run.runId });
    await bench.becomes(request, 'failed');
  });

  it('of the run of a request that waits for a sign-in ends the request as failed, and the requester hears it', async () => {
    const { run, request } = await requestWaitingForSignIn();
    await bench.commands.cancel({ activityId: 'click', person: bench.person('Alex'), runId: run.runId });
    await bench.becomes(request, 'failed');
    expect(await told(request, 'failed')).toEqual([{ conversation_id: 'a:megan' }]);
    expect(await lastAuditOf(request)).toMatchObject({
      action: 'request.failed',
      actor: { objectId: 'alex' },
      facts: { code: 'run_cancelled', people: 1, good: 0 },
    });
  });

  it('that came while the request was made, too late for any step, withdraws it at once', async () => {
    const group = { objectId: 'g', displayName: 'Approvers' };
    bench.entra.groups = { g: [{ objectId: 'bea', displayName: 'Bea' }] };
    await bench.policy({ setupNeedsApproval: true, approvers: { people: [], group } });
    const planned = await plannedSetup();
    bench.entra.before = async (method, caller) => {
      if (method === 'listGroupMembers')
        await bench.commands.cancel({
          activityId: 'click',
          person: bench.person('Alex'),
          runId: `${planned.slice(0, -1)}${Number(planned.at(-1)) + 1}`,
        });
      return noHook(method, caller);
    };
    const confirmed = accepted(
      await bench.commands.confirmPlan({ activityId: 'click', person: bench.person('Alex'), runId: planned }),
    );
    await bench.reaches(confirmed.runId, 'cancelled');
    const request = await findRequestOfActivity(bench.test.store, TENANT, confirmed.runId);
    expect(request?.state).toBe('withdrawn');
  });
});

it('a *Cancel* that came too late for a run of a request, which failed, is no second end', async () => {
  await bench.policy();
  const request = await bench.ask('Megan', ['Alice']);
  bench.entra.before = async (method, caller) => {
    if (method === 'listAppRoleAssignedTo' && caller === 'alex') {
      const runId = `provision:${TENANT}:${CONNECTION}:request-${request.requestId}:1`;
      await bench.commands.cancel({ activityId: 'click', person: bench.person('Alex'), runId });
      throw new GraphUnreachableError({ operation: 'list assignments', status: 503 });
    }
    return noHook(method, caller);
  };
  await bench.click('Alex', 'approve', request);
  const { runId } = await bench.becomes(request, 'failed');
  const actions = (await auditOf(runId ?? '')).map(({ action }) => action);
  expect(actions).toEqual(['run.running', 'run.cancelRequested', 'run.failed', 'run.expired']);
});

describe('time', () => {
  it('that ran out for the run of a request ends the request as failed, and the requester hears it', async () => {
    const { run, request } = await requestWaitingForSignIn();
    await expireRuns();
    expect(await findRun(bench.test.store, run.runId)).toMatchObject({ state: 'expired' });
    await bench.becomes(request, 'failed');
    expect(await told(request, 'failed')).toHaveLength(1);
    expect(await lastAuditOf(request)).toMatchObject({ action: 'request.failed', actor: null, facts: { code: 'run_expired' } });
  });

  it('is left to a setup that waits for approval, which ends with its request', async () => {
    const { run, request } = await setupForApproval();
    await expireRuns();
    expect(await findRun(bench.test.store, run.runId)).toMatchObject({ state: 'waiting' });
    await bench.commands.cancel({ activityId: 'click', person: bench.person('Alex'), runId: run.runId });
    await bench.becomes(request, 'withdrawn');
  });
});

describe('the end of the request for a setup that made something before', () => {
  it.each(['decline', 'withdraw'] as const)('by a %s takes that back', async (how) => {
    const { run, request } = await halfMadeSetupForApproval();
    if (how === 'decline') await bench.click('Bea', 'decline', request);
    else await bench.requests.withdraw({ activityId: 'click', person: bench.person('Alex'), requestId: request.requestId });
    await bench.becomes(request, how === 'decline' ? 'declined' : 'withdrawn');
    const undo = (await findNewestRun(bench.test.store, setupSubject))!;
    expect(undo).toMatchObject({ mode: 'undo', state: 'requested' });
    await bench.startRun(undo.runId, 'setup');
    await bench.reaches(undo.runId, 'cancelled');
    expect(bench.entra.assignments).toEqual([]);
    expect((await auditOf(setupSubject)).map(({ action }) => action)).toContain('undo.testPersonAssigned');
    expect(await findRun(bench.test.store, run.runId)).toMatchObject({ state: 'replaced' });
  });

  it('by time leaves it, and the card says so; a later setup does not take it for its own', async () => {
    const { run, request } = await halfMadeSetupForApproval();
    await bench.test.store.query(`update requests set expires_at = now() where request_id = $1`, [request.requestId]);
    await bench.sweepRequests();
    await bench.becomes(request, 'expired');
    expect(await findRun(bench.test.store, run.runId)).toMatchObject({ state: 'expired' });
    expect(bench.entra.assignments).toHaveLength(1);
    expect((await auditOf(setupSubject)).at(-1)).toMatchObject({ action: 'run.expired', actor: null });
    expect(await listEffects(bench.test.store, setupSubject)).toEqual({});
    await bench.policy();
    const later = await plannedSetup();
    await bench.commands.cancel({ activityId: 'click', person: bench.person('Alex'), runId: later });
    expect(await findRun(bench.test.store, later)).toMatchObject({ state: 'cancelled' });
    expect(bench.entra.assignments).toHaveLength(1);
  });
});

describe('giving up a run that was brought back too often', () => {
  it.each(['requested', 'running'] as const)('closes one that was %s with its request, all on record', async (state) => {
    const { run, request } = await requestWaitingForSignIn();
    await stateIn(run, state);
    await giveUp(run);
    expect(await findRun(bench.test.store, run.runId)).toMatchObject({
      state: 'expired',
      failure: { code: 'recovered_too_often', step: 'recovery' },
    });
    await bench.becomes(request, 'failed');
    expect(await told(request, 'failed')).toHaveLength(1);
    expect(await lastAuditOf(request)).toMatchObject({ action: 'request.failed', facts: { code: 'recovered_too_often' } });
    const rows = (await auditOf(run.subject)).slice(-2);
    expect(rows).toMatchObject([
      { action: 'run.failed', actor: null, facts: { runId: run.runId, code: 'recovered_too_often' } },
      { action: 'run.expired', actor: null, facts: { runId: run.runId } },
    ]);
  });

  it('fails a setup, which can be retried, and ends its request', async () => {
    const { run, request } = await setupWaitingForSignIn();
    await stateIn(run, 'running');
    await giveUp(run);
    expect(await findRun(bench.test.store, run.runId)).toMatchObject({ state: 'failed' });
    await bench.becomes(request, 'failed');
  });

  it('answers a click whose check it was, on record, and lets its person click again', async () => {
    await bench.policy();
    const request = await bench.ask('Megan', ['Alice']);
    const key = { tenantId: TENANT, requestId: request.requestId, objectId: 'bea', activityId: 'f:dead' };
    const click = { verdict: 'approve', reason: null, conversationId: 'a:bea' } as const;
    await insertAttempt(bench.test.store, { ...key, ...click, actor: bench.person('Bea') });
    const before = await wanted(request);
    await giveUp({ runId: decideId(key) });
    const view = await readRequestView(bench.test.store, TENANT, request.requestId, { objectId: 'bea' });
    expect(view).toMatchObject({ mine: { state: 'refused', why: 'given_up' }, can: { approve: true } });
    expect(await wanted(request)).toBeGreaterThan(before);
    expect(await lastAuditOf(request)).toMatchObject({
      action: 'decision.notVerified',
      facts: { activityId: 'f:dead', code: 'recovered_too_often' },
    });
    expect(await bench.click('Bea', 'approve', request)).toBe('counted');
  });

  it('leaves alone what had ended before its process died', async () => {
    const { run } = await requestWaitingForSignIn();
    await stateIn(run, 'done');
    await giveUp(run);
    expect(await findRun(bench.test.store, run.runId)).toMatchObject({ state: 'done', failure: null });
    expect((await auditOf(run.subject)).at(-1)).toMatchObject({ action: 'run.waiting' });
  });
});

it('an approval of a setup that is gone ends the request as failed, and the requester hears it', async () => {
  const { run, request } = await setupForApproval();
  await stateIn(run, 'cancelled');
  expect(await bench.click('Bea', 'approve', request)).toBe('counted');
  await bench.becomes(request, 'failed');
  expect(await told(request, 'failed')).toEqual([{ conversation_id: 'a:alex' }]);
  expect(await lastAuditOf(request)).toMatchObject({ action: 'request.failed', actor: { objectId: 'bea' } });
});

describe('a setup that was approved and failed', () => {
  async function failedAfterApproval(): Promise<{ run: Run; request: StoredRequest }> {
    const { request } = await setupForApproval();
    bench.entra.before = (method, caller) => {
      if (method === 'provisionOnDemand') throw new Error('no answer');
      return noHook(method, caller);
    };
    await bench.click('Bea', 'approve', request);
    await bench.becomes(request, 'failed');
    bench.entra.before = noHook;
    const run = (await findNewestRun(bench.test.store, setupSubject))!;
    expect(run).toMatchObject({ state: 'failed', actingAs: { objectId: 'bea' } });
    return { run, request };
  }
  const changing = () => {
    const callers: string[] = [];
    bench.entra.before = (method, caller) => {
      if (['putSecrets', 'provisionOnDemand', 'startSynchronizationJob'].includes(method)) callers.push(caller ?? '');
      return noHook(method, caller);
    };
    return callers;
  };

  it('ends its request, which the requester hears, with the reason on record', async () => {
    const { request } = await failedAfterApproval();
    expect(await told(request, 'failed')).toEqual([{ conversation_id: 'a:alex' }]);
    expect(await lastAuditOf(request)).toMatchObject({ action: 'request.failed', facts: { code: 'unexpected_error' } });
  });

  it.each(['Alex', 'Bea'])('asks for approval anew when %s retries it, and changes nothing until then', async (who) => {
    const { run, request } = await failedAfterApproval();
    const callers = changing();
    const again = await waitingForApproval(
      await bench.commands.retry({ activityId: 'click', person: bench.person(who), runId: run.runId }),
    );
    expect(again.run).toMatchObject({ actingAs: { objectId: 'alex' } });
    expect(again.request).toMatchObject({ state: 'requested', supersedes: request.number });
    expect(await bench.becomes(request, 'superseded')).toMatchObject({ supersededBy: again.request.number });
    expect(callers).toEqual([]);
    await bench.click('Bea', 'approve', again.request);
    await bench.becomes(again.request, 'done');
    expect(new Set(callers)).toEqual(new Set(['bea']));
  });

  it('is retried with the requester’s own token where the policy no longer asks for an approval', async () => {
    const { run, request } = await failedAfterApproval();
    await bench.policy({ setupNeedsApproval: false });
    const callers = changing();
    const again = accepted(await bench.commands.retry({ activityId: 'click', person: bench.person('Alex'), runId: run.runId }));
    await bench.reaches(again.runId, 'done');
    expect(new Set(callers)).toEqual(new Set(['alex']));
    await bench.becomes(request, 'failed');
  });
});

it('a plan that changed after its approval is acted on with the requester’s token where no approval is asked for any more', async () => {
  const { request } = await setupForApproval();
  bench.entra.groupMapping = !bench.entra.groupMapping;
  await bench.click('Bea', 'approve', request);
  const planned = await until('the new plan', async () => {
    const run = await findNewestRun(bench.test.store, setupSubject);
    return run?.waitingFor === 'plan' ? run : undefined;
  });
  await bench.policy({ setupNeedsApproval: false });
  const confirmed = accepted(
    await bench.commands.confirmPlan({ activityId: 'click', person: bench.person('Alex'), runId: planned.runId }),
  );
  expect(await bench.reaches(confirmed.runId, 'done')).toMatchObject({ actingAs: { objectId: 'alex' } });
});
