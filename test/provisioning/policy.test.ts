import {
  type ApproverCheck,
  approvalsNeeded,
  autoApproves,
  findAskRefusal,
  findPolicyProblems,
  type Policy,
} from '../../src/provisioning/policy';

const HOUR_MS = 3_600_000;
const ref = (name: string) => ({ objectId: name.toLowerCase(), displayName: name });
const GROUP = ref('Approvers');

const policy = (change: Partial<Policy> = {}): Policy => ({
  connectionId: 'org-1',
  version: 1,
  whoMayAsk: { kind: 'everyone' },
  guestsMayAsk: false,
  approvers: { people: [ref('Adele'), ref('Alex')], group: null },
  approvals: [
    { upTo: 20, needed: 1 },
    { upTo: null, needed: 2 },
  ],
  selfApproval: false,
  reasonRequired: false,
  lifetimeMs: 8 * HOUR_MS,
  remindAfterMs: 15 * 60_000,
  escalation: null,
  autoApproval: null,
  postTo: { kind: 'approvers' },
  setupNeedsApproval: false,
  ...change,
});
const check = (change: Partial<ApproverCheck> = {}): ApproverCheck => ({
  groupMembers: [],
  reachable: ['adele', 'alex'],
  requesterId: null,
  people: null,
  ...change,
});

it('can be saved when somebody can decide', () => {
  expect(findPolicyProblems(policy(), check())).toEqual([]);
});

it.each<[string, Partial<Policy>, Partial<ApproverCheck>, string]>([
  ['names no approver', { approvers: { people: [], group: null } }, {}, 'no_approver'],
  ['names a group that is gone', { approvers: { people: [], group: GROUP } }, { groupMembers: null }, 'approver_group_gone'],
  ['names a group without members', { approvers: { people: [], group: GROUP } }, { groupMembers: [] }, 'approver_group_empty'],
  ['has no approver whom the bot can reach', {}, { reachable: [] }, 'no_approver_reachable'],
  ['needs more approvals than there are approvers', { approvals: [{ upTo: null, needed: 3 }] }, {}, 'quorum_above_approvers'],
  [
    'leaves only the requester',
    { approvers: { people: [ref('Adele')], group: null } },
    { requesterId: 'adele' },
    'only_the_requester',
  ],
  ['says nothing of how many approvals', { approvals: [] }, {}, 'approvals_missing'],
  ['says nothing for large requests', { approvals: [{ upTo: 20, needed: 1 }] }, {}, 'approvals_missing'],
  ['needs no approval at all', { approvals: [{ upTo: null, needed: 0 }] }, {}, 'approvals_missing'],
  [
    'has steps in no order',
    {
      approvals: [
        { upTo: 20, needed: 1 },
        { upTo: 5, needed: 1 },
        { upTo: null, needed: 2 },
      ],
    },
    {},
    'approvals_not_ascending',
  ],
  ['lets requests live for minutes', { lifetimeMs: 60_000, remindAfterMs: 60_000 }, {}, 'lifetime_out_of_range'],
  ['lets requests live for ever', { lifetimeMs: 31 * 24 * HOUR_MS }, {}, 'lifetime_out_of_range'],
  ['reminds after the end', { remindAfterMs: 9 * HOUR_MS }, {}, 'reminder_out_of_range'],
  ['reminds all the time', { remindAfterMs: 1000 }, {}, 'reminder_out_of_range'],
  ['escalates to nobody', { escalation: { afterMs: HOUR_MS, people: [] } }, {}, 'escalation_to_nobody'],
  ['approves everybody by itself', { autoApproval: { domains: [], group: null, perDay: 10 } }, {}, 'auto_approval_of_everybody'],
])('is refused when it %s', (_, change, facts, problem) => {
  expect(findPolicyProblems(policy(change), check(facts))).toContain(problem);
});

it('holds a request to the approvals that its own size needs', () => {
  expect(findPolicyProblems(policy(), check({ requesterId: 'adele', people: 1 }))).toEqual([]);
  expect(findPolicyProblems(policy(), check({ requesterId: 'adele', people: 21 }))).toContain('quorum_above_approvers');
});

it('counts an approver once who is named and in the group', () => {
  const both = policy({ approvers: { people: [ref('Adele')], group: GROUP }, approvals: [{ upTo: null, needed: 2 }] });
  expect(findPolicyProblems(both, check({ groupMembers: [ref('Adele')] }))).toContain('quorum_above_approvers');
});

it('needs nobody’s personal chat when it posts to a channel', () => {
  expect(findPolicyProblems(policy({ postTo: { kind: 'channel', conversationId: '19:x' } }), check({ reachable: [] }))).toEqual(
    [],
  );
});

it('counts the requester among the approvers only where self-approval is allowed', () => {
  const one = { approvers: { people: [ref('Adele')], group: null }, approvals: [{ upTo: null, needed: 1 }] };
  expect(findPolicyProblems(policy({ ...one, selfApproval: true }), check({ requesterId: 'adele' }))).toEqual([]);
});

it.each([
  [1, 1],
  [20, 1],
  [21, 2],
  [500, 2],
])('needs for %i people %i approvals', (people, needed) => {
  expect(approvalsNeeded(policy(), people)).toBe(needed);
});

describe('who may ask', () => {
  const asker = { objectId: 'megan', userType: 'Member' as const, accountEnabled: true, groupIds: ['g1'] };
  it.each([
    ['nobody without a policy', undefined, asker, null, 'no_policy'],
    ['a member, by default', policy(), asker, null, undefined],
    ['no guest, by default', policy(), { ...asker, userType: 'Guest' as const }, null, 'guest_may_not_ask'],
    [
      'a guest where the policy says so',
      policy({ guestsMayAsk: true }),
      { ...asker, userType: 'Guest' as const },
      null,
      undefined,
    ],
    ['no disabled account', policy(), { ...asker, accountEnabled: false }, null, 'account_disabled'],
    [
      'a member of the group',
      policy({ whoMayAsk: { kind: 'group', group: { objectId: 'g1', displayName: 'G' } } }),
      asker,
      null,
      undefined,
    ],
    [
      'nobody else',
      policy({ whoMayAsk: { kind: 'group', group: { objectId: 'g2', displayName: 'G' } } }),
      asker,
      null,
      'not_in_group',
    ],
    ['with a reason where one is required', policy({ reasonRequired: true }), asker, 'new joiner', undefined],
    ['not with blanks as a reason', policy({ reasonRequired: true }), asker, '  ', 'reason_missing'],
  ])('%s', (_, rules, who, reason, refusal) => {
    expect(findAskRefusal(rules, who, reason)).toBe(refusal);
  });
});

describe('auto-approval', () => {
  const person = (name: string, domain = 'contoso.com') => ({ objectId: name, userPrincipalName: `${name}@${domain}` });
  const rules = policy({ autoApproval: { domains: ['Contoso.com'], group: GROUP, perDay: 3 } });
  it.each([
    ['is off by default', policy(), [person('a')], 0, [], false],
    ['takes people of the named domain, in any case', rules, [person('a')], 0, [], true],
    ['takes members of the named group', rules, [person('a', 'other.example')], 0, ['a'], true],
    ['takes a request only as a whole', rules, [person('a'), person('b', 'other.example')], 0, [], false],
    ['fills the day’s quota', rules, [person('a'), person('b')], 1, [], true],
    ['never goes beyond it', rules, [person('a'), person('b')], 2, [], false],
    ['takes no empty request', rules, [], 0, [], false],
  ])('%s', (_, of, people, usedToday, groupMemberIds, approved) => {
    expect(autoApproves(of, people, { usedToday, groupMemberIds })).toBe(approved);
  });
});
