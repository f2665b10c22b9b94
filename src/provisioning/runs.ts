import type { ErrorCode, Facts } from '../errors';
import type { PersonRef } from './people';

export type RunKind = 'setup' | 'provision' | 'request' | 'policy';

export const OPEN_STATES = ['requested', 'running', 'waiting', 'failed'] as const;
export const CLOSED_STATES = ['done', 'cancelled', 'expired', 'replaced'] as const;
export type RunState = (typeof OPEN_STATES)[number] | (typeof CLOSED_STATES)[number];

export function isOpenRun(state: RunState): boolean {
  return (OPEN_STATES as readonly string[]).includes(state);
}

/** What a waiting run needs before its next attempt is made. */
export type WaitingFor = 'plan' | 'sign_in' | 'approval';

/** Allowed changes of `runs.state`. */
export const RUN_TRANSITIONS: Record<RunState, readonly RunState[]> = {
  /** `failed`: it was given up before its first step could be written. */
  requested: ['running', 'failed', 'cancelled', 'expired', 'replaced'],
  /** `replaced`: somebody without the right to provision: the run goes on as a request. */
  running: ['done', 'failed', 'waiting', 'cancelled', 'replaced'],
  waiting: ['replaced', 'cancelled', 'expired'],
  failed: ['replaced', 'cancelled', 'expired'],
  done: [],
  cancelled: [],
  expired: [],
  replaced: [],
};

export interface Failure {
  step: string;
  code: ErrorCode;
  facts: Facts;
}

/** One attempt at a subject; its id is the DBOS workflow id, `<subject>:<attempt>`. */
export interface Run {
  runId: string;
  tenantId: string;
  subject: string;
  attempt: number;
  kind: RunKind;
  /** `undo`: the attempt that *Cancel* made of a run that was not running; it only takes back. */
  mode: 'go' | 'undo';
  state: RunState;
  waitingFor: WaitingFor | null;
  requestedBy: PersonRef;
  actingAs: PersonRef;
  connectionId: string | null;
  /** Where its card lives: a Teams conversation id. */
  conversationId: string;
  input: unknown;
  /** The plan as shown; confirmed when `planConfirmedAt` is set. */
  plan: unknown;
  /** Why no plan could be made, `{reason, facts}`. */
  stop: unknown;
  planConfirmedAt: string | null;
  cancelRequestedAt: string | null;
  failure: Failure | null;
  createdAt: string;
  endedAt: string | null;
}

/** What a workflow returns; it never throws by design. */
export type RunOutcome =
  | { kind: 'done' }
  | { kind: 'waiting'; for: WaitingFor }
  | ({ kind: 'failed' } & Failure)
  | { kind: 'cancelled' };

/** A proof is a code that words.ts turns into a sentence, and the facts in it. */
export interface Proof {
  code: ProofCode;
  facts: Facts;
}
export const PROOF_CODES = [
  'app_found', // displayName
  'rights_probed', // displayName of the app
  'job_found', // state
  'no_job', //
  'unity_answered', // users: number of SCIM users that Unity reports
  'credentials_tested', // Entra's Test Connection passed
  'job_created', // jobId
  'job_kept', // jobId
  'groups_off', // switched off now
  'groups_already_off', //
  'secrets_saved', // scimConnectorUrl
  'assigned', // displayName
  'already_assigned', // displayName
  'test_person_created', // displayName, changeId
  'test_person_updated', // displayName, changeId
  'test_person_in_step', // displayName
  'job_started', // state
  'job_left_paused', //
  'job_paused', // undo
  'job_left_running', // undo: the job was there before
  'secrets_go_with_job', // undo
  'groups_go_with_job', // undo
  'assignment_removed', // displayName
  'job_deleted', //
  'job_left', // jobId; undo: nobody knows whose it is, and somebody uses it
  'groups_back_on', //
  'token_overwritten', // cannot be undone
  'gone_already', // undo: somebody deleted the app or the job
  'waiting_for_assignment', // displayName, waitUntil and giveUpAt (ISO)
] as const;
export type ProofCode = (typeof PROOF_CODES)[number];

/** The named steps of a setup, in the order people see them. */
export const SETUP_STEPS = [
  'findApp',
  'probeRights',
  'readJob',
  'probeUnity',
  'validateCredentials',
  'ensureSynchronizationJob',
  'switchOffGroupMapping',
  'saveScimCredentials',
  'assignTestPerson',
  'provisionTestPerson',
  'startSynchronizationJob',
] as const;
/** Steps of an undo, newest effect first. */
export const UNDO_STEPS = ['undoStart', 'undoAssignment', 'undoSecrets', 'undoGroupMapping', 'undoJob'] as const;
export const PROVISION_STEPS = ['readConnection', 'findPeople', 'checkPeople', 'assignPeople', 'provisionPeople'] as const;
export type StepName = (typeof SETUP_STEPS)[number] | (typeof UNDO_STEPS)[number] | (typeof PROVISION_STEPS)[number];

export type StepState = 'running' | 'waiting' | 'done' | 'failed';
export interface RunStep {
  name: StepName;
  state: StepState;
  proof: Proof | null;
  startedAt: string;
  endedAt: string | null;
}
