import type { TokenCredential } from '@azure/identity';
import type { AppRoleAssignment, DirectoryPerson, EnterpriseApp } from '../provisioning/people';
import type { OnDemandAnswer } from '../provisioning/provision';
import type { JobState } from '../provisioning/setup';

/** A synchronization job as Graph gives it, cleaned of placeholder executions (year 0001, null activityIdentifier). */
export interface SynchronizationJob {
  id: string;
  templateId: string;
  schedule: 'Active' | 'Disabled' | 'Paused';
  state: JobState;
  /** The last cycle that really ran. */
  lastExecution: TaskExecution | null;
  quarantine: { reason: string; errorCode: string | null; currentBegan: string | null; nextAttempt: string | null } | null;
  /** ISO 8601 duration, `PT40M`. */
  interval: string;
  synchronizedUsers: number | null;
}

export interface TaskExecution {
  activityIdentifier: string;
  state: 'Succeeded' | 'Failed' | 'EntryLevelErrors';
  timeBegan: string;
  timeEnded: string;
  errorCode: string | null;
  countImported: number;
  countExported: number;
  countEscrowed: number;
}

export interface ScimSecrets {
  baseAddress: string;
  scimToken: string;
}

/** Secret keys of a job as far as Graph shows them; masked values are `undefined`. */
export interface StoredSecrets {
  baseAddress?: string;
  syncAll?: 'true' | 'false';
  unknownKeys: string[];
}

/** What of a job's schema we use. */
export interface JobSchema {
  ruleId: string | null;
  groupMappingEnabled: boolean;
}

export interface ProvisioningLogEntry {
  changeId: string;
  action: string;
  status: 'success' | 'failure' | 'skipped' | 'warning';
  errorCode: string | null;
  sourceObjectId: string | null;
  sourceDisplayName: string | null;
  at: string;
}

/** What proves towards Microsoft that a change was asked for. null: the answer named no id, or nothing had to be changed. */
export interface GraphReceipt {
  /** `request-id` of Graph's answer. */
  requestId: string | null;
}

/** Somebody in a group. Where Entra does not say what an account is, it is taken for an enabled one of the tenant. */
export interface GroupMember {
  objectId: string;
  displayName: string;
  isGuest: boolean;
  isEnabled: boolean;
}

/**
 * Microsoft Graph as this project uses it, with one person's (or the app's) token.
 * Errors: GraphRefusedError, GraphUnreachableError, GraphThrottledError, NoRightError (403 of /synchronization and assignments),
 * LicenceMissingError, EntraCredentialsTestFailedError (validateCredentials), SignInNeededError (from the credential).
 */
export interface EntraClient {
  /** The person whose token it is. */
  getMe(): Promise<DirectoryPerson>;
  /** undefined: no such user. Takes an object id or a user principal name. */
  findUser(idOrUserPrincipalName: string): Promise<DirectoryPerson | undefined>;
  /** Everybody whom the typed address fits: UPN, then mail, proxyAddresses, otherMails; a name that starts so, when it is no address. */
  findUsersByAddress(address: string): Promise<DirectoryPerson[]>;
  /** Apps whose Entity ID is Unity's, or whose name starts with `Unity`; each once. */
  findUnityApps(): Promise<EnterpriseApp[]>;
  searchApps(displayNamePrefix: string): Promise<EnterpriseApp[]>;
  getApp(servicePrincipalId: string): Promise<EnterpriseApp | undefined>;
  listAppRoleAssignedTo(servicePrincipalId: string): Promise<AppRoleAssignment[]>;
  /** Direct members of a group: users only. */
  listGroupMembers(groupId: string): Promise<GroupMember[]>;
  /** Groups whose names begin so, at most 25. */
  searchGroups(displayNamePrefix: string): Promise<{ objectId: string; displayName: string }[]>;
  /** Assigns; `existed` when the assignment was there (both texts and 409). Sent once: the calling step looks before it repeats. */
  assignAppRole(input: {
    servicePrincipalId: string;
    principalId: string;
    appRoleId: string;
  }): Promise<{ assignmentId: string | null; existed: boolean } & GraphReceipt>;
  removeAppRoleAssignment(servicePrincipalId: string, assignmentId: string): Promise<GraphReceipt>;

  listSynchronizationTemplates(servicePrincipalId: string): Promise<{ id: string; isDefault: boolean }[]>;
  listSynchronizationJobs(servicePrincipalId: string): Promise<SynchronizationJob[]>;
  getSynchronizationJob(servicePrincipalId: string, jobId: string): Promise<SynchronizationJob | undefined>;
  createSynchronizationJob(servicePrincipalId: string, templateId: string): Promise<SynchronizationJob & GraphReceipt>;
  startSynchronizationJob(servicePrincipalId: string, jobId: string): Promise<GraphReceipt>;
  pauseSynchronizationJob(servicePrincipalId: string, jobId: string): Promise<GraphReceipt>;
  deleteSynchronizationJob(servicePrincipalId: string, jobId: string): Promise<GraphReceipt>;
  /** On the job where there is one, else on the collection. */
  validateCredentials(input: {
    servicePrincipalId: string;
    jobId: string | null;
    templateId: string;
    secrets: ScimSecrets;
  }): Promise<void>;
  /** Writes our own full list: BaseAddress, SecretToken, SyncAll "false", SyncNotificationSettings with the delete threshold on. */
  putSecrets(servicePrincipalId: string, secrets: ScimSecrets): Promise<GraphReceipt>;
  getSecrets(servicePrincipalId: string): Promise<StoredSecrets>;
  getJobSchema(servicePrincipalId: string, jobId: string): Promise<JobSchema>;
  /** Sets `enabled` of the group mapping and writes the whole schema back. */
  switchGroupMapping(servicePrincipalId: string, jobId: string, enabled: boolean): Promise<GraphReceipt>;
  /** Sent once. @throws GraphThrottledError on 429, EntraCredentialsTestFailedError on credential errors */
  provisionOnDemand(input: {
    servicePrincipalId: string;
    jobId: string;
    ruleId: string;
    objectId: string;
  }): Promise<OnDemandAnswer & GraphReceipt>;
  listProvisioningLogs(input: { jobId: string; since: string; top?: number }): Promise<ProvisioningLogEntry[]>;
}

/** Binds a client to a credential. `forQuery`: no repeats, and `timeoutSeconds` shortened by the caller. */
export type CreateEntraClient = (
  credential: TokenCredential,
  options?: { forQuery?: boolean; timeoutSeconds?: number; signal?: AbortSignal },
) => EntraClient;
