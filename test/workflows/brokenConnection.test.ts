import type { RunKind } from '../../src/provisioning/runs';
import { listDecisions } from '../../src/store/decisions';
import { findRequestOfActivity } from '../../src/store/requests';
import { breakConnection } from '../support/breakConnection';
import { synchronizationJob } from '../support/fakeEntra';
import { TENANT } from '../support/people';
import { aPolicy, CONNECTION, type RequestBench, startRequestBench } from '../support/requestBench';

/** A database connection that breaks once neither locks a subject for ever nor writes anything twice. */
let bench: RequestBench;
beforeAll(async () => {
  bench = await startRequestBench();
});
beforeEach(async () => {
  bench.entra.assignments = [];
  bench.entra.jobs = [synchronizationJob({ id: 'job-1', schedule: 'Active', state: 'Active' })];
  await bench.test.store.query('delete from policies');
  await bench.policy();
});
afterAll(() => bench.end());

const auditOf = async (subject: string) =>
  (await bench.deps.audit.list(bench.test.store, TENANT, 1000))
    .filter((row) => row.subject === subject && /^(run|request|decision)\./.test(row.action))
    .map(({ action }) => action)
    .reverse();

let asked = 0;
const ask: Record<RunKind, (name: string) => Promise<string>> = {
  async setup(name) {
    bench.entra.jobs = [];
    const setup = await bench.setupInput({ organizationId: `9${asked}00001`, testPersonId: 'alice' });
    return accepted(
      await bench.commands.requestSetup({ activityId: 'click', person: bench.person(name), conversationId: 'a:adele', setup }),
    );
  },
  async provision(name) {
    const people = ['alice@contoso.com'];
    return accepted(await bench.commands.requestProvision({ ...typedBy(name), connectionId: CONNECTION, people }));
  },
  async request(name) {
    const people = ['alice@contoso.com'];
    return accepted(await bench.requests.request({ ...typedBy(name), connectionId: CONNECTION, people, reason: null }));
  },
  async policy(name) {
    return accepted(await bench.requests.savePolicy({ ...typedBy(name), policy: { policy: aPolicy(), basedOn: 1 } }));
  },
};
function typedBy(name: string) {
  return { person: bench.person(name), conversationId: 'a:adele', activityId: `typed-${asked}` };
}
function accepted(answer: { kind: 'accepted'; runId: string } | { kind: 'refused'; why: string }): string {
  if (answer.kind === 'refused') throw new Error(answer.why);
  return answer.runId;
}

const kinds = Object.keys(ask) as RunKind[];
const ends: Record<RunKind, 'waiting' | 'done'> = { setup: 'waiting', provision: 'done', request: 'done', policy: 'done' };
const cases = kinds.flatMap((kind) =>
  (['running', ends[kind]] as const).flatMap((state) =>
    (['at the statement', 'after the commit'] as const).map((when) => [kind, state, when] as const),
  ),
);
it.each(cases)(
  'a %s run whose connection breaks where it becomes %s, %s, goes on and is recorded once',
  async (kind, state, when) => {
    asked += 1;
    const isBroken = breakConnection(
      bench.test.store,
      (text, values) => text.startsWith('update runs set state') && values[2] === state,
      when,
    );
    const runId = await ask[kind]('Adele');
    await bench.reaches(runId, ends[kind]);
    expect(isBroken()).toBe(true);
    const actions = await auditOf(runId.slice(0, runId.lastIndexOf(':')));
    expect(actions).toEqual(['run.requested', 'run.running', `run.${ends[kind]}`]);
  },
);

const written: [kind: RunKind, table: string][] = [
  ['request', 'requests'],
  ['policy', 'policies'],
];
it.each(written.flatMap((one) => (['at the statement', 'after the commit'] as const).map((when) => [...one, when] as const)))(
  'a %s run whose connection breaks where it writes its %s, %s, is done, and that is recorded once',
  async (kind, table, when) => {
    asked += 1;
    const before = (await bench.deps.audit.list(bench.test.store, TENANT, 1))[0]?.number ?? 0;
    const isBroken = breakConnection(bench.test.store, (text) => text.startsWith(`insert into ${table}`), when);
    const runId = await ask[kind]('Adele');
    await bench.reaches(runId, 'done', 'failed');
    expect(isBroken()).toBe(true);
    const rows = await bench.deps.audit.page(bench.test.store, TENANT, before, 100);
    const what = kind === 'request' ? 'request.made' : 'policy.saved';
    expect(rows.map(({ action }) => action)).toEqual(['run.requested', 'run.running', what, 'run.done']);
  },
);

it('a policy that somebody else saved meanwhile is refused, also when it is the same', async () => {
  const save = (name: string) => bench.requests.savePolicy({ ...typedBy(name), policy: { policy: aPolicy(), basedOn: 0 } });
  asked += 1;
  await bench.test.store.query('delete from policies');
  await bench.reaches(accepted(await save('Adele')), 'done');
  asked += 1;
  const second = await bench.reaches(accepted(await save('Alex')), 'done', 'failed');
  expect(second.failure?.code).toBe('policy_changed_meanwhile');
});

it.each(['at the statement', 'after the commit'] as const)(
  'a click whose connection breaks where it is counted, %s, is counted once and its request runs',
  async (when) => {
    const request = await bench.ask('Megan', ['Alice']);
    const isBroken = breakConnection(bench.test.store, (text) => text.startsWith('insert into decisions'), when);
    expect(await bench.click('Alex', 'approve', request)).toBe('counted');
    await bench.becomes(request, 'done');
    expect(isBroken()).toBe(true);
    expect(await listDecisions(bench.test.store, TENANT, request.requestId)).toHaveLength(1);
    expect(await auditOf(`request:${TENANT}:${request.requestId}`)).toEqual([
      'request.made',
      'decision.attempt',
      'decision.counted',
      'request.running',
      'request.done',
    ]);
  },
);

it('a click whose connection breaks where its run is opened runs all the same', async () => {
  const request = await bench.ask('Megan', ['Alice']);
  const isBroken = breakConnection(
    bench.test.store,
    (text, values) => text.startsWith('update requests set state') && values[2] === 'running',
    'at the statement',
  );
  await bench.click('Alex', 'approve', request);
  await bench.becomes(request, 'done');
  expect(isBroken()).toBe(true);
});

it('what becomes a request does so although the connection breaks just there', async () => {
  asked += 1;
  bench.withoutRight.add('megan');
  const isBroken = breakConnection(
    bench.test.store,
    (text, values) => text.startsWith('update runs set state') && values[2] === 'replaced',
    'after the commit',
  );
  const runId = await ask.provision('Megan');
  await bench.reaches(runId.replace(/^provision:/, 'request:'), 'done');
  expect(isBroken()).toBe(true);
});

it.each(['at the statement', 'after the commit'] as const)(
  'a setup whose connection breaks where it asks for approval, %s, waits, with one request',
  async (when) => {
    bench.entra.secrets = { syncAll: 'false', unknownKeys: [] };
    await bench.policy({ setupNeedsApproval: true });
    const person = bench.person('Alex');
    const scimConnectorUrl = 'https://services.api.unity.com/scim/v2/tenants/1234567890123';
    const setup = await bench.setupInput({ organizationId: CONNECTION, scimConnectorUrl, testPersonId: 'alice' });
    const planned = accepted(await bench.commands.requestSetup({ activityId: 'click', person, conversationId: 'a:alex', setup }));
    await bench.reaches(planned, 'waiting');
    const isBroken = breakConnection(bench.test.store, (text) => text.startsWith('insert into requests'), when);
    const runId = accepted(await bench.commands.confirmPlan({ activityId: 'click', person, runId: planned }));
    expect(await bench.reaches(runId, 'waiting', 'failed')).toMatchObject({ waitingFor: 'approval' });
    expect(isBroken()).toBe(true);
    const request = await findRequestOfActivity(bench.test.store, TENANT, runId);
    expect(await auditOf(`request:${TENANT}:${request?.requestId}`)).toEqual(['request.made']);
    await bench.commands.cancel({ activityId: 'click', person, runId });
  },
);
