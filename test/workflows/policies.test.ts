import type { Policy } from '../../src/provisioning/policy';
import { rememberConversation, setConversationState } from '../../src/store/conversations';
import { setReachable } from '../../src/store/people';
import { findPolicy } from '../../src/store/policies';
import { listViewers } from '../../src/store/requestViewers';
import { giveCopies, nameUnreachable } from '../../src/workflows/requests/requestCards';
import { readRequestView } from '../../src/workflows/requests/requestView';
import { TENANT } from '../support/people';
import { aPolicy, CONNECTION, type RequestBench, startRequestBench } from '../support/requestBench';

let bench: RequestBench;
beforeAll(async () => {
  bench = await startRequestBench();
});
afterEach(() => bench.test.store.query('delete from policies'));
afterAll(() => bench.end());

const ref = (name: string) => ({ objectId: name.toLowerCase(), displayName: name });
const only = (...names: string[]): Partial<Policy> => ({
  approvers: { people: names.map(ref), group: null },
  approvals: [{ upTo: null, needed: 1 }],
});
let saved = 0;
/** Adele saves the form; what it came to: *saved*, or the code and the problem. */
async function save(change: Partial<Policy>, by = 'Adele'): Promise<string> {
  saved += 1;
  const answer = await bench.requests.savePolicy({
    person: bench.person(by),
    conversationId: `a:${by.toLowerCase()}`,
    activityId: `save-${saved}`,
    policy: { policy: { ...aPolicy(), ...change }, basedOn: 0 },
  });
  if (answer.kind === 'refused') return answer.why;
  const { failure } = await bench.reaches(answer.runId, 'done', 'failed');
  const stored = await findPolicy(bench.test.store, TENANT, CONNECTION);
  if (!failure) return stored ? 'saved' : 'not there';
  return stored ? 'there although refused' : [failure.code, failure.facts.problem, failure.facts.names].filter(Boolean).join(' ');
}

describe('saving the rules', () => {
  const everybody = () => bench.entra.people;
  let people: ReturnType<typeof everybody>;
  beforeEach(() => {
    people = everybody();
  });
  afterEach(async () => {
    bench.entra.people = people;
    bench.entra.groups = {};
    await setReachable(bench.test.store, TENANT, 'bea', true);
    await setConversationState(bench.test.store, TENANT, 'a:bea', { state: 'active' });
  });

  it('is done when somebody can decide', async () => {
    expect(await save({})).toBe('saved');
  });

  it('is on record with everything that the rules say, people and groups by id', async () => {
    await join();
    bench.entra.groups = { trusted: [ref('Cleo')] };
    const escalation = { afterMs: 3_600_000, people: [ref('Carl'), ref('Cleo')] };
    const autoApproval = { domains: ['contoso.com'], group: { objectId: 'trusted', displayName: 'Trusted' }, perDay: 5 };
    expect(await save({ ...toChannel, escalation, autoApproval })).toBe('saved');
    const [row] = await bench.test.store.query<{ facts: object }>(
      `select facts from audit where action = 'policy.saved' order by number desc limit 1`,
    );
    expect(row?.facts).toMatchObject({
      version: 1,
      whoMayAsk: 'everyone',
      guestsMayAsk: false,
      approvers: 'adele alex bea',
      approverGroup: null,
      approvals: '2:1 more:2',
      selfApproval: false,
      reasonRequired: false,
      lifetimeMs: 28_800_000,
      remindAfterMs: 900_000,
      escalateAfterMs: 3_600_000,
      escalateTo: 'carl cleo',
      autoApproval: 'contoso.com 5',
      autoApprovalGroup: 'trusted',
      postTo: CHANNEL,
      setupNeedsApproval: false,
    });
  });

  it('needs the saver’s right on the app, as Entra says it', async () => {
    expect(await save({}, 'Megan')).toBe('no_right');
  });

  it.each<[string, () => Promise<void>]>([
    ['removed the bot', () => setReachable(bench.test.store, TENANT, 'bea', false)],
    ['blocked it', () => setConversationState(bench.test.store, TENANT, 'a:bea', { state: 'dead' })],
  ])('is refused when the only approver %s', async (_, left) => {
    await left();
    expect(await save(only('Bea'))).toBe('policy_refused no_approver_reachable');
    expect(await save(only('Bea', 'Alex'))).toBe('saved');
  });

  it('is refused when more approvals are needed than there are approvers', async () => {
    expect(await save({ approvals: [{ upTo: null, needed: 4 }] })).toBe('policy_refused quorum_above_approvers');
  });

  it('is refused for a channel that the bot was removed from', async () => {
    await join();
    await leave();
    expect(await save(toChannel)).toBe('policy_refused channel_not_reachable');
  });

  it('is refused when nobody of those who may ask could find another approver', async () => {
    const group = { objectId: 'askers', displayName: 'askers' };
    const rules: Partial<Policy> = { ...only('Bea'), whoMayAsk: { kind: 'group', group } };
    bench.entra.groups = { askers: [ref('Bea')] };
    expect(await save(rules)).toBe('policy_refused only_the_requester');
    expect(await save({ ...rules, selfApproval: true })).toBe('saved');
    await bench.test.store.query('delete from policies');
    bench.entra.groups = { askers: [ref('Bea'), ref('Megan')] };
    expect(await save(rules)).toBe('saved');
  });

  it.each([
    ['is disabled', 'approver_disabled', { accountEnabled: false }],
    ['is a guest', 'approver_guest', { userType: 'Guest' as const }],
    ['is gone', 'approver_gone', { objectId: 'another' }],
  ])('names an approver or somebody to ask later who %s, and drops nobody', async (_, why, change) => {
    bench.entra.people = people.map((one) => (one.objectId === 'bea' ? { ...one, ...change } : one));
    expect(await save(only('Alex', 'Bea'))).toBe(`policy_refused ${why} Bea`);
    expect(await save({ escalation: { afterMs: 3_600_000, people: [ref('Bea')] }, ...only('Alex') })).toBe(
      `policy_refused ${why} Bea`,
    );
  });

  it('counts neither guests nor disabled accounts of the approvers’ group, and asks none of them', async () => {
    const group = { objectId: 'g-approvers', displayName: 'Approvers' };
    const approvers = { people: [], group };
    const change: Record<string, object> = { carl: { userType: 'Guest' }, bea: { accountEnabled: false } };
    bench.entra.people = people.map((one) => ({ ...one, ...change[one.objectId] }));
    bench.entra.groups[group.objectId] = [ref('Carl'), ref('Bea')];
    expect(await save({ approvers })).toBe('policy_refused approver_group_empty');
    bench.entra.groups[group.objectId] = [ref('Carl'), ref('Bea'), ref('Alex')];
    expect(await save({ approvers, approvals: [{ upTo: null, needed: 2 }] })).toBe('policy_refused quorum_above_approvers');
    await bench.policy({ approvers });
    const { requestId } = await bench.ask('Megan', ['Alice']);
    const asked = (await listViewers(bench.test.store, TENANT, requestId)).filter(({ role }) => role === 'approver');
    expect(asked.map(({ objectId }) => objectId)).toEqual(['alex']);
  });
});

const CHANNEL = '19:requests';
const toChannel = { postTo: { kind: 'channel' as const, conversationId: CHANNEL } };
const join = () =>
  rememberConversation(bench.test.store, {
    tenantId: TENANT,
    conversationId: CHANNEL,
    kind: 'channel',
    serviceUrl: 'https://smba.example/',
    reference: {},
    installed: true,
  });
const leave = () => setConversationState(bench.test.store, TENANT, CHANNEL, { state: 'dead', installed: false });
/** What the keeper of the policy was told by itself, newest last. */
const told = async (conversationId = 'a:adele') =>
  (
    await bench.test.store.query<{ content: object }>(
      `select content from messages where tag like 'notice:request:%' and conversation_id = $1 order by created_at`,
      [conversationId],
    )
  ).map(({ content }) => content);

describe('a request for a channel', () => {
  beforeEach(async () => {
    await bench.test.store.query('delete from messages');
    await bench.policy(toChannel);
    await join();
  });

  it('is posted there while the bot may', async () => {
    const { requestId } = await bench.ask('Megan', ['Alice']);
    const copies = await bench.test.store.query('select conversation_id from messages where tag = $1', [`request:${requestId}`]);
    expect(copies).toEqual([{ conversation_id: CHANNEL }]);
  });

  it('is refused after the bot was removed from it, and the keeper of the policy hears it', async () => {
    await leave();
    await expect(bench.ask('Megan', ['Alice'])).rejects.toThrow('nobody_can_decide {"problem":"channel_not_reachable"}');
    expect(await told()).toMatchObject([{ kind: 'nobody_can_decide', problem: 'channel_not_reachable', by: 'Megan' }]);
  });
});

describe('whom the bot cannot reach any more', () => {
  beforeEach(async () => {
    await bench.test.store.query(`update requests set state = 'withdrawn' where state in ('requested', 'approved')`);
    await bench.test.store.query('delete from messages');
  });
  afterEach(async () => {
    await setConversationState(bench.test.store, TENANT, 'a:bea', { state: 'active' });
    await setReachable(bench.test.store, TENANT, 'carl', true);
  });

  it('is named to the keeper of the policy, once, and on the requester’s card', async () => {
    await bench.policy();
    const request = await bench.ask('Megan', ['Alice']);
    const wanted = () =>
      bench.test.store.query(`select wanted from messages where conversation_id = 'a:megan' and tag like 'run:%'`);
    const before = await wanted();
    await setConversationState(bench.test.store, TENANT, 'a:bea', { state: 'dead' });
    for (let twice = 0; twice < 2; twice += 1)
      await nameUnreachable(bench.test.store, { tenantId: TENANT, conversationId: 'a:bea' });
    expect(await told()).toMatchObject([
      { kind: 'approvers_unreachable', number: request.number, names: ['Bea'], by: 'Megan', organizationId: CONNECTION },
    ]);
    expect(await wanted()).not.toEqual(before);
  });

  it('is told to the keeper of the policy and to the requester, once, when it is the channel of a request', async () => {
    await join();
    await bench.policy(toChannel);
    const { number, requestId } = await bench.ask('Megan', ['Alice']);
    await leave();
    for (let twice = 0; twice < 2; twice += 1)
      await nameUnreachable(bench.test.store, { tenantId: TENANT, conversationId: CHANNEL });
    for (const place of ['a:adele', 'a:megan'])
      expect(await told(place)).toMatchObject([{ kind: 'channel_unreachable', number, requestId, by: 'Megan' }]);
  });

  describe('and comes back', () => {
    const isBack = (name: string) =>
      bench.test.store.transaction((sql) =>
        giveCopies(sql, bench.person(name), { id: `a:${name.toLowerCase()}`, kind: 'personal' }),
      );
    const copiesOf = async (name: string) => {
      const rows = await bench.test.store.query<{ tag: string }>(
        `select tag from messages where conversation_id = $1 and (tag like 'request:%' or tag like 'approved:%') order by tag`,
        [`a:${name.toLowerCase()}`],
      );
      return rows.map(({ tag }) => tag);
    };
    const seenBy = (requestId: string, name: string) =>
      readRequestView(bench.test.store, TENANT, requestId, { conversationId: `a:${name.toLowerCase()}` });
    beforeEach(async () => {
      await setConversationState(bench.test.store, TENANT, 'a:bea', { state: 'dead' });
      await setReachable(bench.test.store, TENANT, 'bea', false);
    });
    afterEach(() => setReachable(bench.test.store, TENANT, 'bea', true));
    const arrive = async () => {
      await setConversationState(bench.test.store, TENANT, 'a:bea', { state: 'active' });
      await isBack('Bea');
    };

    it('gets a copy of what was asked meanwhile and still waits, and the requester’s card names them no more', async () => {
      await bench.policy();
      const ended = await bench.ask('Megan', ['Alice']);
      await bench.requests.withdraw({ activityId: 'click', person: bench.person('Megan'), requestId: ended.requestId });
      const { requestId } = await bench.ask('Megan', ['Bruno']);
      expect(await copiesOf('Bea')).toEqual([]);
      expect((await seenBy(requestId, 'Megan'))?.unreachable).toEqual(['Bea']);
      const wanted = () =>
        bench.test.store.query(
          `select tag, wanted from messages where conversation_id = 'a:megan' and tag like 'run:%' order by tag`,
        );
      const before = await wanted();
      await arrive();
      expect(await copiesOf('Bea')).toEqual([`request:${requestId}`]);
      expect((await seenBy(requestId, 'Bea'))?.can).toMatchObject({ approve: true, decline: true });
      expect((await seenBy(requestId, 'Megan'))?.unreachable).toEqual([]);
      expect(await wanted()).not.toEqual(before);
    });

    it('gets what the rules approved and nobody runs yet as one card', async () => {
      await bench.policy({ autoApproval: { domains: ['contoso.com'], group: null, perDay: 5 } });
      for (const name of ['Alice', 'Bruno']) expect(await bench.ask('Megan', [name])).toMatchObject({ autoApproved: true });
      await arrive();
      expect(await copiesOf('Bea')).toEqual([`approved:${CONNECTION}`]);
    });

    it('gets no copy of their own of what a channel has', async () => {
      await join();
      await bench.policy(toChannel);
      await bench.ask('Megan', ['Alice']);
      await arrive();
      expect(await copiesOf('Bea')).toEqual([]);
    });

    it('is asked after an escalation that could not reach them, and not before it', async () => {
      await bench.policy({
        approvers: { people: [ref('Alex')], group: null },
        escalation: { afterMs: 3_600_000, people: [ref('Bea')] },
      });
      const { requestId } = await bench.ask('Megan', ['Alice']);
      await isBack('Bea');
      expect(await copiesOf('Bea')).toEqual([]);
      await bench.test.store.query(`update requests set escalate_at = now() where request_id = $1`, [requestId]);
      await bench.sweepRequests();
      expect(await copiesOf('Bea')).toEqual([]);
      await arrive();
      expect(await copiesOf('Bea')).toEqual([`request:${requestId}`]);
    });
  });

  it('is not named for what has ended, and no requester is', async () => {
    await bench.policy();
    const { requestId } = await bench.ask('Megan', ['Alice']);
    await nameUnreachable(bench.test.store, { tenantId: TENANT, conversationId: 'a:megan' });
    await bench.requests.withdraw({ activityId: 'click', person: bench.person('Megan'), requestId });
    await nameUnreachable(bench.test.store, { tenantId: TENANT, conversationId: 'a:bea' });
    expect((await told()).filter((notice) => 'names' in notice)).toEqual([]);
  });

  it.each<[string, () => Promise<void>]>([
    ['removed the bot', () => setReachable(bench.test.store, TENANT, 'carl', false)],
    ['blocked it', () => setConversationState(bench.test.store, TENANT, 'a:carl', { state: 'dead' })],
  ])('is named, and on record, when it is their turn to be asked and they %s', async (_, left) => {
    await bench.policy({ escalation: { afterMs: 3_600_000, people: [ref('Carl'), ref('Cleo')] } });
    const { requestId, number } = await bench.ask('Megan', ['Alice']);
    await left();
    await bench.test.store.query(`update requests set escalate_at = now() where request_id = $1`, [requestId]);
    await bench.sweepRequests();
    await setConversationState(bench.test.store, TENANT, 'a:carl', { state: 'active' });
    expect(await told()).toMatchObject([{ kind: 'approvers_unreachable', names: ['Carl'] }]);
    const [row] = await bench.deps.audit.list(bench.test.store, TENANT, 1);
    expect(row).toMatchObject({ action: 'request.escalated', facts: { number, unreachable: 'carl' } });
    const copies = await bench.test.store.query(
      `select conversation_id from messages where tag = $1 and conversation_id in ('a:carl', 'a:cleo')`,
      [`request:${requestId}`],
    );
    expect(copies).toEqual([{ conversation_id: 'a:cleo' }]);
  });
});

describe('the quota of what the rules approve', () => {
  const oneADay = { autoApproval: { domains: ['contoso.com'], group: null, perDay: 1 } };
  beforeEach(async () => {
    await bench.test.store.query('update requests set auto_approved = false where connection_id = $1', [CONNECTION]);
    await bench.policy(oneADay);
  });

  it('has room for one of three who ask at once', async () => {
    const asked = await Promise.all([bench.ask('Megan', ['Bruno']), bench.ask('Carl', ['Cleo']), bench.ask('Bea', ['Alice'])]);
    expect(asked.filter(({ autoApproved }) => autoApproved)).toHaveLength(1);
  });

  it('begins anew at midnight UTC', async () => {
    const { requestId } = await bench.ask('Megan', ['Bruno']);
    expect((await bench.ask('Megan', ['Cleo'])).autoApproved).toBe(false);
    await bench.test.store.query(
      `update requests set created_at = date_trunc('day', now() at time zone 'utc') at time zone 'utc' - interval '1 second'
       where request_id = $1`,
      [requestId],
    );
    expect((await bench.ask('Megan', ['Alice'])).autoApproved).toBe(true);
  });
});
