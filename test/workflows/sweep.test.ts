import { NoRightError } from '../../src/errors';
import type { Run } from '../../src/provisioning/runs';
import { findRun, insertRun } from '../../src/store/runs';
import { createSweep, type Sweep, type SweepOptions } from '../../src/workflows/sweep';
import { personRef, TENANT } from '../support/people';
import { startWorkflowBench, type WorkflowBench } from '../support/workflowBench';

let bench: WorkflowBench;
let sweep: Sweep;
const started: string[] = [];
beforeAll(async () => {
  bench = await startWorkflowBench();
});
beforeEach(() => {
  started.length = 0;
});
afterEach(() => sweep.stop());
afterAll(() => bench.end());

const adele = personRef('Adele');

function newSweep(change: Partial<SweepOptions> = {}): Sweep {
  const { store, audit, secrets, durable, log } = bench.deps;
  const workflows = { start: async ({ runId }: Pick<Run, 'runId'>) => void started.push(runId), decide: async () => undefined };
  sweep = createSweep({
    store,
    audit,
    secrets,
    durable,
    workflows,
    log,
    everyMs: 60_000,
    runExpiresMs: 1000,
    retentionDays: 90,
    auditRetentionDays: 730,
    alsoDue: [],
    ...change,
  });
  return sweep;
}

async function row(organization: string, state: string, changedAgo: string) {
  const subject = `setup:${TENANT}:${organization}`;
  const input = await bench.setupInput({ organizationId: organization });
  const runId = await insertRun(bench.test.store, {
    tenantId: TENANT,
    subject,
    attempt: 1,
    kind: 'setup',
    requestedBy: adele,
    actingAs: adele,
    connectionId: null,
    conversationId: 'a:1',
    input,
  });
  await bench.deps.secrets.handOver(bench.test.store, TENANT, input.scimTokenRef, subject);
  await bench.test.store.query(`update runs set state = $2, state_changed_at = now() - $3::interval where run_id = $1`, [
    runId,
    state,
    changedAgo,
  ]);
  return { runId: runId!, subject };
}

it('starts a run whose process died between the commit and the start', async () => {
  const { runId } = await row('500001', 'requested', '0 seconds');
  await newSweep().pass();
  expect(started).toEqual([runId]);
  await bench.test.store.query(`update runs set state = 'done' where run_id = $1`, [runId]);
});

it.each(['waiting', 'failed'])('closes a run that stayed %s too long, removes its secret and tells the person', async (state) => {
  const { runId, subject } = await row(`6${state.length}00001`, state, '1 minute');
  await newSweep().pass();
  expect((await findRun(bench.test.store, runId))?.state).toBe('expired');
  expect(await bench.test.store.query('select 1 from secrets where subject = $1', [subject])).toEqual([]);
  expect(
    await bench.test.store.query('select conversation_id from messages where tag = $1', [`notice:expired:${runId}`]),
  ).toHaveLength(1);
});

it('leaves what an expired setup made to whoever goes on with it: a later Cancel takes nothing of it back', async () => {
  const organizationId = '8000000000001';
  const setup = async () => {
    const input = await bench.setupInput({ organizationId });
    const answer = await bench.commands.requestSetup({ activityId: 'click', person: adele, conversationId: 'a:1', setup: input });
    return bench.reaches(answer.kind === 'accepted' ? answer.runId : '', 'waiting');
  };
  bench.entra.before = (method) => {
    if (method === 'startSynchronizationJob') throw new NoRightError({ operation: method, requestId: null });
  };
  const first = await setup();
  const confirmed = await bench.commands.confirmPlan({ activityId: 'click', person: adele, runId: first.runId });
  const failed = await bench.reaches(confirmed.kind === 'accepted' ? confirmed.runId : '', 'failed');
  await bench.test.store.query(`update runs set state_changed_at = now() - interval '1 minute' where run_id = $1`, [
    failed.runId,
  ]);
  await newSweep().pass();
  expect((await findRun(bench.test.store, failed.runId))?.state).toBe('expired');

  const later = await setup();
  expect(later.plan).toMatchObject({ jobId: 'job-1', overwritesSecrets: true });
  await bench.commands.cancel({ activityId: 'click', person: adele, runId: later.runId });
  expect((await findRun(bench.test.store, later.runId))?.state).toBe('cancelled');
  expect(bench.entra.jobs.map(({ id }) => id)).toEqual(['job-1']);
  expect(bench.entra.assignments.map(({ principalId }) => principalId)).toEqual([adele.objectId]);
});

it('leaves a run alone that has time left', async () => {
  const { runId } = await row('700001', 'waiting', '0 seconds');
  await newSweep({ runExpiresMs: 60_000 }).pass();
  expect((await findRun(bench.test.store, runId))?.state).toBe('waiting');
});

it('goes on with the other tasks when one fails', async () => {
  const done: string[] = [];
  await newSweep({ alsoDue: [() => Promise.reject(new Error('database away')), () => void done.push('second')] }).pass();
  expect(done).toEqual(['second']);
});

it('removes ended runs with their steps after the retention time, and keeps younger ones', async () => {
  const old = await row('800001', 'done', '0 seconds');
  const young = await row('800002', 'done', '0 seconds');
  await bench.test.store.query(`update runs set ended_at = now() - interval '91 days' where run_id = $1`, [old.runId]);
  await bench.test.store.query(`update runs set ended_at = now() - interval '89 days' where run_id = $1`, [young.runId]);
  await newSweep().pass();
  expect(await findRun(bench.test.store, old.runId)).toBeUndefined();
  expect(await findRun(bench.test.store, young.runId)).toBeDefined();
});
