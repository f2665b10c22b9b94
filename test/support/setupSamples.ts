import type { SetupRunView } from '../../src/cards/views';
import type { DirectoryPerson } from '../../src/provisioning/people';
import { type Proof, type RunStep, SETUP_STEPS, type StepName } from '../../src/provisioning/runs';
import type { SetupPlan } from '../../src/provisioning/setup';

export const alice: DirectoryPerson = {
  objectId: '7b0c1d2e-0000-4000-8000-000000000004',
  displayName: 'Alice Nowak',
  userPrincipalName: 'alice@contoso.com',
  mail: 'alice@contoso.com',
  accountEnabled: true,
  userType: 'Member',
};
const scimConnectorUrl = 'https://services.api.unity.com/scim/v2/tenants/1234567890123';
const changeId = '1a2b3c4d-0000-4000-8000-00000000c001';

export const newJobPlan: SetupPlan = {
  kind: 'proceed',
  servicePrincipalId: 'a1b2c3d4-0000-4000-8000-000000000001',
  appId: 'a1b2c3d4-0000-4000-8000-0000000000a1',
  appDisplayName: 'Unity Cloud',
  organizationId: '1234567890123',
  scimConnectorUrl,
  templateId: 'scim',
  jobId: null,
  overwritesSecrets: false,
  jobStateBefore: null,
  switchGroupsOff: true,
  start: true,
  appRoleId: '18d14569-c3bd-439b-9a66-3a2aee01d14f',
  testPerson: alice,
  assignTestPerson: true,
  firstCycle: { people: 4, users: 1, groups: 1 },
  unityUsers: 2,
  warnings: ['leaving_people_unverified'],
  startWithoutTest: false,
  lastActivityIdentifier: null,
};

export const renewalPlan: SetupPlan = {
  ...newJobPlan,
  jobId: 'scim.5a1e00007e4a4c0d9a11000000000001.11111111-2222-4333-8444-555555555555',
  overwritesSecrets: true,
  jobStateBefore: 'Paused',
  start: false,
  assignTestPerson: false,
  firstCycle: { people: 240, users: 12, groups: 3 },
  warnings: ['domain_mismatch', 'many_people', 'entity_id_differs', 'reply_url_differs', 'leaving_people_unverified'],
  testPerson: { ...alice, mail: 'alice@fabrikam.example' },
};

/** A job in quarantine because too many people left its scope. */
export const removalPlan: SetupPlan = {
  ...renewalPlan,
  jobStateBefore: 'Quarantine',
  start: true,
  firstCycle: { people: 3, users: 3, groups: 0 },
  unityUsers: 203,
  warnings: ['removals_held_back', 'more_users_than_people', 'leaving_people_unverified'],
  testPerson: alice,
};

const proofs: Partial<Record<StepName, Proof>> = {
  findApp: { code: 'app_found', facts: { displayName: 'Unity Cloud' } },
  probeRights: { code: 'rights_probed', facts: { displayName: 'Unity Cloud' } },
  readJob: { code: 'no_job', facts: {} },
  probeUnity: { code: 'unity_answered', facts: { users: 2 } },
  validateCredentials: { code: 'credentials_tested', facts: {} },
  ensureSynchronizationJob: { code: 'job_created', facts: { jobId: 'scim.1' } },
  switchOffGroupMapping: { code: 'groups_off', facts: {} },
  saveScimCredentials: { code: 'secrets_saved', facts: { scimConnectorUrl } },
  assignTestPerson: { code: 'assigned', facts: { displayName: 'Alice Nowak' } },
  provisionTestPerson: { code: 'test_person_created', facts: { displayName: 'Alice Nowak', changeId } },
  startSynchronizationJob: { code: 'job_started', facts: { state: 'NotRun' } },
};

/** Finished steps with their proofs, each a bit slower than the one before. */
export function doneSteps(names: readonly StepName[]): RunStep[] {
  return names.map((name, index) => ({
    name,
    state: 'done',
    proof: proofs[name] ?? null,
    startedAt: at(10 * index),
    endedAt: at(10 * index, 180 + 470 * index * index),
  }));
}

function at(seconds: number, ms = 0): string {
  return new Date(Date.UTC(2026, 0, 5, 10, 0, seconds) + ms).toISOString();
}

const until = (name: (typeof SETUP_STEPS)[number]) => SETUP_STEPS.slice(0, SETUP_STEPS.indexOf(name));
const looking = until('ensureSynchronizationJob');
const undone = (name: StepName, proof: Proof): RunStep => ({ name, state: 'done', proof, startedAt: at(0), endedAt: at(0, 640) });

const base: SetupRunView = {
  runId: 'setup:5a1e0000-7e4a-4c0d-9a11-000000000001:1234567890123:1',
  organizationId: '1234567890123',
  appDisplayName: 'Unity Cloud',
  actingAs: 'Adele Vance',
  state: 'running',
  waitingFor: null,
  cancelling: false,
  steps: [],
  plan: null,
  stop: null,
  failure: null,
  canStartWithoutTest: false,
  portalUrl: null,
  expiresAt: null,
};
const portalUrl = 'https://entra.microsoft.com/#view/Microsoft_AAD_IAM/ManagedAppMenuBlade';
const expiresAt = '2026-01-06T10:00:00.000Z';

export const setupViews: Record<string, SetupRunView> = {
  requested: { ...base, state: 'requested' },
  looking: {
    ...base,
    steps: [
      ...doneSteps(until('probeUnity')),
      { name: 'probeUnity', state: 'running', proof: null, startedAt: at(40), endedAt: null },
    ],
  },
  plan: { ...base, state: 'waiting', waitingFor: 'plan', steps: doneSteps(looking), plan: newJobPlan, expiresAt },
  'plan-of-a-renewal': { ...base, state: 'waiting', waitingFor: 'plan', steps: doneSteps(looking), plan: renewalPlan, expiresAt },
  'plan-with-removals': {
    ...base,
    state: 'waiting',
    waitingFor: 'plan',
    steps: doneSteps(looking),
    plan: removalPlan,
    expiresAt,
  },
  running: {
    ...base,
    plan: newJobPlan,
    steps: [
      ...doneSteps(until('provisionTestPerson')),
      {
        name: 'provisionTestPerson',
        state: 'waiting',
        proof: {
          code: 'waiting_for_assignment',
          facts: { displayName: 'Alice Nowak', waitUntil: at(150), giveUpAt: at(900) },
        },
        startedAt: at(100),
        endedAt: null,
      },
    ],
  },
  approval: { ...base, state: 'waiting', waitingFor: 'approval', plan: newJobPlan, steps: doneSteps(looking), expiresAt },
  'sign-in': { ...base, state: 'waiting', waitingFor: 'sign_in', steps: doneSteps(until('readJob')), expiresAt },
  stopped: {
    ...base,
    state: 'failed',
    steps: doneSteps(looking),
    stop: { reason: 'job_not_ours', facts: { jobId: 'scim.1', state: 'Active', displayName: 'Unity Cloud' } },
    failure: { step: 'readJob', code: 'setup_stopped', facts: {} },
    portalUrl,
    expiresAt,
  },
  'stopped-at-the-test-person': {
    ...base,
    state: 'failed',
    steps: doneSteps(looking),
    stop: {
      reason: 'test_person_domain',
      facts: { displayName: 'Adele Vance', userPrincipalName: 'adele@contoso.onmicrosoft.example', domains: 'contoso.com' },
    },
    failure: { step: 'readJob', code: 'setup_stopped', facts: {} },
    expiresAt,
  },
  failed: {
    ...base,
    state: 'failed',
    steps: [
      ...doneSteps(until('probeUnity')),
      { name: 'probeUnity', state: 'failed', proof: null, startedAt: at(40), endedAt: at(41) },
    ],
    failure: { step: 'probeUnity', code: 'scim_forbidden', facts: { scimConnectorUrl, status: 403, requestId: null } },
    expiresAt,
  },
  'failed-test': {
    ...base,
    state: 'failed',
    plan: newJobPlan,
    steps: [
      ...doneSteps(until('provisionTestPerson')),
      { name: 'provisionTestPerson', state: 'failed', proof: null, startedAt: at(100), endedAt: at(104) },
    ],
    failure: {
      step: 'provisionTestPerson',
      code: 'test_person_not_provisioned',
      facts: { displayName: 'Alice Nowak', code: 'InvalidDomain' },
    },
    canStartWithoutTest: true,
    expiresAt,
  },
  cancelling: {
    ...base,
    plan: newJobPlan,
    cancelling: true,
    steps: [
      undone('undoStart', { code: 'job_paused', facts: {} }),
      { name: 'undoAssignment', state: 'running', proof: null, startedAt: at(1), endedAt: null },
    ],
  },
  cancelled: {
    ...base,
    state: 'cancelled',
    plan: newJobPlan,
    steps: [
      undone('undoStart', { code: 'job_paused', facts: {} }),
      undone('undoAssignment', { code: 'assignment_removed', facts: { displayName: 'Alice Nowak' } }),
      undone('undoSecrets', { code: 'secrets_go_with_job', facts: {} }),
      undone('undoGroupMapping', { code: 'groups_go_with_job', facts: {} }),
      undone('undoJob', { code: 'job_deleted', facts: {} }),
    ],
  },
  done: { ...base, state: 'done', plan: newJobPlan, steps: doneSteps(SETUP_STEPS), portalUrl },
  expired: { ...base, state: 'expired', plan: newJobPlan, steps: doneSteps(looking) },
  replaced: { ...base, state: 'replaced', plan: newJobPlan, steps: doneSteps(looking) },
};
