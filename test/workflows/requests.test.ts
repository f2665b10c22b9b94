import { NoRightError, SignInNeededError } from '../../src/errors';
import type { Policy } from '../../src/provisioning/policy';
import type { Run } from '../../src/provisioning/runs';
import { rememberConversation } from '../../src/store/conversations';
import { listDecisions } from '../../src/store/decisions';
import { changeRequestState, findRequestOfActivity, listExpiredRequests, type StoredRequest } from '../../src/store/requests';
import { listViewers } from '../../src/store/requestViewers';
import { listRunPeople } from '../../src/store/runPeople';
import { findNewestRun, findRun } from '../../src/store/runs';
import { readRequestView } from '../../src/workflows/requests/requestView';
import { synchronizationJob } from '../support/fakeEntra';
import { TENANT } from '../support/people';
import { CONNECTION, type RequestBench, startRequestBench } from '../support/requestBench';
import { until } from '../support/until';

let bench: RequestBench;
beforeAll(async () => {
  bench = await startRequestBench();
});
beforeEach(async () => {
  bench.entra.assignments = [];
  bench.entra.jobs = [synchronizationJob({ id: 'job-1', schedule: 'Active', state: 'Active' })];
  bench.entra.groups = {};
  bench.entra.onDemand = {};
  bench.entra.calls.length = 0;
  bench.withoutRight.clear();
  bench.withoutRight.add('megan');
  await bench.test.store.query('delete from policies');
});
afterAll(() => bench.end());

const auditOf = async ({ requestId }: StoredRequest) =>
  (await bench.deps.audit.list(bench.test.store, TENANT, 1000))
    .filter(({ subject }) => subject === `request:${TENANT}:${requestId}`)
    .map(({ action, facts }) => [action, facts]);
const effects = () => bench.entra.calls.filter((call) => call === 'assignAppRole').length;

describe('asking', () => {
  it('is refused without a policy: deny by default', async () => {
    await expect(bench.ask('Megan', ['Alice'])).rejects.toThrow('request_refused {"why":"no_policy"}');
  });

  it.each([
    ['a guest', { guestsMayAsk: false }, { userType: 'Guest' as const }, 'guest_may_not_ask'],
    [
      'somebody outside of the group',
      { whoMayAsk: { kind: 'group' as const, group: { objectId: 'g', displayName: 'G' } } },
      {},
      'not_in_group',
    ],
    ['somebody without a reason where one is required', { reasonRequired: true }, {}, 'reason_missing'],
    ['an account that was disabled', {}, { accountEnabled: false }, 'account_disabled'],
  ])('is refused for %s', async (_, policy, change, why) => {
    await bench.policy(policy);
    const before = [...bench.entra.people];
    bench.entra.people = before.map((person) => (person.objectId === 'megan' ? { ...person, ...change } : person));
    await expect(bench.ask('Megan', ['Alice'])).rejects.toThrow(why);
    bench.entra.people = before;
  });

  it('freezes whom it is for, with a hash, a short number and the approvers of now', async () => {
    await bench.policy();
    const first = await bench.ask('Megan', ['Alice', 'Bruno']);
    const second = await bench.ask('Megan', ['Alice']);
    expect(second.number).toBe(first.number + 1);
    expect(first.frozen.people.map(({ objectId, assigned, enabled }) => [objectId, assigned, enabled])).toEqual([
      ['alice', false, true],
      ['bruno', false, true],
    ]);
    expect(first.hash).toMatch(/^[0-9a-f]{64}$/);
    const viewers = await listViewers(bench.test.store, TENANT, first.requestId);
    expect(viewers.map(({ objectId, role }) => `${role} ${objectId}`)).toEqual([
      'approver adele',
      'approver alex',
      'approver bea',
      'requester megan',
    ]);
  });

  it('freezes the speaker for `me`, and leaves out whom a word may only begin, to be named by address', async () => {
    await bench.policy();
    const answer = await bench.requests.request({
      person: bench.person('Megan'),
      conversationId: 'a:megan',
      connectionId: CONNECTION,
      activityId: 'me-1',
      people: ['me', 'Brun'],
      reason: null,
    });
    const runId = answer.kind === 'accepted' ? answer.runId : '';
    await bench.reaches(runId, 'done');
    const request = await findRequestOfActivity(bench.test.store, TENANT, runId);
    expect(request?.frozen.people.map(({ objectId }) => objectId)).toEqual(['megan']);
    expect((await listRunPeople(bench.test.store, runId))[1]?.outcome).toMatchObject({
      kind: 'choose',
      candidates: [{ userPrincipalName: 'bruno@contoso.com' }],
    });
  });

  it('is the same request when Teams delivers the message twice', async () => {
    await bench.policy();
    const one = await bench.ask('Megan', ['Alice'], { activityId: 'twice' });
    const two = await bench.ask('Megan', ['Alice'], { activityId: 'twice' });
    expect(two.requestId).toBe(one.requestId);
  });

  it('changes nothing in Entra', async () => {
    await bench.policy();
    await bench.ask('Megan', ['Alice']);
    expect(bench.entra.calls.filter((call) => /^(assign|create|put|start|provision|remove|delete)/.test(call))).toEqual([]);
  });

  it('is what `provision` becomes for somebody without the right, in the same card', async () => {
    await bench.policy();
    const answer = await bench.commands.requestProvision({
      person: bench.person('Megan'),
      conversationId: 'a:megan',
      connectionId: CONNECTION,
      activityId: 'typed-1',
      people: ['alice@contoso.com'],
    });
    const runId = answer.kind === 'accepted' ? answer.runId : '';
    expect((await bench.reaches(runId, 'replaced')).state).toBe('replaced');
    const freezing = runId.replace(/^provision:/, 'request:');
    await bench.reaches(freezing, 'done');
    const tags = await bench.test.store.query<{ tag: string }>(
      `select tag from messages where conversation_id = 'a:megan' and tag like '%typed-1'`,
    );
    expect(tags).toEqual([{ tag: `run:${freezing.slice(0, -2)}` }]);
    expect(effects()).toBe(0);
  });

  it.each([
    ['becomes a request where guests may ask', true, 'replaced'],
    ['is refused where they may not', false, 'failed'],
  ])('as a guest who typed `provision` %s', async (_, guestsMayAsk, state) => {
    await bench.policy({ guestsMayAsk });
    const before = [...bench.entra.people];
    bench.entra.people = before.map((person) => (person.objectId === 'megan' ? { ...person, userType: 'Guest' } : person));
    const answer = await bench.commands.requestProvision({
      person: bench.person('Megan'),
      conversationId: 'a:megan',
      connectionId: CONNECTION,
      activityId: `guest-${state}`,
      people: ['alice@contoso.com'],
    });
    const runId = answer.kind === 'accepted' ? answer.runId : '';
    const run = await bench.reaches(runId, 'replaced', 'failed');
    if (guestsMayAsk) await bench.reaches(runId.replace(/^provision:/, 'request:'), 'done');
    bench.entra.people = before;
    expect([run.state, run.failure?.code]).toEqual([state, guestsMayAsk ? undefined : 'guest_refused']);
  });

  describe('when the right ends in the middle of a provision', () => {
    const types = (activityId: string, ...people: string[]) =>
      bench.commands.requestProvision({
        person: bench.person('Alex'),
        conversationId: 'a:alex',
        connectionId: CONNECTION,
        activityId,
        people,
      });
    function loseRight(when: () => boolean) {
      const { before } = bench.entra;
      bench.entra.before = (method, caller) => {
        if (caller === 'alex' && when()) throw new NoRightError({ operation: method, requestId: null });
        return before(method, caller);
      };
      return () => {
        bench.entra.before = before;
      };
    }

    it('fails, and keeps on its card whom it has done', async () => {
      await bench.policy();
      const giveBack = loseRight(() => bench.entra.calls.filter((call) => call === 'provisionOnDemand').length > 1);
      const answer = await types('lost-1', 'alice@contoso.com', 'bruno@contoso.com');
      const runId = answer.kind === 'accepted' ? answer.runId : '';
      const run = await bench.reaches(runId, 'failed', 'replaced');
      giveBack();
      expect(run).toMatchObject({ state: 'failed', failure: { code: 'no_right' } });
      // The two calls go out side by side: either may be the one that still had the right.
      const kinds = (await listRunPeople(bench.test.store, runId)).map(({ outcome }) => outcome?.kind);
      expect(kinds.toSorted()).toEqual(['created', undefined]);
      const retried = await bench.commands.retry({ activityId: 'click', person: bench.person('Alex'), runId });
      await bench.reaches(retried.kind === 'accepted' ? retried.runId : '', 'done');
    });

    it('fails also when somebody was only assigned', async () => {
      await bench.policy();
      const giveBack = loseRight(() => bench.entra.calls.includes('provisionOnDemand'));
      const answer = await types('lost-2', 'alice@contoso.com');
      const run = await bench.reaches(answer.kind === 'accepted' ? answer.runId : '', 'failed', 'replaced');
      giveBack();
      expect(run).toMatchObject({ state: 'failed', failure: { code: 'no_right' } });
      expect(bench.entra.assignments).toHaveLength(1);
    });

    it('still asks when it ends before anything was done', async () => {
      await bench.policy();
      const giveBack = loseRight(() => bench.entra.calls.includes('assignAppRole'));
      const answer = await types('lost-3', 'alice@contoso.com');
      const run = await bench.reaches(answer.kind === 'accepted' ? answer.runId : '', 'failed', 'replaced');
      giveBack();
      expect(run.state).toBe('replaced');
    });
  });

  it('fails with the reason, and the keeper of the policy hears it, when nobody could decide', async () => {
    await bench.policy({ approvers: { people: [{ objectId: 'megan', displayName: 'Megan' }], group: null } });
    await expect(bench.ask('Megan', ['Alice'])).rejects.toThrow('nobody_can_decide {"problem":"only_the_requester"}');
    const told = await bench.test.store.query(
      `select 1 from messages where conversation_id = 'a:adele' and tag like 'notice:request:%nobodyCanDecide'`,
    );
    expect(told).toHaveLength(1);
  });
});

it('names approvers whom the bot cannot reach to the keeper of the policy, and goes on with the others', async () => {
  await bench.policy();
  await bench.test.store.query(`update people set reachable = false where object_id = 'bea'`);
  const request = await bench.ask('Megan', ['Alice']);
  await bench.test.store.query(`update people set reachable = true where object_id = 'bea'`);
  const told = await bench.test.store.query<{ content: unknown }>('select content from messages where tag = $1', [
    `notice:request:${request.requestId}:unreachable`,
  ]);
  expect(told.map(({ content }) => content)).toMatchObject([{ kind: 'approvers_unreachable', names: ['Bea'] }]);
  expect(await bench.click('Alex', 'approve', request)).toBe('counted');
  await bench.becomes(request, 'done');
});

describe('deciding', () => {
  it('runs with the token of the approver whose click completed it, and tells the requester', async () => {
    await bench.policy();
    const request = await bench.ask('Megan', ['Alice']);
    expect(await bench.click('Alex', 'approve', request)).toBe('counted');
    const done = await bench.becomes(request, 'done');
    expect(done.actingAs?.displayName).toBe('Alex');
    expect(bench.entra.assignments.map(({ principalId }) => principalId)).toEqual(['alice']);
    const told = await bench.test.store.query(`select 1 from messages where conversation_id = 'a:megan' and tag = $1`, [
      `notice:request:${request.requestId}:done`,
    ]);
    expect(told).toHaveLength(1);
  });

  it('needs as many approvals as the size asks for, each of another person', async () => {
    await bench.policy();
    const request = await bench.ask('Megan', ['Alice', 'Bruno', 'Cleo']);
    expect(await bench.click('Alex', 'approve', request)).toBe('counted');
    expect((await bench.becomes(request, 'requested')).state).toBe('requested');
    expect(await bench.click('Alex', 'approve', request)).toBe('already_decided_by_you');
    expect(await bench.click('Bea', 'approve', request)).toBe('counted');
    expect((await bench.becomes(request, 'done')).actingAs?.displayName).toBe('Bea');
  });

  it('ends with one decline, which needs a reason and membership only', async () => {
    await bench.policy();
    bench.withoutRight.add('bea');
    const request = await bench.ask('Megan', ['Alice']);
    expect(await bench.click('Bea', 'decline', request, { reason: ' ', activityId: 'empty' })).toBe('decline_reason_missing');
    expect(await auditOf(request)).toContainEqual([
      'decision.refused',
      { verdict: 'decline', activityId: 'empty', why: 'decline_reason_missing' },
    ]);
    expect(await bench.click('Bea', 'decline', request, { reason: 'left the team' })).toBe('declined');
    expect(await bench.becomes(request, 'declined')).toMatchObject({ declineReason: 'left the team' });
    expect(await bench.click('Alex', 'approve', request)).toBe('already_ended');
    expect(effects()).toBe(0);
    const told = await bench.test.store.query(`select 1 from messages where conversation_id = 'a:megan' and tag = $1`, [
      `notice:request:${request.requestId}:declined`,
    ]);
    expect(told).toHaveLength(1);
  });

  it.each([
    ['somebody who is no approver', 'Carl', 'not_an_approver'],
    ['the requester', 'Megan', 'not_an_approver'],
  ])('refuses %s', async (_, who, why) => {
    await bench.policy();
    const request = await bench.ask('Megan', ['Alice']);
    expect(await bench.click(who, 'approve', request)).toBe(why);
    expect(await bench.click(who, 'decline', request)).toBe(why);
    expect((await bench.becomes(request, 'requested')).state).toBe('requested');
  });

  it('refuses the requester who is an approver too, unless the policy lets them', async () => {
    await bench.policy({ selfApproval: false });
    const request = await bench.ask('Alex', ['Alice']);
    expect(await bench.click('Alex', 'approve', request)).toBe('not_an_approver');
    await bench.policy({ selfApproval: true });
    const other = await bench.ask('Alex', ['Bruno']);
    expect(await bench.click('Alex', 'approve', other)).toBe('counted');
    await bench.becomes(other, 'done');
  });

  it('refuses an approver without the right to act, and keeps the request open', async () => {
    await bench.policy();
    bench.withoutRight.add('alex');
    const request = await bench.ask('Megan', ['Alice']);
    expect(await bench.click('Alex', 'approve', request)).toBe('no_right');
    expect(await bench.click('Adele', 'approve', request)).toBe('counted');
    await bench.becomes(request, 'done');
  });

  it('checks at the click, not at the asking, that an approver is still in the group and still enabled', async () => {
    const group = { objectId: 'g-approvers', displayName: 'Approvers' };
    bench.entra.groups[group.objectId] = [
      { objectId: 'carl', displayName: 'Carl' },
      { objectId: 'bea', displayName: 'Bea' },
    ];
    await bench.policy({ approvers: { people: [], group } });
    bench.entra.groups[group.objectId] = [
      { objectId: 'carl', displayName: 'Carl' },
      { objectId: 'bea', displayName: 'Bea' },
    ];
    const request = await bench.ask('Megan', ['Alice']);
    bench.entra.groups[group.objectId] = [{ objectId: 'bea', displayName: 'Bea' }];
    expect(await bench.click('Carl', 'approve', request)).toBe('not_an_approver');
    const before = [...bench.entra.people];
    bench.entra.people = before.map((person) => (person.objectId === 'bea' ? { ...person, accountEnabled: false } : person));
    expect(await bench.click('Bea', 'approve', request)).toBe('account_disabled');
    bench.entra.people = before;
    expect(await bench.click('Bea', 'approve', request)).toBe('counted');
    await bench.becomes(request, 'done');
  });

  it('waits for the clicker’s sign-in, then goes on with that click', async () => {
    await bench.policy();
    const request = await bench.ask('Megan', ['Alice']);
    const { before } = bench.entra;
    bench.entra.before = (method, caller) => {
      if (caller === 'alex' && method === 'getMe')
        throw new SignInNeededError({ objectId: 'alex', connectionName: 'entra', reason: 'none' });
      return before(method, caller);
    };
    expect(await bench.click('Alex', 'approve', request)).toBe('sign_in');
    bench.entra.before = before;
    expect(await bench.requests.signedIn(bench.person('Alex'))).toBe(1);
    await bench.becomes(request, 'done');
  });

  it('counts a replayed click once', async () => {
    await bench.policy();
    const request = await bench.ask('Megan', ['Alice', 'Bruno', 'Cleo']);
    const clicks = await Promise.all([1, 2, 3].map(() => bench.click('Alex', 'approve', request, { activityId: 'same' })));
    expect(clicks).toEqual(['counted', 'counted', 'counted']);
    expect(await listDecisions(bench.test.store, TENANT, request.requestId)).toHaveLength(1);
  });

  it('has one flip, one effect and an honest answer for each of 100 clicks at once', async () => {
    const approvers = Array.from({ length: 10 }, (_, index) => ({
      objectId: `approver${index}`,
      displayName: `Approver${index}`,
    }));
    const before = [...bench.entra.people];
    for (const { objectId, displayName } of approvers)
      bench.entra.people.push({
        objectId,
        displayName,
        userPrincipalName: `${objectId}@contoso.com`,
        mail: `${objectId}@contoso.com`,
        accountEnabled: true,
        userType: 'Member',
      });
    const conversationId = '19:channel';
    const reference = { serviceUrl: 'https://smba.example/', reference: {}, installed: true };
    await rememberConversation(bench.test.store, { tenantId: TENANT, conversationId, kind: 'channel', ...reference });
    await bench.policy({ approvers: { people: approvers, group: null }, postTo: { kind: 'channel', conversationId } });
    const request = await bench.ask('Megan', ['Alice']);
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        bench.click(`Approver${index % 10}`, index % 3 === 0 ? 'decline' : 'approve', request),
      ),
    );
    bench.entra.people = before;
    const ended = await bench.becomes(request, 'done', 'declined');
    const decisive = answers.filter((answer) => answer === 'counted' || answer === 'declined');
    expect(decisive).toHaveLength(1);
    expect(
      answers
        .filter((answer) => answer !== decisive[0])
        .every((answer) => ['already_ended', 'already_decided_by_you'].includes(answer)),
    ).toBe(true);
    expect(effects()).toBe(ended.state === 'done' ? 1 : 0);
  });
});

describe('before acting', () => {
  it('stops and says what changed when a person was disabled after the freezing; trying again is a new, linked request', async () => {
    await bench.policy();
    const request = await bench.ask('Megan', ['Alice']);
    const before = [...bench.entra.people];
    bench.entra.people = before.map((person) => (person.objectId === 'alice' ? { ...person, accountEnabled: false } : person));
    await bench.click('Alex', 'approve', request);
    const failed = await bench.becomes(request, 'failed');
    bench.entra.people = before;
    const run = await findRun(bench.test.store, `${failed.runId}:1`);
    expect(run?.failure).toMatchObject({ code: 'request_changed', facts: { changes: 'person_disabled:Alice' } });
    expect(effects()).toBe(0);
    const again = await bench.ask('Megan', ['Alice'], { supersedes: request.number });
    expect(again.supersedes).toBe(request.number);
    expect(await bench.becomes(request, 'superseded')).toMatchObject({ supersededBy: again.number });
    expect(await auditOf(request)).toContainEqual(['request.superseded', { number: request.number, supersededBy: again.number }]);
  });

  it('stops for what changed also when it had to wait for a sign-in before it could look', async () => {
    await bench.policy();
    const request = await bench.ask('Megan', ['Alice']);
    const { before } = bench.entra;
    bench.entra.before = (method, caller) => {
      if (caller === 'alex' && method === 'listAppRoleAssignedTo')
        throw new SignInNeededError({ objectId: 'alex', connectionName: 'entra', reason: 'none' });
      return before(method, caller);
    };
    await bench.click('Alex', 'approve', request);
    const { runId } = await bench.becomes(request, 'running');
    await bench.reaches(`${runId}:1`, 'waiting');
    bench.entra.before = before;
    const people = [...bench.entra.people];
    bench.entra.people = people.map((person) => (person.objectId === 'alice' ? { ...person, accountEnabled: false } : person));
    expect(await bench.commands.signedIn(bench.person('Alex'))).toBe(1);
    await bench.becomes(request, 'failed');
    bench.entra.people = people;
    expect((await findRun(bench.test.store, `${runId}:2`))?.failure).toMatchObject({
      code: 'request_changed',
      facts: { changes: 'person_disabled:Alice' },
    });
    expect(effects()).toBe(0);
  });

  describe('when the token of the approver ends in the middle', () => {
    /** Alice is done, Bruno waits for the sign-in. */
    async function waitsAfterAlice() {
      await bench.policy();
      const request = await bench.ask('Megan', ['Alice', 'Bruno']);
      // By person: which of the two is called first is up to the queue.
      bench.entra.onDemand.bruno = [new SignInNeededError({ objectId: 'alex', connectionName: 'entra', reason: 'expired' })];
      await bench.click('Alex', 'approve', request);
      const { runId } = await bench.becomes(request, 'running');
      await bench.reaches(`${runId}:1`, 'waiting');
      bench.entra.onDemand = {};
      return { request, runId };
    }
    const onDemandCalls = () => bench.entra.calls.filter((call) => call === 'provisionOnDemand').length;

    const joins = (app: string, role: string) =>
      bench.test.store.query('update connections set service_principal_id = $1, app_role_id = $2', [app, role]);

    it('stops for another app and role before anything more is done', async () => {
      const { request, runId } = await waitsAfterAlice();
      bench.entra.calls.length = 0;
      await joins('sp-other', 'role-other');
      await bench.commands.signedIn(bench.person('Alex'));
      await bench.becomes(request, 'partly_done');
      await joins('sp-1', 'role-user');
      expect((await findRun(bench.test.store, `${runId}:2`))?.failure).toMatchObject({
        code: 'request_changed',
        facts: { changes: 'app_replaced, role_replaced' },
      });
      expect(effects() + onDemandCalls()).toBe(0);
    });

    it('goes on with those who are open, whatever became of somebody who is done', async () => {
      const { request } = await waitsAfterAlice();
      const people = [...bench.entra.people];
      bench.entra.people = people.map((person) =>
        person.objectId === 'alice' ? { ...person, userPrincipalName: 'alice.nowak@contoso.com' } : person,
      );
      await bench.commands.signedIn(bench.person('Alex'));
      await bench.becomes(request, 'done');
      bench.entra.people = people;
      expect(bench.entra.assignments.map(({ principalId }) => principalId)).toEqual(['alice', 'bruno']);
    });
  });

  it('goes on when somebody was assigned meanwhile', async () => {
    await bench.policy();
    const request = await bench.ask('Megan', ['Alice']);
    bench.entra.assignments.push({
      id: 'x',
      principalId: 'alice',
      principalType: 'User',
      principalDisplayName: 'Alice',
      appRoleId: 'role-user',
    });
    await bench.click('Alex', 'approve', request);
    await bench.becomes(request, 'done');
  });
});

describe('auto-approval', () => {
  const autoApproval = { domains: ['contoso.com'], group: null, perDay: 1000 };

  it('decides and never acts: an approver runs it', async () => {
    await bench.policy({ autoApproval });
    const request = await bench.ask('Megan', ['Alice']);
    expect(request).toMatchObject({ state: 'approved', autoApproved: true, actingAs: null });
    await bench.sweepRequests();
    expect((await bench.becomes(request, 'approved')).runId).toBeNull();
    const cards = await bench.test.store.query(`select conversation_id from messages where tag = $1 order by 1`, [
      `approved:${CONNECTION}`,
    ]);
    expect(cards.map(({ conversation_id }) => conversation_id)).toEqual(['a:adele', 'a:alex', 'a:bea']);
    expect(await bench.click('Carl', 'run', request)).toBe('not_an_approver');
    expect(await bench.click('Alex', 'run', request)).toBe('counted');
    expect((await bench.becomes(request, 'done')).actingAs?.displayName).toBe('Alex');
  });

  it('stops at the day’s quota', async () => {
    const used = await bench.test.store.query<{ n: number }>(
      `select coalesce(sum(jsonb_array_length(frozen->'people')), 0)::int as n from requests where auto_approved`,
    );
    await bench.policy({ autoApproval: { ...autoApproval, perDay: (used[0]?.n ?? 0) + 1 } });
    expect((await bench.ask('Megan', ['Bruno'])).state).toBe('approved');
    expect((await bench.ask('Megan', ['Cleo'])).state).toBe('requested');
  });
});

describe('time', () => {
  const shift = (requestId: string, column: string) =>
    bench.test.store.query(`update requests set ${column} = now() - interval '1 second' where request_id = $1`, [requestId]);

  it.each([
    ['in their own chat', 'a:megan'],
    ['where they asked, when the bot knows no chat of their own', null],
  ])('expires a request that fell due while no process was running, and tells the requester %s', async (_where, ownChat) => {
    await bench.policy();
    const request = await bench.ask('Megan', ['Alice']);
    await shift(request.requestId, 'expires_at');
    expect(await bench.click('Alex', 'approve', request)).toBe('expired');
    const setChat = (chat: string | null) =>
      bench.test.store.query(`update people set personal_conversation_id = $1 where object_id = 'megan'`, [chat]);
    await setChat(ownChat);
    await bench.sweepRequests();
    await setChat('a:megan');
    await bench.becomes(request, 'expired');
    expect(await listDecisions(bench.test.store, TENANT, request.requestId)).toEqual([]);
    const told = await bench.test.store.query('select conversation_id, content from messages where tag = $1', [
      `notice:request:${request.requestId}:expired`,
    ]);
    expect(told).toMatchObject([
      { conversation_id: 'a:megan', content: { kind: 'request_ended', state: 'expired', good: 0, people: 1 } },
    ]);
  });

  it('does not expire what was approved in time and is about to run', async () => {
    await bench.policy();
    const request = await bench.ask('Megan', ['Alice']);
    const { store } = bench.test;
    await changeRequestState(store, TENANT, request.requestId, { state: 'approved', actingAs: bench.person('Alex') });
    await shift(request.requestId, 'expires_at');
    const expired = async () => (await listExpiredRequests(store)).map(({ requestId }) => requestId);
    expect(await expired()).not.toContain(request.requestId);
    await bench.sweepRequests();
    await bench.becomes(request, 'done');
  });

  it('reminds the approvers, each time after twice the pause', async () => {
    await bench.policy();
    const request = await bench.ask('Megan', ['Alice']);
    await shift(request.requestId, 'next_reminder_at');
    await Promise.all([bench.sweepRequests(), bench.sweepRequests()]);
    const told = await bench.test.store.query(`select conversation_id from messages where tag like $1`, [
      `notice:request:${request.requestId}:reminder%`,
    ]);
    expect(told).toHaveLength(3);
    const [row] = await bench.test.store.query<{ minutes: number }>(
      `select round(extract(epoch from next_reminder_at - now()) / 60)::int as minutes from requests where request_id = $1`,
      [request.requestId],
    );
    expect(row?.minutes).toBe(30);
  });

  it('escalates to those named for it, who may then decide', async () => {
    await bench.policy({ escalation: { afterMs: 60_000, people: [{ objectId: 'carl', displayName: 'Carl' }] } });
    const request = await bench.ask('Megan', ['Alice']);
    await shift(request.requestId, 'escalate_at');
    await bench.sweepRequests();
    const view = await readRequestView(bench.test.store, TENANT, request.requestId, { conversationId: 'a:carl' });
    expect(view).toMatchObject({ role: 'escalation', can: { approve: true } });
    expect(await bench.click('Carl', 'approve', request)).toBe('counted');
    await bench.becomes(request, 'done');
  });

  it('reminds of what the rules approved and nobody runs, then asks those named for it, who may then run it', async () => {
    const autoApproval = { domains: ['contoso.com'], group: null, perDay: 1000 };
    await bench.policy({ autoApproval, escalation: { afterMs: 60_000, people: [{ objectId: 'carl', displayName: 'Carl' }] } });
    const request = await bench.ask('Megan', ['Alice']);
    await shift(request.requestId, 'next_reminder_at');
    await shift(request.requestId, 'escalate_at');
    await bench.sweepRequests();
    const told = await bench.test.store.query(`select content from messages where tag like $1`, [
      `notice:request:${request.requestId}:reminder%`,
    ]);
    expect(told).toHaveLength(3);
    expect(told[0]).toMatchObject({ content: { kind: 'request_reminder', isApproved: true, isSetup: false } });
    const cards = `select 1 from messages where tag = $1 and conversation_id = 'a:carl'`;
    expect(await bench.test.store.query(cards, [`approved:${CONNECTION}`])).toHaveLength(1);
    expect(await bench.click('Carl', 'run', request)).toBe('counted');
    await bench.becomes(request, 'done');
  });
});

describe('withdrawing', () => {
  it('is for the requester, while nothing runs', async () => {
    await bench.policy();
    const request = await bench.ask('Megan', ['Alice']);
    const withdraw = (by: string, activityId: string) =>
      bench.requests.withdraw({ activityId, person: bench.person(by), requestId: request.requestId });
    expect(await withdraw('Alex', 'first')).toMatchObject({ why: 'not_yours' });
    expect(await withdraw('Megan', 'second')).toEqual({ kind: 'done' });
    expect(await bench.click('Alex', 'approve', request)).toBe('withdrawn');
    expect(await withdraw('Megan', 'third')).toMatchObject({ why: 'withdrawn' });
    expect(await auditOf(request)).toContainEqual(['request.withdrawn', { number: request.number, activityId: 'second' }]);
    const refusals = (await auditOf(request)).filter(([action]) => action === 'request.refused').map(([, facts]) => facts);
    expect(refusals.reverse()).toEqual([
      { wanted: 'withdraw', why: 'not_yours', activityId: 'first' },
      { wanted: 'withdraw', why: 'withdrawn', activityId: 'third' },
    ]);
  });
});

describe('a setup that needs a second administrator', () => {
  const organization = CONNECTION;
  async function confirmedSetup(policy: Partial<Policy> = {}) {
    bench.entra.jobs = [{ ...synchronizationJob({ id: 'job-1', schedule: 'Active', state: 'Active' }) }];
    bench.entra.secrets = { syncAll: 'false', unknownKeys: [] };
    await bench.policy({ setupNeedsApproval: true, ...policy });
    const setup = await bench.setupInput({
      organizationId: organization,
      scimConnectorUrl: 'https://services.api.unity.com/scim/v2/tenants/1234567890123',
      testPersonId: 'alice',
    });
    const asked = await bench.commands.requestSetup({
      activityId: 'click',
      person: bench.person('Alex'),
      conversationId: 'a:alex',
      setup,
    });
    const runId = asked.kind === 'accepted' ? asked.runId : '';
    await bench.reaches(runId, 'waiting');
    const confirmed = await bench.commands.confirmPlan({ activityId: 'click', person: bench.person('Alex'), runId });
    const next = confirmed.kind === 'accepted' ? confirmed.runId : '';
    const run = await bench.reaches(next, 'waiting', 'failed');
    if (run.failure) throw new Error(JSON.stringify(run.failure));
    expect(run.waitingFor).toBe('approval');
    const request = await findRequestOfActivity(bench.test.store, TENANT, next);
    return { runId: next, request: request! };
  }
  const lastOfSetup = async () =>
    (await bench.deps.audit.list(bench.test.store, TENANT, 100)).find(({ subject }) => subject.startsWith('setup:'));
  const secretsLeft = () =>
    bench.test.store.query(`select 1 from secrets where subject = $1`, [`setup:${TENANT}:${organization}`]);

  it('acts only after the approval, with the approver’s token, on the plan that was approved', async () => {
    const { runId, request } = await confirmedSetup();
    expect(bench.entra.calls).not.toContain('putSecrets');
    expect(await bench.click('Alex', 'approve', request)).toBe('not_an_approver');
    expect(await bench.click('Bea', 'approve', request)).toBe('counted');
    await bench.becomes(request, 'done');
    const next = runId.replace(/\d+$/, (n) => String(Number(n) + 1));
    const rows = await bench.deps.audit.list(bench.test.store, TENANT, 100);
    expect(rows.find(({ action }) => action === 'run.replaced')).toMatchObject({
      actor: { objectId: 'bea' },
      facts: { runId: next, replaced: runId },
    });
    const done = await findRun(bench.test.store, next);
    expect(done).toMatchObject({ state: 'done', actingAs: { objectId: 'bea' }, requestedBy: { objectId: 'alex' } });
    expect(await secretsLeft()).toEqual([]);
  });

  it('tells the requester that it is done', async () => {
    const { request } = await confirmedSetup();
    await bench.click('Bea', 'approve', request);
    await bench.becomes(request, 'done');
    const told = await bench.test.store.query('select conversation_id, content from messages where tag = $1', [
      `notice:request:${request.requestId}:done`,
    ]);
    expect(told).toMatchObject([{ conversation_id: 'a:alex', content: { kind: 'request_ended', isSetup: true } }]);
  });

  it('asks anew for a plan that changed after the approval, and the new request takes the place of the old', async () => {
    const { request } = await confirmedSetup();
    bench.entra.groupMapping = !bench.entra.groupMapping;
    await bench.click('Bea', 'approve', request);
    await bench.becomes(request, 'running');
    const newest = (waitingFor: Run['waitingFor']) =>
      until(`the setup to wait for ${waitingFor}`, async () => {
        const run = await findNewestRun(bench.test.store, `setup:${TENANT}:${organization}`);
        return run?.waitingFor === waitingFor ? run : undefined;
      });
    const { runId } = await newest('plan');
    await bench.commands.confirmPlan({ activityId: 'click', person: bench.person('Alex'), runId });
    const again = await newest('approval');
    const second = await findRequestOfActivity(bench.test.store, TENANT, again.runId);
    expect(second).toMatchObject({ state: 'requested', supersedes: request.number });
    expect(await bench.becomes(request, 'superseded')).toMatchObject({ supersededBy: second!.number });
    expect((await auditOf(request))[0]?.[0]).toBe('request.superseded');
    await bench.commands.cancel({ activityId: 'click', person: bench.person('Alex'), runId: again.runId });
  });

  it('ends with a decline, and its sealed token goes', async () => {
    const { runId, request } = await confirmedSetup();
    expect(await bench.click('Bea', 'decline', request)).toBe('declined');
    expect((await findRun(bench.test.store, runId))?.state).toBe('cancelled');
    expect(await lastOfSetup()).toMatchObject({ action: 'run.cancelled', actor: { objectId: 'bea' }, facts: { runId } });
    expect(await secretsLeft()).toEqual([]);
    expect(bench.entra.calls).not.toContain('putSecrets');
  });

  it('ends with a withdrawal, and its sealed token goes', async () => {
    const { runId, request } = await confirmedSetup();
    await bench.requests.withdraw({ activityId: 'click', person: bench.person('Alex'), requestId: request.requestId });
    expect((await findRun(bench.test.store, runId))?.state).toBe('cancelled');
    expect(await lastOfSetup()).toMatchObject({ action: 'run.cancelled', actor: { objectId: 'alex' }, facts: { runId } });
    expect(await secretsLeft()).toEqual([]);
  });

  it('ends when the request expires, and its sealed token goes', async () => {
    const { runId, request } = await confirmedSetup();
    await bench.test.store.query(`update requests set expires_at = now() - interval '1 second' where request_id = $1`, [
      request.requestId,
    ]);
    await bench.sweepRequests();
    expect((await findRun(bench.test.store, runId))?.state).toBe('expired');
    expect(await lastOfSetup()).toMatchObject({ action: 'run.expired', actor: null, facts: { runId } });
    expect(await secretsLeft()).toEqual([]);
  });

  const named = (...names: string[]) => ({
    people: names.map((name) => ({ objectId: name.toLowerCase(), displayName: name })),
    group: null,
  });

  it('needs one other administrator, however many approvals people need', async () => {
    const { runId, request } = await confirmedSetup({
      approvers: named('Alex', 'Bea'),
      approvals: [{ upTo: null, needed: 2 }],
    });
    expect(request).toMatchObject({ state: 'requested', approvalsNeeded: 1 });
    await bench.commands.cancel({ activityId: 'click', person: bench.person('Alex'), runId });
  });

  it('fails, and the keeper of the policy hears it, when nobody else may approve, also where people approve their own requests', async () => {
    const failing = confirmedSetup({ approvers: named('Alex'), selfApproval: true });
    await expect(failing).rejects.toThrow('"problem":"only_the_requester"');
    const { runId } = (await findNewestRun(bench.test.store, `setup:${TENANT}:${organization}`))!;
    const told = await bench.test.store.query('select conversation_id, content from messages where tag = $1', [
      `notice:request:${runId}:nobodyCanDecide`,
    ]);
    expect(told).toMatchObject([
      { conversation_id: 'a:adele', content: { kind: 'nobody_can_decide', problem: 'only_the_requester' } },
    ]);
    await bench.commands.cancel({ activityId: 'click', person: bench.person('Alex'), runId });
  });

  it('fails when its approvers are to be asked in a channel that the bot has lost', async () => {
    const failing = confirmedSetup({ postTo: { kind: 'channel', conversationId: '19:lost@thread.tacv2' } });
    await expect(failing).rejects.toThrow('"problem":"channel_not_reachable"');
    const { runId } = (await findNewestRun(bench.test.store, `setup:${TENANT}:${organization}`))!;
    await bench.commands.cancel({ activityId: 'click', person: bench.person('Alex'), runId });
  });
});

it('shows approvers the buttons, the requester the withdrawal, and nobody else anything', async () => {
  await bench.policy();
  const request = await bench.ask('Megan', ['Alice']);
  const see = (objectId: string) => readRequestView(bench.test.store, TENANT, request.requestId, { objectId });
  expect((await see('alex'))?.can).toEqual({ approve: true, decline: true, run: false, withdraw: false, again: false });
  expect((await see('megan'))?.can).toEqual({ approve: false, decline: false, run: false, withdraw: true, again: false });
  expect(await see('carl')).toBeUndefined();
});

it('has an unbroken audit chain with each attempt, decision, run and end', async () => {
  await bench.policy();
  const request = await bench.ask('Megan', ['Alice']);
  await bench.click('Carl', 'approve', request);
  await bench.click('Alex', 'approve', request);
  await bench.becomes(request, 'done');
  const rows = (await bench.deps.audit.list(bench.test.store, TENANT, 100)).filter(
    ({ subject }) => subject === `request:${TENANT}:${request.requestId}`,
  );
  expect(rows.map(({ action }) => action).reverse()).toEqual([
    'request.made',
    'decision.attempt',
    'decision.refused',
    'decision.attempt',
    'decision.counted',
    'request.running',
    'request.done',
  ]);
  expect(await bench.deps.audit.firstBadRow(bench.test.store, TENANT)).toBeUndefined();
});
