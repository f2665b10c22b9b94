import type {
  ApprovedWaitingView,
  AuditView,
  PolicyFormView,
  PolicyRunView,
  RequestFormView,
  RequestListView,
} from '../../src/cards/requestViews';
import type { SettingsView } from '../../src/cards/settings';
import type { Policy } from '../../src/provisioning/policy';

const connection = { connectionId: '1234567890123', organizationId: '1234567890123', appDisplayName: 'Unity Cloud' };
const adele = { objectId: '7b0c1d2e-0000-4000-8000-000000000001', displayName: 'Adele Vance' };
const alex = { objectId: '7b0c1d2e-0000-4000-8000-000000000002', displayName: 'Alex Wilber' };
const leads = { objectId: '9a0c1d2e-0000-4000-8000-000000000001', displayName: 'Unity Leads' };
const HOUR_MS = 3_600_000;

export const policy: Policy = {
  connectionId: connection.connectionId,
  version: 3,
  whoMayAsk: { kind: 'everyone' },
  guestsMayAsk: false,
  approvers: { people: [adele, alex], group: leads },
  approvals: [
    { upTo: 20, needed: 1 },
    { upTo: null, needed: 2 },
  ],
  selfApproval: false,
  reasonRequired: true,
  lifetimeMs: 8 * HOUR_MS,
  remindAfterMs: HOUR_MS / 4,
  escalation: {
    afterMs: 2 * HOUR_MS,
    people: [{ objectId: '7b0c1d2e-0000-4000-8000-000000000009', displayName: 'Irvin Sayers' }],
  },
  autoApproval: { domains: ['contoso.com'], group: null, perDay: 10 },
  postTo: { kind: 'approvers' },
  setupNeedsApproval: true,
};

const run: PolicyRunView = {
  ...connection,
  runId: 'policy:5a1e0000-7e4a-4c0d-9a11-000000000001:1234567890123:1700000000001:1',
  state: 'running',
  waitingFor: null,
  failure: null,
  policy: null,
};
const refused = (problem: string) => ({
  state: 'failed' as const,
  failure: { step: 'policy', code: 'policy_refused' as const, facts: { problem } },
});

export const policyRunViews: Record<string, PolicyRunView> = {
  checking: run,
  'sign-in': { ...run, state: 'waiting', waitingFor: 'sign_in' },
  refused: { ...run, ...refused('quorum_above_approvers'), policy },
  'refused-first': { ...run, ...refused('no_approver_reachable') },
  'changed-meanwhile': {
    ...run,
    state: 'failed',
    failure: { step: 'policy', code: 'policy_changed_meanwhile', facts: { basedOn: 2 } },
    policy,
  },
  'no-right': {
    ...run,
    state: 'failed',
    failure: { step: 'policy', code: 'no_right', facts: { operation: 'list synchronization jobs', requestId: null } },
  },
  'in-force': { ...run, state: 'done', policy },
  expired: { ...run, state: 'expired', policy },
};

/** The dialog as it opens for the first time, for a change, or as it comes back with complaints. */
export function policyFormView(state: 'new' | 'change' | 'problems' = 'new'): PolicyFormView {
  const view: PolicyFormView = {
    ...connection,
    basedOn: 0,
    values: {
      approvers: '',
      approverGroupId: '',
      whoMayAsk: 'everyone',
      askerGroupId: '',
      guestsMayAsk: false,
      approvalsSmall: '1',
      smallUpTo: '20',
      approvalsLarge: '2',
      selfApproval: false,
      reasonRequired: false,
      lifetimeHours: '8',
      remindMinutes: '15',
      escalateMinutes: '',
      escalateTo: '',
      autoDomains: '',
      autoGroupId: '',
      autoPerDay: '',
      postTo: 'approvers',
      channelId: '',
      setupNeedsApproval: false,
    },
    problems: {},
    channels: [],
  };
  if (state === 'new') return view;
  const change: PolicyFormView = {
    ...view,
    basedOn: 3,
    values: {
      ...view.values,
      approvers: `${adele.objectId},${alex.objectId}`,
      approverGroupId: leads.objectId,
      reasonRequired: true,
      autoDomains: 'contoso.com',
      autoPerDay: '10',
      postTo: 'channel',
      channelId: '19:approvals@thread.tacv2',
    },
    channels: [
      { conversationId: '19:approvals@thread.tacv2', title: 'Unity › Approvals' },
      { conversationId: '19:general@thread.tacv2', title: 'Unity › General' },
    ],
    known: { people: [adele, alex], groups: [leads] },
  };
  if (state === 'change') return change;
  return {
    ...change,
    values: { ...change.values, whoMayAsk: 'group', lifetimeHours: 'a day', escalateMinutes: '60' },
    problems: {
      askerGroupId: 'Choose the group whose members may ask.',
      lifetimeHours: '“a day” is not a number of hours.',
      escalateTo: 'Name people, or leave the time empty.',
    },
  };
}

export function requestFormView(state: 'new' | 'problems' = 'new'): RequestFormView {
  if (state === 'new') return { connections: [connection], reasonRequired: false, values: {}, problems: {} };
  return {
    connections: [
      connection,
      { connectionId: '9876543210987', organizationId: '9876543210987', appDisplayName: 'Unity Cloud (films)' },
    ],
    reasonRequired: true,
    values: { connectionId: '9876543210987', addresses: 'alice@contoso.com, Mallory the great', reason: 'Mars project' },
    problems: { addresses: 'Is “Mallory the great” one person? Put a name of several words in quotes, or use the address.' },
  };
}

const expiresAt = '2026-01-05T18:00:00.000Z';
const listed = (number: number, change: Partial<RequestListView['requests'][number]>): RequestListView['requests'][number] => ({
  requestId: `0b7e0000-0000-4000-8000-0000000000${number}`,
  number,
  state: 'requested',
  requestedBy: 'Megan Bowen',
  people: 1,
  firstPerson: 'Alice Nowak',
  expiresAt,
  role: 'approver',
  ...change,
});

export const requestListViews: Record<string, RequestListView> = {
  several: {
    requests: [
      listed(44, {}),
      listed(43, { people: 3, firstPerson: 'Bruno Keller', role: 'requester' }),
      listed(41, { state: 'running', people: 12 }),
      listed(40, { state: 'partly_done', role: 'requester', people: 2 }),
      listed(39, { state: 'declined', role: 'requester' }),
      listed(38, { state: 'done' }),
    ],
  },
  none: { requests: [] },
};

export const approvedWaitingViews: Record<string, ApprovedWaitingView> = {
  three: {
    ...connection,
    requests: [44, 45, 46].map((number, index) => ({
      requestId: listed(number, {}).requestId,
      number,
      requestedBy: ['Megan Bowen', 'Diego Alvarez', 'Emma Lee'][index] ?? '',
      people: index + 1,
      expiresAt,
    })),
  },
  none: { ...connection, requests: [] },
};

export const auditViews: Record<string, AuditView> = {
  sound: {
    rows: [
      {
        number: 19,
        at: '2026-01-05T10:13:12.000Z',
        action: 'person.provisioned',
        by: 'Adele Vance',
        facts: {
          runId: 'provision:5a1e0000-7e4a-4c0d-9a11-000000000001:1234567890123:f:17:1',
          displayName: 'Alice Nowak',
          principalId: '7b0c1d2e-0000-4000-8000-000000000004',
          outcome: 'created',
          code: null,
          changeId: '3d9a0000-7e4a-4c0d-9a11-0000000000c1',
          graphRequestId: '9e2b0000-7e4a-4c0d-9a11-0000000000d2',
        },
      },
      {
        number: 18,
        at: '2026-01-05T10:13:10.000Z',
        action: 'request.done',
        by: 'Adele Vance',
        facts: { runId: 'provision:1', good: 3, people: 3, code: null },
      },
      {
        number: 17,
        at: '2026-01-05T10:12:01.000Z',
        action: 'decision.counted',
        by: 'Adele Vance',
        facts: { activityId: 'f:17', verdict: 'approve', completes: true },
      },
      {
        number: 16,
        at: '2026-01-05T10:11:00.000Z',
        action: 'decision.refused',
        by: 'Megan Bowen',
        facts: { verdict: 'approve', why: 'own_request' },
      },
      {
        number: 15,
        at: '2026-01-05T10:00:00.000Z',
        action: 'request.made',
        by: 'Megan Bowen',
        facts: { number: 42, hash: '3fa29c1b'.repeat(8), people: 3 },
      },
      { number: 14, at: '2026-01-05T09:00:00.000Z', action: 'request.expired', by: '', facts: { number: 41 } },
      {
        number: 13,
        at: '2026-01-05T08:00:00.000Z',
        action: 'policy.saved',
        by: 'Adele Vance',
        facts: { version: 3, selfApproval: false, reasonRequired: true },
      },
    ],
    firstBadRow: null,
  },
  'bad-row': {
    rows: [
      { number: 2, at: '2026-01-05T10:12:01.000Z', action: 'some.new_action', by: 'Adele Vance', facts: {} },
      { number: 1, at: '2026-01-05T10:00:00.000Z', action: 'run.requested', by: 'Megan Bowen', facts: {} },
    ],
    firstBadRow: 1,
  },
  empty: { rows: [], firstBadRow: null },
};

const written = { ...connection, policy, changedBy: 'Adele Vance', changedAt: '2026-01-05T09:30:00.000Z' };
const unwritten = { ...connection, policy: null, changedBy: null, changedAt: null };

/** The answer to `settings`: before the first rules, with rules in force, and for several organizations at once. */
export const settingsViews: Record<string, SettingsView> = {
  'no-rules': { connections: [unwritten] },
  'in-force': { connections: [written] },
  several: {
    connections: [
      written,
      {
        ...unwritten,
        connectionId: '9876543210987',
        organizationId: '9876543210987',
        appDisplayName: 'Unity Cloud (films)',
      },
    ],
  },
};
