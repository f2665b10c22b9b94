import type { ProvisionRunView } from '../../src/cards/views';
import type { PersonOutcome, RunPerson } from '../../src/provisioning/provision';

const changeId = '1a2b3c4d-0000-4000-8000-00000000c001';

/** Somebody of a run; by default found, under way and with nothing said yet. */
export function runPerson(displayName: string, change: Partial<RunPerson> = {}): RunPerson {
  const userPrincipalName = `${displayName.split(' ')[0]?.toLowerCase()}@contoso.com`;
  return {
    asked: userPrincipalName,
    objectId: `id-of-${userPrincipalName}`,
    displayName,
    userPrincipalName,
    outcome: null,
    doing: null,
    waitUntil: null,
    assignedThrough: null,
    ...change,
  };
}

const ended = (displayName: string, outcome: PersonOutcome, change: Partial<RunPerson> = {}) =>
  runPerson(displayName, { outcome, ...change });
const nobody = { objectId: null, displayName: null, userPrincipalName: null };
const lees = ['Emma Lee', 'Henry Lee', 'Rosa Lee'].map((displayName) => ({
  objectId: `id-of-${displayName}`,
  displayName,
  userPrincipalName: `${displayName.split(' ')[0]?.toLowerCase()}@contoso.com`,
}));

const base: ProvisionRunView = {
  runId: 'provision:5a1e0000-7e4a-4c0d-9a11-000000000001:connection-1:1700000000001:1',
  connectionName: 'Unity Cloud',
  actingAs: 'Adele Vance',
  state: 'running',
  waitingFor: null,
  cancelling: false,
  people: [],
  failure: null,
};

const everyOutcome: RunPerson[] = [
  ended('Alice Nowak', { kind: 'created', changeId }),
  ended('Bruno Keller', { kind: 'updated', changeId: null }),
  ended('Emma Lee', { kind: 'in_step' }, { assignedThrough: 'Unity Artists' }),
  ended('Pat Quinn (Partner)', { kind: 'skipped', why: 'guest', facts: {} }),
  ended('Keiko Tanaka', {
    kind: 'skipped',
    why: 'other_domain',
    facts: { userPrincipalName: 'keiko@fabrikam.example', domains: 'contoso.com' },
  }),
  ended('Diego Alvarez', { kind: 'failed', step: 'export', code: 'Conflict', facts: { changeId } }),
  ended('Farid Haddad', { kind: 'not_proven', facts: {} }),
  ended('nobody', { kind: 'not_found' }, { ...nobody, asked: 'alcie@contoso.com' }),
  ended('Grete Lund', { kind: 'not_reached' }),
];

export const provisionViews: Record<string, ProvisionRunView> = {
  running: {
    ...base,
    people: [
      ended('Alice Nowak', { kind: 'created', changeId }),
      runPerson('Bruno Keller', {
        doing: 'waiting',
        waitUntil: '2026-01-05T10:02:30.000Z',
        giveUpAt: '2026-01-05T10:15:00.000Z',
      }),
      runPerson('Carla Rossi', { doing: 'provisioning' }),
      runPerson('Diego Alvarez'),
    ],
  },
  created: { ...base, state: 'done', people: [ended('Alice Nowak', { kind: 'created', changeId })] },
  'every-outcome': { ...base, state: 'done', people: everyOutcome },
  choice: {
    ...base,
    state: 'done',
    people: [
      ended('Alice Nowak', { kind: 'created', changeId }),
      ended('Lee', { kind: 'choose', candidates: lees }, { ...nobody, asked: 'Lee' }),
      ended('Smith', { kind: 'choose', candidates: lees.slice(0, 2) }, { ...nobody, asked: 'Smith' }),
    ],
  },
  'choice-of-one': {
    ...base,
    state: 'done',
    people: [ended('Em', { kind: 'choose', candidates: lees.slice(0, 1) }, { ...nobody, asked: 'Em' })],
  },
  'sign-in': { ...base, state: 'waiting', waitingFor: 'sign_in', people: [runPerson('Alice Nowak')] },
  failed: {
    ...base,
    state: 'failed',
    failure: { step: 'readConnection', code: 'no_right', facts: { operation: 'list synchronization jobs', requestId: null } },
    people: [runPerson('Alice Nowak')],
  },
  cancelled: {
    ...base,
    state: 'cancelled',
    people: [ended('Alice Nowak', { kind: 'created', changeId }), runPerson('Bruno Keller')],
  },
};
