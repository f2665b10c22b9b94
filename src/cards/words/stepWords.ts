import type { Facts } from '../../errors';
import type { Proof, ProofCode, StepName, StepState } from '../../provisioning/runs';
import { markup, md, type Piece } from '../markdown';
import { timeOfDay } from '../times';

const stepNames: Record<StepName, string> = {
  findApp: 'Find the Entra app',
  probeRights: 'Check your rights on it',
  readJob: 'Look for a provisioning job',
  probeUnity: 'Try the token at Unity',
  validateCredentials: 'Run Entra’s Test Connection',
  ensureSynchronizationJob: 'Provide the provisioning job',
  switchOffGroupMapping: 'Switch groups off',
  saveScimCredentials: 'Save address and token in Entra',
  assignTestPerson: 'Assign the test person',
  provisionTestPerson: 'Provision the test person',
  startSynchronizationJob: 'Start provisioning',
  undoStart: 'Pause provisioning',
  undoAssignment: 'Remove the test person’s assignment',
  undoSecrets: 'Take back address and token',
  undoGroupMapping: 'Switch groups back',
  undoJob: 'Delete the provisioning job',
  readConnection: 'Read the connection',
  findPeople: 'Find the people',
  checkPeople: 'Check the people',
  assignPeople: 'Assign them to the app',
  provisionPeople: 'Provision them on demand',
};

/** What a step does, as the card names it. */
export function stepName(name: StepName): string {
  return stepNames[name];
}

/** False for a step of another kind of run, whose name has no words here. */
export function isStepName(name: string): name is StepName {
  return Object.hasOwn(stepNames, name);
}

export const stepStateWords: Record<StepState | 'todo', string> = {
  todo: 'to do',
  running: 'under way',
  waiting: 'waiting',
  done: 'done',
  failed: 'failed',
};

type Fact = (name: string, otherwise?: string) => Piece;

const proofs: Record<ProofCode, (fact: Fact) => string> = {
  app_found: (fact) => md`Found ${fact('displayName', 'the app')}.`,
  rights_probed: (fact) => md`Your account may read provisioning of ${fact('displayName', 'the app')}.`,
  job_found: (fact) => md`There is a job; its state is ${fact('state', 'unknown')}.`,
  no_job: () => 'There is no job yet.',
  unity_answered: (fact) => md`Unity accepts the token and reports ${fact('users', 'its')} SCIM users.`,
  credentials_tested: () => 'Entra reached Unity with this address and token.',
  job_created: () => 'Entra made a job.',
  job_kept: () => 'The job that is there is used.',
  groups_off: () => 'Switched off: only people are provisioned.',
  groups_already_off: () => 'They were off: only people are provisioned.',
  secrets_saved: (fact) => md`Entra keeps ${fact('scimConnectorUrl', 'the address')} and the token.`,
  assigned: (fact) => md`${fact('displayName', 'The test person')} is assigned to the app.`,
  already_assigned: (fact) => md`${fact('displayName', 'The test person')} was assigned before.`,
  test_person_created: (fact) => md`Entra reports ${fact('displayName', 'the test person')} created${change(fact)}.`,
  test_person_updated: (fact) => md`Entra reports ${fact('displayName', 'the test person')} updated${change(fact)}.`,
  test_person_in_step: (fact) => md`Entra reports nothing to change for ${fact('displayName', 'the test person')}.`,
  job_started: () => 'Entra started the job.',
  job_left_paused: () => 'The job was paused before and stays paused. Resume it in the Entra portal.',
  job_paused: () => 'Entra paused the job.',
  job_left_running: () => 'The job ran before this setup and goes on.',
  secrets_go_with_job: () => 'They go with the job.',
  groups_go_with_job: () => 'They go with the job.',
  assignment_removed: (fact) => md`${fact('displayName', 'The test person')} is no longer assigned to the app.`,
  job_deleted: () => 'The job is gone.',
  job_left: (fact) =>
    md`Not deleted: whether this setup made ${fact('jobId', 'the job')} is not known. Delete it in the Entra portal if nobody needs it.`,
  groups_back_on: () => 'Groups are on again, as before.',
  token_overwritten: () => 'Cannot be undone: the old token is overwritten. Paste a valid one with **setup**.',
  gone_already: () => 'Nothing left to do: it was deleted before.',
  waiting_for_assignment: (fact) =>
    md`Entra has not seen the assignment${markup(whose(fact))} yet. Next try at ${time(fact('waitUntil'))}; gives up at ${time(fact('giveUpAt'))}.`,
};

/** What a step proved, from its code and facts. */
export function proofWords({ code, facts }: Proof): string {
  return proofs[code]((name, otherwise = '') => factOf(facts, name) ?? otherwise);
}

function factOf(facts: Facts, name: string): string | number | undefined {
  const value = facts[name];
  return value === undefined || value === null ? undefined : typeof value === 'number' ? value : String(value);
}

function change(fact: Fact): Piece {
  const changeId = fact('changeId');
  return markup(changeId === '' ? '' : md` (change ${changeId})`);
}

function whose(fact: Fact): string {
  const displayName = fact('displayName');
  return displayName === '' ? '' : md` of ${displayName}`;
}

function time(iso: Piece): Piece {
  return typeof iso === 'string' && iso !== '' ? timeOfDay(iso) : 'a later time';
}
