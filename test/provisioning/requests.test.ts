import {
  type DecisionFacts,
  decideVerdict,
  endOfRequest,
  type Frozen,
  findMaterialChanges,
  frozenText,
  isFinalRequest,
  REQUEST_TRANSITIONS,
  type RequestState,
} from '../../src/provisioning/requests';
import { personRef } from '../support/people';

const megan = personRef('Megan');
const facts = (change: Partial<DecisionFacts> = {}): DecisionFacts => ({
  request: {
    state: 'requested',
    requestedBy: megan,
    approvalsNeeded: 1,
    expiresAt: '2026-01-05T18:00:00.000Z',
    autoApproved: false,
    actingAs: null,
  },
  decisions: [],
  actorId: 'alex',
  isApprover: true,
  accountEnabled: true,
  isGuest: false,
  canAct: true,
  selfApproval: false,
  now: '2026-01-05T10:00:00.000Z',
  ...change,
});
const inState = (state: RequestState) => facts({ request: { ...facts().request, state } });
const decided = (objectId: string, verdict: 'approve' | 'decline') => ({ actor: personRef('Alex', { objectId }), verdict });

it('lets every state end, and no ended state change but a failed one be replaced', () => {
  for (const [state, next] of Object.entries(REQUEST_TRANSITIONS)) {
    if (isFinalRequest(state as RequestState)) expect(next.filter((to) => to !== 'superseded')).toEqual([]);
    else expect(next.length).toBeGreaterThan(0);
  }
});

it.each<[string, 'approve' | 'decline' | 'run', DecisionFacts, unknown]>([
  ['an approval that completes the number', 'approve', facts(), { kind: 'counted', completes: true }],
  [
    'the first of two approvals',
    'approve',
    facts({ request: { ...facts().request, approvalsNeeded: 2 } }),
    { kind: 'counted', completes: false },
  ],
  [
    'the second of two approvals',
    'approve',
    facts({ request: { ...facts().request, approvalsNeeded: 2 }, decisions: [decided('bea', 'approve')] }),
    { kind: 'counted', completes: true },
  ],
  [
    'a second verdict of one person',
    'approve',
    facts({ decisions: [decided('alex', 'approve')] }),
    { kind: 'refused', why: 'already_decided_by_you' },
  ],
  [
    'a decline after the own approval',
    'decline',
    facts({ decisions: [decided('alex', 'approve')] }),
    { kind: 'refused', why: 'already_decided_by_you' },
  ],
  ['a decline', 'decline', facts({ canAct: false }), { kind: 'declined' }],
  ['an approval without the right to act', 'approve', facts({ canAct: false }), { kind: 'refused', why: 'no_right' }],
  [
    'a click of somebody who is no approver',
    'decline',
    facts({ isApprover: false }),
    { kind: 'refused', why: 'not_an_approver' },
  ],
  ['a click of a disabled account', 'approve', facts({ accountEnabled: false }), { kind: 'refused', why: 'account_disabled' }],
  ['an approval of a guest', 'approve', facts({ isGuest: true }), { kind: 'refused', why: 'guest_may_not_decide' }],
  ['a decline of a guest', 'decline', facts({ isGuest: true }), { kind: 'refused', why: 'guest_may_not_decide' }],
  ['an approval of the own request', 'approve', facts({ actorId: megan.objectId }), { kind: 'refused', why: 'own_request' }],
  [
    'an approval of the own request where allowed',
    'approve',
    facts({ actorId: megan.objectId, selfApproval: true }),
    { kind: 'counted', completes: true },
  ],
  ['a click after the lifetime', 'approve', facts({ now: '2026-01-05T18:00:00.000Z' }), { kind: 'refused', why: 'expired' }],
  [
    'a run of an auto-approved request',
    'run',
    facts({ request: { ...facts().request, state: 'approved', autoApproved: true } }),
    { kind: 'counted', completes: true },
  ],
  ['a run of a request that people approved', 'run', inState('approved'), { kind: 'refused', why: 'already_ended' }],
  [
    'a second run of an auto-approved request',
    'run',
    facts({ request: { ...facts().request, state: 'approved', autoApproved: true, actingAs: megan } }),
    { kind: 'refused', why: 'already_ended' },
  ],
])('answers %s', (_, verdict, given, outcome) => {
  expect(decideVerdict(verdict, given)).toEqual(outcome);
});

it.each<RequestState>(['approved', 'running', 'done', 'partly_done', 'failed', 'declined', 'expired', 'withdrawn', 'superseded'])(
  'refuses every verdict on a request that is %s',
  (state) => {
    const why = ['expired', 'withdrawn', 'superseded'].includes(state) ? state : 'already_ended';
    for (const verdict of ['approve', 'decline'] as const)
      expect(decideVerdict(verdict, inState(state))).toEqual({ kind: 'refused', why });
  },
);

const frozen = (change: Partial<Frozen> = {}): Frozen => ({
  connection: 'org-1',
  servicePrincipal: 'sp-1',
  job: 'job-1',
  appRole: 'role-1',
  people: [
    {
      objectId: 'alice',
      displayName: 'Alice',
      userPrincipalName: 'alice@contoso.com',
      mail: 'alice@contoso.com',
      enabled: true,
      userType: 'Member',
      assigned: false,
    },
  ],
  ...change,
});
const alice = frozen().people[0]!;

it.each<[string, Frozen, string[]]>([
  ['nothing', frozen(), []],
  ['an assignment meanwhile', frozen({ people: [{ ...alice, assigned: true }] }), []],
  ['another spelling of the name', frozen({ people: [{ ...alice, displayName: 'Alice N.' }] }), []],
  ['a disabled account', frozen({ people: [{ ...alice, enabled: false }] }), ['person_disabled']],
  ['a person who is gone', frozen({ people: [] }), ['person_gone']],
  ['a member who became a guest', frozen({ people: [{ ...alice, userType: 'Guest' }] }), ['person_became_guest']],
  ['another address', frozen({ people: [{ ...alice, userPrincipalName: 'a@contoso.com' }] }), ['address_changed']],
  ['another app', frozen({ servicePrincipal: 'sp-2' }), ['app_replaced']],
  ['another job', frozen({ job: 'job-2' }), ['job_replaced']],
  ['another role', frozen({ appRole: 'role-2' }), ['role_replaced']],
])('sees %s since the freezing', (_, now, codes) => {
  expect(findMaterialChanges(frozen(), now).map(({ code }) => code)).toEqual(codes);
});

it('has the same frozen text whatever the order of its keys, and another for another content', () => {
  const { people, ...rest } = frozen();
  expect(frozenText({ people, ...rest } as Frozen)).toBe(frozenText(frozen()));
  expect(frozenText(frozen({ job: 'job-2' }))).not.toBe(frozenText(frozen()));
});

it.each([
  ['done', ['created', 'in_step']],
  ['partly_done', ['created', 'failed']],
  ['failed', ['failed', 'not_reached']],
  ['failed', []],
])('ends as %s', (state, kinds) => {
  expect(endOfRequest(kinds.map((kind) => ({ kind }) as never))).toBe(state);
});
