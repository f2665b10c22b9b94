import { listRunnable, readListed } from '../../src/bot/listedRequests';
import { SignInNeededError } from '../../src/errors';
import { findAttempt, listDecisions } from '../../src/store/decisions';
import type { StoredRequest } from '../../src/store/requests';
import { readRequestView } from '../../src/workflows/requests/requestView';
import { synchronizationJob } from '../support/fakeEntra';
import { TENANT } from '../support/people';
import { CONNECTION, type RequestBench, startRequestBench } from '../support/requestBench';
import { until } from '../support/until';

let bench: RequestBench;
let answers: RequestBench['entra']['before'];
beforeAll(async () => {
  bench = await startRequestBench();
  answers = bench.entra.before;
});
beforeEach(async () => {
  bench.entra.assignments = [];
  bench.entra.jobs = [synchronizationJob({ id: 'job-1', schedule: 'Active', state: 'Active' })];
  bench.entra.before = answers;
  await bench.test.store.query('delete from policies');
});
afterAll(() => bench.end());

const mineOf = async ({ requestId }: StoredRequest, objectId: string) =>
  (await readRequestView(bench.test.store, TENANT, requestId, { objectId }))?.mine;
/** How often the copies of its card have been wanted anew. */
const wantedCopies = async ({ requestId }: StoredRequest) =>
  Number(
    (await bench.test.store.query('select sum(wanted) as wanted from messages where tag like $1', [`%${requestId}%`]))[0]
      ?.wanted ?? 0,
  );
const auditOf = async ({ requestId }: StoredRequest) =>
  (await bench.deps.audit.list(bench.test.store, TENANT, 1000))
    .filter(({ subject }) => subject === `request:${TENANT}:${requestId}`)
    .map(({ action, facts }) => [action, facts]);

describe('a click that waits for a sign-in', () => {
  beforeEach(() => bench.policy());
  const waits = async (request: StoredRequest, verdict: 'approve' | 'decline', activityId: string) => {
    bench.entra.before = (method, caller) => {
      if (caller === 'alex') throw new SignInNeededError({ objectId: 'alex', connectionName: 'entra', reason: 'none' });
      return answers(method, caller);
    };
    expect(await bench.click('Alex', verdict, request, { activityId })).toBe('sign_in');
    bench.entra.before = answers;
  };
  const attemptOf = ({ requestId }: StoredRequest, activityId: string) =>
    findAttempt(bench.test.store, { tenantId: TENANT, requestId, objectId: 'alex', activityId });
  const settled = (request: StoredRequest, activityId: string) =>
    until(`an answer to ${activityId}`, async () => {
      const found = await attemptOf(request, activityId);
      return found?.state === 'answered' ? found.answer : undefined;
    });
  const age = ({ requestId }: StoredRequest, hours: number) =>
    bench.test.store.query(
      'update decision_attempts set created_at = created_at - make_interval(hours => $2) where request_id = $1',
      [requestId, hours],
    );

  it('goes on as the newest one only: a later decline is not overtaken by the approval before it', async () => {
    const request = await bench.ask('Megan', ['Alice']);
    await waits(request, 'approve', 'first');
    await waits(request, 'decline', 'second');
    expect(await bench.requests.signedIn(bench.person('Alex'))).toBe(1);
    await bench.becomes(request, 'declined');
    expect((await attemptOf(request, 'first'))?.answer).toEqual({ kind: 'refused', why: 'clicked_again' });
    expect(await attemptOf(request, 'first+')).toBeUndefined();
    expect(await auditOf(request)).toContainEqual([
      'decision.refused',
      { verdict: 'approve', activityId: 'first', why: 'clicked_again' },
    ]);
    expect(await mineOf(request, 'alex')).toEqual({ verdict: 'decline', state: 'declined' });
  });

  it('does not go on when its person has clicked again since', async () => {
    const request = await bench.ask('Megan', ['Alice']);
    await waits(request, 'approve', 'first');
    expect(await bench.click('Alex', 'decline', request)).toBe('declined');
    expect(await bench.requests.signedIn(bench.person('Alex'))).toBe(0);
    expect((await attemptOf(request, 'first'))?.answer).toEqual({ kind: 'refused', why: 'clicked_again' });
  });

  it.each(['before', 'after'])('is not counted when its person clicks something else, checked %s it', async (order) => {
    const request = await bench.ask('Megan', ['Alice']);
    await waits(request, 'approve', 'first');
    const ended = async (activityId: string) => (await attemptOf(request, activityId))?.state === 'answered';
    let isChecked = false;
    bench.entra.before = async (method, caller) => {
      if (method === 'listSynchronizationJobs' && !isChecked) {
        isChecked = true; // only the approval asks for rights
        await until('the decline', async () =>
          order === 'before' ? ended('second') : (await attemptOf(request, 'second')) !== undefined,
        );
      } else if (method === 'getMe' && isChecked && order === 'after') await until('the approval', () => ended('first+'));
      await answers(method, caller);
    };
    expect(await bench.requests.signedIn(bench.person('Alex'))).toBe(1);
    await until('the check of the approval', () => isChecked);
    expect(await bench.click('Alex', 'decline', request, { activityId: 'second' })).toBe('declined');
    expect(await settled(request, 'first+')).toEqual({ kind: 'refused', why: 'clicked_again' });
    await bench.becomes(request, 'declined');
  });

  it('is dropped after a day, and its card says so', async () => {
    const request = await bench.ask('Megan', ['Alice']);
    await waits(request, 'approve', 'first');
    await age(request, 23);
    await bench.sweepRequests();
    expect(await mineOf(request, 'alex')).toEqual({ verdict: 'approve', state: 'waiting' });
    await age(request, 2);
    const drawn = await wantedCopies(request);
    await bench.sweepRequests();
    expect(await wantedCopies(request)).toBeGreaterThan(drawn);
    expect(await mineOf(request, 'alex')).toEqual({ verdict: 'approve', state: 'refused', why: 'waited_too_long' });
    expect(await auditOf(request)).toContainEqual([
      'decision.refused',
      { verdict: 'approve', activityId: 'first', why: 'waited_too_long' },
    ]);
    expect(await bench.requests.signedIn(bench.person('Alex'))).toBe(0);
    await bench.becomes(request, 'requested');
  });

  it('waits no longer for a second sign-in than for the first', async () => {
    const request = await bench.ask('Megan', ['Alice']);
    await waits(request, 'approve', 'first');
    await age(request, 23);
    bench.entra.before = () => {
      throw new SignInNeededError({ objectId: 'alex', connectionName: 'entra', reason: 'none' });
    };
    expect(await bench.requests.signedIn(bench.person('Alex'))).toBe(1);
    await until('it to wait again', async () => ((await attemptOf(request, 'first+'))?.state === 'waiting' ? true : undefined));
    expect(await mineOf(request, 'alex')).toEqual({ verdict: 'approve', state: 'waiting' });
    await age(request, 2);
    expect(await bench.requests.signedIn(bench.person('Alex'))).toBe(0);
  });

  it('is dropped by *sign out*', async () => {
    const request = await bench.ask('Megan', ['Alice']);
    await waits(request, 'approve', 'first');
    await bench.requests.signedOut(bench.person('Alex'));
    expect(await mineOf(request, 'alex')).toEqual({ verdict: 'approve', state: 'refused', why: 'signed_out' });
    expect(await bench.requests.signedIn(bench.person('Alex'))).toBe(0);
  });
});

describe('a guest among the approvers', () => {
  it.each(['approve', 'decline', 'run'] as const)('may not %s', async (verdict) => {
    await bench.policy(verdict === 'run' ? { autoApproval: { domains: ['contoso.com'], group: null, perDay: 100 } } : {});
    const request = await bench.ask('Megan', ['Alice']);
    const { people } = bench.entra;
    bench.entra.people = people.map((person) => (person.objectId === 'bea' ? { ...person, userType: 'Guest' } : person));
    expect(await bench.click('Bea', verdict, request)).toBe('guest_may_not_decide');
    bench.entra.people = people;
    expect(await mineOf(request, 'bea')).toEqual({ verdict, state: 'refused', why: 'guest_may_not_decide' });
    await bench.becomes(request, verdict === 'run' ? 'approved' : 'requested');
  });
});

describe('somebody named for escalation', () => {
  const carl = { objectId: 'carl', displayName: 'Carl' };
  const isListed = async (request: StoredRequest) => (await readListed(bench.test.store, bench.person('Carl'), [request])).length;

  it('decides about a request only once it was escalated, and does not see it before', async () => {
    await bench.policy({ escalation: { afterMs: 3_600_000, people: [carl] } });
    const request = await bench.ask('Megan', ['Alice']);
    expect(await isListed(request)).toBe(0);
    expect(await readRequestView(bench.test.store, TENANT, request.requestId, carl)).toBeUndefined();
    for (const verdict of ['approve', 'decline'] as const)
      expect(await bench.click('Carl', verdict, request)).toBe('not_an_approver');
    await bench.test.store.query('update requests set escalate_at = now() where request_id = $1', [request.requestId]);
    await bench.sweepRequests();
    expect(await isListed(request)).toBe(1);
    expect(await readRequestView(bench.test.store, TENANT, request.requestId, carl)).toMatchObject({ can: { approve: true } });
    expect(await bench.click('Carl', 'approve', request)).toBe('counted');
  });

  it('does not run what the rules approved', async () => {
    await bench.policy({
      escalation: { afterMs: 3_600_000, people: [carl] },
      autoApproval: { domains: ['contoso.com'], group: null, perDay: 100 },
    });
    const request = await bench.ask('Megan', ['Alice']);
    expect(await listRunnable(bench.test.store, bench.person('Carl'), CONNECTION)).toEqual([]);
    expect(await bench.click('Carl', 'run', request)).toBe('not_an_approver');
  });

  it('decides from the first minute when they are an approver too', async () => {
    await bench.policy({ escalation: { afterMs: 3_600_000, people: [{ objectId: 'bea', displayName: 'Bea' }] } });
    const request = await bench.ask('Megan', ['Alice']);
    expect(await bench.click('Bea', 'approve', request)).toBe('counted');
  });
});

describe('a click that comes too late', () => {
  beforeEach(() => bench.policy({ approvals: [{ upTo: null, needed: 2 }] }));
  const late = ({ requestId }: StoredRequest) =>
    bench.requests.decide({
      person: bench.person('Adele'),
      conversationId: 'a:adele',
      requestId,
      verdict: 'approve',
      reason: null,
      activityId: `late-${requestId}`,
    });

  it('hears that the request expired, not who had approved it before', async () => {
    const request = await bench.ask('Megan', ['Alice']);
    await bench.click('Alex', 'approve', request);
    await bench.test.store.query('update requests set expires_at = now() where request_id = $1', [request.requestId]);
    expect(await bench.click('Bea', 'approve', request)).toBe('expired');
    await bench.sweepRequests();
    const { endedAt } = await bench.becomes(request, 'expired');
    expect(await late(request)).toEqual({ kind: 'refused', why: 'expired', at: endedAt });
    expect(await mineOf(request, 'bea')).toMatchObject({ why: 'expired', at: expect.any(String) });
  });

  it('hears who withdrew it and when', async () => {
    const request = await bench.ask('Megan', ['Alice']);
    await bench.requests.withdraw({ activityId: 'click', person: bench.person('Megan'), requestId: request.requestId });
    const { endedAt } = await bench.becomes(request, 'withdrawn');
    expect(await late(request)).toEqual({ kind: 'refused', why: 'withdrawn', by: 'Megan', at: endedAt });
  });

  it('hears which request took its place', async () => {
    const request = await bench.ask('Megan', ['Alice']);
    const { number } = await bench.ask('Megan', ['Alice'], { supersedes: request.number });
    const { endedAt } = await bench.becomes(request, 'superseded');
    expect(await late(request)).toEqual({ kind: 'refused', why: 'superseded', by: 'Megan', at: endedAt, number });
  });

  it('hears who declined it', async () => {
    const request = await bench.ask('Megan', ['Alice']);
    await bench.click('Alex', 'decline', request);
    expect(await late(request)).toMatchObject({ why: 'already_ended', by: 'Alex', at: expect.any(String) });
  });

  it('hears when they decided themselves, whoever came after', async () => {
    await bench.policy({ approvals: [{ upTo: null, needed: 3 }] });
    const request = await bench.ask('Megan', ['Alice']);
    await bench.click('Alex', 'approve', request);
    await bench.click('Bea', 'approve', request);
    expect(await bench.click('Alex', 'approve', request)).toBe('already_decided_by_you');
    const [own] = await listDecisions(bench.test.store, TENANT, request.requestId);
    expect(await mineOf(request, 'alex')).toMatchObject({ why: 'already_decided_by_you', by: 'Alex', at: own?.decidedAt });
  });
});
