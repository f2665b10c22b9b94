import type { RequestRunView, RequestView } from '../../src/cards/requestViews';
import type { PersonOutcome } from '../../src/provisioning/provision';
import { runPerson } from './provisionSamples';
import { newJobPlan } from './setupSamples';

const changeId = '1a2b3c4d-0000-4000-8000-00000000c001';
type Person = RequestView['people'][number];

/** Somebody as frozen; by default an enabled member who is not assigned yet and whose run has not begun. */
export function frozenPerson(displayName: string, change: Partial<Person> = {}): Person {
  const userPrincipalName = `${displayName.split(' ')[0]?.toLowerCase()}@contoso.com`;
  return {
    objectId: `id-of-${userPrincipalName}`,
    displayName,
    userPrincipalName,
    mail: userPrincipalName,
    enabled: true,
    userType: 'Member',
    assigned: false,
    outcome: null,
    doing: null,
    waitUntil: null,
    ...change,
  };
}

const three = [
  frozenPerson('Alice Nowak'),
  frozenPerson('Bruno Keller', { assigned: true }),
  frozenPerson('Keiko Tanaka', { mail: 'k.tanaka@contoso.com' }),
];
const outcomes = (...all: (PersonOutcome | null)[]) => three.map((person, index) => ({ ...person, outcome: all[index] ?? null }));
const created: PersonOutcome = { kind: 'created', changeId };
const nothing = { approve: false, decline: false, run: false, withdraw: false, again: false };
const decides = { ...nothing, approve: true, decline: true };

const base: RequestView = {
  requestId: '0b7e0000-0000-4000-8000-000000000042',
  number: 42,
  kind: 'provision',
  state: 'requested',
  organizationId: '1234567890123',
  appDisplayName: 'Unity Cloud',
  requestedBy: 'Megan Bowen',
  reason: 'They join the Mars project on Monday.',
  people: three,
  plan: null,
  fingerprint: '3fa29c1b',
  approvals: { needed: 1, given: [] },
  declined: null,
  autoApproved: false,
  actingAs: null,
  createdAt: '2026-01-05T10:00:00.000Z',
  expiresAt: '2026-01-05T18:00:00.000Z',
  endedAt: null,
  supersedes: null,
  supersededBy: null,
  failure: null,
  role: 'approver',
  mine: null,
  can: nothing,
  unreachable: [],
};
const adele = { by: 'Adele Vance', at: '2026-01-05T10:12:00.000Z' };
const alex = { by: 'Alex Wilber', at: '2026-01-05T10:20:00.000Z' };
const approved = { approvals: { needed: 1, given: [adele] }, actingAs: 'Adele Vance' };
const ended = { ...approved, endedAt: '2026-01-05T10:13:10.000Z' };
const requester = { role: 'requester' as const };
const again = { ...nothing, again: true };

/** By state and viewer. */
export const requestViews: Record<string, RequestView> = {
  'requested-approver': { ...base, can: decides },
  'requested-requester': {
    ...base,
    ...requester,
    can: { ...nothing, withdraw: true },
    unreachable: ['Diego Alvarez', 'Emma Lee'],
  },
  'requested-channel': { ...base, role: 'channel' },
  'requested-escalation': { ...base, role: 'escalation', can: decides },
  'requested-own-approver': { ...base, can: { ...nothing, decline: true, withdraw: true } },
  checking: { ...base, mine: { verdict: 'approve', state: 'checking' } },
  'waiting-for-sign-in': { ...base, can: decides, mine: { verdict: 'approve', state: 'waiting' } },
  'counted-one-of-two': {
    ...base,
    approvals: { needed: 2, given: [adele] },
    mine: { verdict: 'approve', state: 'counted' },
  },
  'refused-no-right': { ...base, can: decides, mine: { verdict: 'approve', state: 'refused', why: 'no_right' } },
  'refused-too-late': {
    ...base,
    ...approved,
    state: 'running',
    mine: { verdict: 'approve', state: 'refused', why: 'already_ended', ...adele },
  },
  'auto-approved': {
    ...base,
    state: 'approved',
    autoApproved: true,
    approvals: { needed: 1, given: [] },
    can: { ...nothing, run: true },
  },
  'auto-approved-requester': {
    ...base,
    ...requester,
    state: 'approved',
    autoApproved: true,
    can: { ...nothing, withdraw: true },
  },
  approved: { ...base, ...approved, state: 'approved', approvals: { needed: 2, given: [adele, alex] }, actingAs: 'Alex Wilber' },
  running: {
    ...base,
    ...approved,
    state: 'running',
    people: [
      { ...three[0]!, outcome: created },
      { ...three[1]!, doing: 'waiting', waitUntil: '2026-01-05T10:14:30.000Z' },
      { ...three[2]!, doing: null },
    ],
  },
  'running-requester': { ...base, ...approved, ...requester, state: 'running' },
  done: {
    ...base,
    ...ended,
    ...requester,
    state: 'done',
    people: outcomes(created, { kind: 'updated', changeId: null }, { kind: 'in_step' }),
  },
  'done-approver': { ...base, ...ended, state: 'done', people: outcomes(created, created, created) },
  'done-channel': { ...base, ...ended, role: 'channel', state: 'done', people: outcomes(created, created, created) },
  'partly-done': {
    ...base,
    ...ended,
    ...requester,
    state: 'partly_done',
    people: outcomes(created, { kind: 'failed', step: 'export', code: 'Conflict', facts: { changeId } }, { kind: 'not_reached' }),
    can: again,
  },
  failed: {
    ...base,
    ...ended,
    ...requester,
    state: 'failed',
    people: outcomes({ kind: 'not_reached' }, { kind: 'not_reached' }, { kind: 'not_reached' }),
    failure: {
      step: 'checkRequest',
      code: 'request_changed',
      facts: { changes: 'person_disabled:Nowak, Alice, address_changed:Keiko Tanaka, job_replaced' },
    },
    can: again,
  },
  declined: {
    ...base,
    ...requester,
    state: 'declined',
    declined: { ...alex, reason: 'Ask the project lead for seats first.' },
    endedAt: alex.at,
    can: again,
  },
  'declined-by-me': {
    ...base,
    state: 'declined',
    declined: { ...alex, reason: 'Ask the project lead for seats first.' },
    endedAt: alex.at,
    mine: { verdict: 'decline', state: 'declined' },
  },
  'declined-channel': {
    ...base,
    role: 'channel',
    state: 'declined',
    declined: { ...alex, reason: 'No seats.' },
    endedAt: alex.at,
  },
  expired: { ...base, ...requester, state: 'expired', endedAt: base.expiresAt, can: again },
  'expired-approver': { ...base, state: 'expired', endedAt: base.expiresAt },
  withdrawn: { ...base, state: 'withdrawn', endedAt: '2026-01-05T11:00:00.000Z' },
  superseded: { ...base, state: 'superseded', supersededBy: 43, endedAt: '2026-01-05T11:00:00.000Z' },
  'asked-again': { ...base, number: 43, supersedes: 42, can: decides },
  'of-a-setup': { ...base, kind: 'setup', reason: null, people: [three[0]!], plan: newJobPlan, can: decides },
  'of-a-setup-done': { ...base, ...ended, kind: 'setup', state: 'done', people: [three[0]!], plan: newJobPlan },
};

const run: RequestRunView = {
  runId: 'request:5a1e0000-7e4a-4c0d-9a11-000000000001:1234567890123:1700000000001:1',
  connectionName: 'Unity Cloud',
  state: 'running',
  waitingFor: null,
  people: [],
  failure: null,
  request: null,
};
const nobody = { objectId: null, displayName: null, userPrincipalName: null };
const guest = runPerson('Pat Quinn (Partner)', { outcome: { kind: 'skipped', why: 'guest', facts: {} } });
const lees = ['Emma Lee', 'Henry Lee'].map((displayName) => ({
  objectId: `id-of-${displayName}`,
  displayName,
  userPrincipalName: `${displayName.split(' ')[0]?.toLowerCase()}@contoso.com`,
}));
const refused = (code: 'request_refused' | 'nothing_to_request' | 'nobody_can_decide', facts: Record<string, string>) => ({
  state: 'failed' as const,
  failure: { step: 'freeze', code, facts },
});

export const requestRunViews: Record<string, RequestRunView> = {
  preparing: { ...run, people: [runPerson('Alice Nowak', { ...nobody, doing: 'looking' })] },
  'sign-in': { ...run, state: 'waiting', waitingFor: 'sign_in', people: [runPerson('Alice Nowak', nobody)] },
  'no-policy': { ...run, ...refused('request_refused', { why: 'no_policy' }), people: [runPerson('Alice Nowak', nobody)] },
  'reason-missing': {
    ...run,
    ...refused('request_refused', { why: 'reason_missing' }),
    people: [runPerson('Alice Nowak', nobody)],
  },
  'nobody-can-decide': {
    ...run,
    ...refused('nobody_can_decide', { problem: 'only_the_requester' }),
    people: [runPerson('Alice Nowak')],
  },
  nothing: {
    ...run,
    ...refused('nothing_to_request', {}),
    people: [guest, runPerson('alcie', { ...nobody, asked: 'alcie@contoso.com', outcome: { kind: 'not_found' } })],
  },
  asked: {
    ...run,
    state: 'done',
    people: [
      ...['Alice Nowak', 'Bruno Keller', 'Keiko Tanaka'].map((name) => runPerson(name)),
      guest,
      runPerson('Lee', { ...nobody, asked: 'Lee', outcome: { kind: 'choose', candidates: lees } }),
    ],
    request: requestViews['requested-requester']!,
  },
  expired: { ...run, state: 'expired', people: [runPerson('Alice Nowak')] },
};
