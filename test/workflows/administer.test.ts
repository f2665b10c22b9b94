import type { Connection } from '../../src/provisioning/connections';
import { findRequest, type StoredRequest } from '../../src/store/requests';
import { findRun } from '../../src/store/runs';
import { TENANT } from '../support/people';
import { CONNECTION, type RequestBench, startRequestBench } from '../support/requestBench';

/** *I administer this app*: the requester acts with their own right, and the request ends once that is proven. */
let bench: RequestBench;
beforeAll(async () => {
  bench = await startRequestBench();
});
beforeEach(async () => {
  bench.entra.assignments = [];
  bench.entra.calls.length = 0;
  bench.withoutRight.clear();
  await bench.test.store.query('delete from policies');
  await bench.policy();
});
afterAll(() => bench.end());

const runIdOf = ({ requestId }: Pick<StoredRequest, 'requestId'>, attempt = 1) =>
  `provision:${TENANT}:${CONNECTION}:instead-${requestId}:${attempt}`;
const administer = (by: string, request: StoredRequest) =>
  bench.requests.administer({ activityId: 'click', person: bench.person(by), of: { requestId: request.requestId } });
function signal(): { given: Promise<void>; give: () => void } {
  let give = () => {};
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give };
}
const effects = () => bench.entra.calls.filter((call) => call === 'assignAppRole').length;
const auditOf = (action: string) =>
  bench.test.store.query('select subject from audit where action = $1 order by number', [action]);

it('with the right, the people are provisioned with the requester’s token and the request is superseded', async () => {
  const request = await bench.ask('Megan', ['Alice']);
  expect(await administer('Megan', request)).toEqual({ kind: 'done' });
  const run = await bench.reaches(runIdOf(request), 'done', 'failed');
  expect(run).toMatchObject({ state: 'done', actingAs: bench.person('Megan'), conversationId: 'a:megan' });
  expect(effects()).toBe(1);
  expect(await findRequest(bench.test.store, TENANT, request.requestId)).toMatchObject({
    state: 'superseded',
    runId: run.subject,
    supersededBy: null,
  });
  expect(await auditOf('request.superseded')).toContainEqual({ subject: `request:${TENANT}:${request.requestId}` });
  expect(await bench.click('Alex', 'approve', request)).toBe('superseded');
  expect(effects()).toBe(1);
});

it('without the right, the run fails, the request stays, and an approver can still decide', async () => {
  bench.withoutRight.add('megan');
  const request = await bench.ask('Megan', ['Alice']);
  await administer('Megan', request);
  expect(await bench.reaches(runIdOf(request), 'failed', 'done')).toMatchObject({ failure: { code: 'no_right' } });
  expect(effects()).toBe(0);
  expect(await findRequest(bench.test.store, TENANT, request.requestId)).toMatchObject({ state: 'requested' });
  expect(await bench.click('Alex', 'approve', request)).toBe('counted');
  await bench.becomes(request, 'done');
  expect(effects()).toBe(1);
});

it('after the right was activated, the failed run goes on by its own *Retry*', async () => {
  bench.withoutRight.add('megan');
  const request = await bench.ask('Megan', ['Alice']);
  await administer('Megan', request);
  await bench.reaches(runIdOf(request), 'failed');
  bench.withoutRight.delete('megan');
  await bench.commands.retry({ activityId: 'click', person: bench.person('Megan'), runId: runIdOf(request) });
  await bench.reaches(runIdOf(request, 2), 'done');
  await bench.becomes(request, 'superseded');
  expect(effects()).toBe(1);
});

it('when an approver was faster, the run stops before any change: there is one effect', async () => {
  const request = await bench.ask('Megan', ['Alice']);
  const before = bench.entra.before;
  const [reached, decided] = [signal(), signal()];
  bench.entra.before = async (method, caller) => {
    await before(method, caller);
    if (method !== 'listSynchronizationJobs' || caller !== 'megan') return;
    reached.give();
    await decided.given;
  };
  await administer('Megan', request);
  await reached.given;
  expect(await bench.click('Alex', 'approve', request)).toBe('counted');
  await bench.becomes(request, 'done');
  decided.give();
  await bench.reaches(runIdOf(request), 'cancelled');
  bench.entra.before = before;
  expect(await findRequest(bench.test.store, TENANT, request.requestId)).toMatchObject({ state: 'done' });
  expect(effects()).toBe(1);
});

it('pressed twice is one run; pressed by others, or when it is over, it is refused', async () => {
  const request = await bench.ask('Megan', ['Alice']);
  expect(await administer('Alex', request)).toEqual({ kind: 'refused', why: 'not_yours' });
  await Promise.all([administer('Megan', request), administer('Megan', request)]);
  await bench.reaches(runIdOf(request), 'done');
  expect(await findRun(bench.test.store, runIdOf(request, 2))).toBeUndefined();
  expect(await administer('Megan', request)).toEqual({ kind: 'refused', why: 'already_ended' });
  const unknown = { ...request, requestId: 'nothing' };
  expect(await administer('Megan', unknown)).toEqual({ kind: 'refused', why: 'request_unknown' });
  const refusals = await bench.test.store.query(
    `select actor->>'objectId' as by, facts->>'why' as why from audit where action = 'request.refused' order by number`,
  );
  expect(refusals).toEqual([
    { by: 'alex', why: 'not_yours' },
    { by: 'megan', why: 'already_ended' },
  ]);
});

it('a request that could not be made goes on as a run of its people', async () => {
  await bench.test.store.query('delete from policies');
  const answer = await bench.requests.request({
    person: bench.person('Megan'),
    conversationId: 'a:megan',
    connectionId: CONNECTION satisfies Connection['connectionId'],
    activityId: 'no-policy',
    people: ['alice@contoso.com'],
    reason: null,
  });
  const runId = answer.kind === 'accepted' ? answer.runId : '';
  await bench.reaches(runId, 'failed');
  const of = { runId };
  const asAlex = { activityId: 'click', person: bench.person('Alex'), of };
  expect(await bench.requests.administer(asAlex)).toEqual({ kind: 'refused', why: 'not_yours' });
  await bench.requests.administer({ activityId: 'click', person: bench.person('Megan'), of });
  await bench.reaches(`provision:${TENANT}:${CONNECTION}:instead-no-policy:1`, 'done');
  expect(await findRun(bench.test.store, runId)).toMatchObject({ state: 'replaced' });
  expect(effects()).toBe(1);
});
