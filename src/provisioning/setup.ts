import type { Connection } from './connections';
import type { AppRoleAssignment, DirectoryPerson, EnterpriseApp } from './people';

/** What only the administrator can say about Unity, in the order in which it is asked. */
export const STATEMENTS = [
  'planIsEnterpriseOrIndustry',
  'ssoIsConfigured',
  'scimTabIsVisible',
  'scimIsEnabled',
  'isOwnerOrManager',
] as const;
export type Statement = (typeof STATEMENTS)[number];

export function forEachStatement<T>(make: (statement: Statement) => T): Record<Statement, T> {
  return Object.fromEntries(STATEMENTS.map((statement) => [statement, make(statement)])) as Record<Statement, T>;
}

/** What the administrator says about Unity, and nobody can read: stored with the date, never called proven. */
export interface UnityStatements extends Record<Statement, boolean> {
  statedAt: string;
}

export interface SetupInput {
  organizationId: string;
  scimConnectorUrl: string;
  servicePrincipalId: string;
  /** As the dialog showed it; only for the card until the run has read it. */
  appDisplayName: string;
  domains: string[];
  statements: UnityStatements;
  /** Id of the sealed bearer token; the token itself is in no input, plan, step or error. */
  scimTokenRef: string;
  /** Object id of the person who is created first to prove that it works. */
  testPersonId: string;
  /** Only after a failed test: start although nobody was provisioned. */
  startWithoutTest?: boolean;
  /** The approved request that lets this setup act, where the connection's policy demands one. */
  requestId?: string;
}

export type JobState = 'NotConfigured' | 'NotRun' | 'Active' | 'Paused' | 'Quarantine';

export interface ObservedJob {
  jobId: string;
  templateId: string;
  /** `status.code` */
  state: JobState;
  /** `schedule.state` */
  schedule: 'Active' | 'Disabled' | 'Paused';
  /** undefined: masked, empty or not readable. */
  baseAddress?: string;
  syncAll?: 'true' | 'false';
  /** Keys in the stored secrets that we do not write ourselves. */
  unknownSecretKeys: string[];
  ruleId: string | null;
  groupMappingEnabled: boolean;
  quarantineReason: string | null;
  /** Of the last cycle that really ran; the watch tells only of later ones. */
  lastActivityIdentifier: string | null;
}

/**
 * What Unity makes of a search for a user name that nobody has: a made-up one, as Entra's own test asks, or at least an address in a
 * domain that the administrator named; `refused` covers both.
 */
export type UnityFilter = 'answered' | 'needs_domain' | 'refused';

/** Everything read before a decision; nothing in it came from a card. */
export interface SetupObserved {
  app: EnterpriseApp;
  botAppId: string;
  templateIds: string[];
  jobs: ObservedJob[];
  /** Our own row for this tenant and organization, if any. */
  connection: Pick<Connection, 'servicePrincipalId' | 'jobId' | 'scimConnectorUrl' | 'savedSyncAll'> | null;
  assignments: AppRoleAssignment[];
  /** Direct members of the assigned groups, by group id. */
  groupMembers: Record<string, string[]>;
  /** SCIM users that Unity reports now. */
  unityUsers: number;
  /** undefined in runs that looked before this was kept. */
  unityFilter?: UnityFilter;
  testPerson: DirectoryPerson;
}

/** What this subject already made in earlier attempts, so that a retry plans the same. */
export interface SetupEffects {
  /** Empty: the answer to its making never came. */
  createdJobId?: string;
  savedSecrets?: boolean;
  switchedOffGroupsOn?: string;
  assignedTestPerson?: { assignmentId: string; principalId: string };
  startedJob?: boolean;
}

export type StopReason =
  | 'app_is_the_bot'
  | 'app_not_provisionable'
  | 'no_template'
  | 'several_jobs'
  | 'job_is_customappsso'
  | 'job_not_ours'
  | 'address_differs'
  | 'sync_all'
  | 'unknown_secret_keys'
  | 'no_app_role'
  | 'test_person_disabled'
  | 'test_person_guest'
  | 'test_person_no_mail'
  | 'test_person_domain';

export type SetupWarning =
  /** Entra stopped the job before it removed more people than its limit allows; a start lets it go on. */
  | 'removals_held_back'
  /** More people in Unity than in scope of a job that knows them: the first cycle may deactivate the rest. */
  | 'more_users_than_people'
  | 'domain_mismatch'
  | 'many_people'
  | 'leaving_people_unverified'
  | 'entity_id_differs'
  | 'reply_url_differs'
  | 'set_up_through_another_app'
  | 'unity_refuses_filter'
  | 'unity_filter_needs_domain';

export interface SetupPlan {
  kind: 'proceed';
  servicePrincipalId: string;
  appId: string;
  appDisplayName: string;
  organizationId: string;
  scimConnectorUrl: string;
  templateId: string;
  /** null: the job will be created. */
  jobId: string | null;
  /** The stored token and address of an existing job are replaced and cannot be brought back. */
  overwritesSecrets: boolean;
  jobStateBefore: JobState | null;
  switchGroupsOff: boolean;
  start: boolean;
  appRoleId: string;
  testPerson: DirectoryPerson;
  assignTestPerson: boolean;
  /** People that the first cycle will create or match: assigned directly or by direct membership, each once. */
  firstCycle: { people: number; users: number; groups: number };
  unityUsers: number;
  warnings: SetupWarning[];
  startWithoutTest: boolean;
  lastActivityIdentifier: string | null;
}
export type SetupDecision = SetupPlan | { kind: 'stop'; reason: StopReason; facts: Record<string, string> };
