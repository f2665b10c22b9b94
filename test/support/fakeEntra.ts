import type { EntraClient, SynchronizationJob } from '../../src/entra/types';
import { GraphUnreachableError } from '../../src/errors';
import type { AppRoleAssignment, DirectoryPerson, EnterpriseApp } from '../../src/provisioning/people';
import type { OnDemandAnswer } from '../../src/provisioning/provision';

export const UNITY_APP: EnterpriseApp = {
  servicePrincipalId: 'sp-1',
  appId: 'app-1',
  displayName: 'Unity Cloud',
  applicationTemplateId: '8adf8e6e-67b2-4cf2-a259-e3dc5476c621',
  servicePrincipalNames: ['app-1', 'https://api.unity.com'],
  replyUrls: ['https://api.unity.com/v1/oauth2/saml/sso'],
  appRoles: [{ id: 'role-user', displayName: 'User', value: null, allowedMemberTypes: ['User'], isEnabled: true }],
  appRoleAssignmentRequired: true,
  accountEnabled: true,
};

export function directoryPerson(name: string, change: Partial<DirectoryPerson> = {}): DirectoryPerson {
  const address = `${name.toLowerCase()}@contoso.com`;
  return {
    objectId: name.toLowerCase(),
    displayName: name,
    userPrincipalName: address,
    mail: address,
    accountEnabled: true,
    userType: 'Member',
    ...change,
  };
}

export const CREATED: OnDemandAnswer = {
  result: 'created',
  skipReason: null,
  errorCode: null,
  failedStep: null,
  assigned: true,
  active: true,
  changeId: 'change-1',
};
export const NOT_ASSIGNED: OnDemandAnswer = {
  ...CREATED,
  result: 'skipped',
  skipReason: 'NotEffectivelyEntitled',
  assigned: false,
  changeId: null,
};

/** A tenant in memory behind the client's interface. `calls` holds the names of what was asked, in order. */
export interface FakeEntra {
  client: EntraClient;
  calls: string[];
  people: DirectoryPerson[];
  assignments: AppRoleAssignment[];
  jobs: SynchronizationJob[];
  secrets: { baseAddress?: string; syncAll?: 'true' | 'false'; unknownKeys: string[] };
  groupMapping: boolean;
  /** Next answers of provisionOnDemand per object id; the last one stays. */
  onDemand: Record<string, (OnDemandAnswer | Error)[]>;
  /** Direct members by group id. */
  groups: Record<string, { objectId: string; displayName: string }[]>;
  /** The same tenant, seen with this person's token. */
  as: (objectId: string) => EntraClient;
  /** Called before each method, with whose token it came; throw to fail it. */
  before: (method: string, caller?: string) => void | Promise<void>;
  /** Called after a method did its work; throw to lose the answer. */
  after: (method: string) => void | Promise<void>;
}

/** `request-assign`: what Graph would name its answer to that change. */
const receiptOf = (change: string) => ({ requestId: `request-${change}` });

export function createFakeEntra(people: DirectoryPerson[]): FakeEntra {
  const fake: FakeEntra = {
    client: undefined as unknown as EntraClient,
    calls: [],
    people,
    assignments: [],
    jobs: [],
    secrets: { unknownKeys: [] },
    groupMapping: true,
    onDemand: {},
    groups: {},
    as: () => fake.client,
    before: () => undefined,
    after: () => undefined,
  };
  const methods: EntraClient = {
    getMe: async () => fake.people[0]!,
    findUser: async (id) => fake.people.find(({ objectId, userPrincipalName }) => objectId === id || userPrincipalName === id),
    findUsersByAddress: async (address) =>
      fake.people.filter(
        ({ mail, objectId, displayName }) =>
          mail === address || objectId === address || displayName.toLowerCase().startsWith(address.toLowerCase()),
      ),
    findUnityApps: async () => [UNITY_APP],
    searchApps: async () => [UNITY_APP],
    getApp: async (id) => (id === UNITY_APP.servicePrincipalId ? UNITY_APP : undefined),
    listAppRoleAssignedTo: async () => [...fake.assignments],
    listGroupMembers: async (groupId) =>
      (fake.groups[groupId] ?? []).map((member) => {
        const found = fake.people.find(({ objectId }) => objectId === member.objectId);
        return { ...member, isGuest: found?.userType === 'Guest', isEnabled: found?.accountEnabled !== false };
      }),
    searchGroups: async (prefix) =>
      Object.keys(fake.groups)
        .filter((groupId) => groupId.startsWith(prefix))
        .map((groupId) => ({ objectId: groupId, displayName: groupId })),
    async assignAppRole({ principalId, appRoleId }) {
      const there = fake.assignments.find((assignment) => assignment.principalId === principalId);
      if (there) return { assignmentId: null, existed: true, ...receiptOf('assign') };
      const id = `assignment-${fake.assignments.length + 1}`;
      fake.assignments.push({ id, principalId, principalType: 'User', principalDisplayName: principalId, appRoleId });
      return { assignmentId: id, existed: false, ...receiptOf('assign') };
    },
    async removeAppRoleAssignment(_, id) {
      fake.assignments = fake.assignments.filter((assignment) => assignment.id !== id);
      return receiptOf('unassign');
    },
    listSynchronizationTemplates: async () => [{ id: 'scim', isDefault: true }],
    listSynchronizationJobs: async () => [...fake.jobs],
    getSynchronizationJob: async (_, jobId) => fake.jobs.find(({ id }) => id === jobId),
    async createSynchronizationJob(_, templateId) {
      const job = synchronizationJob({ id: `job-${fake.jobs.length + 1}`, templateId });
      fake.jobs.push(job);
      return { ...job, ...receiptOf('create') };
    },
    async startSynchronizationJob(_, jobId) {
      fake.jobs = fake.jobs.map((job) => (job.id === jobId ? { ...job, schedule: 'Active', state: 'NotRun' } : job));
      return receiptOf('start');
    },
    async pauseSynchronizationJob(_, jobId) {
      fake.jobs = fake.jobs.map((job) => (job.id === jobId ? { ...job, schedule: 'Paused', state: 'Paused' } : job));
      return receiptOf('pause');
    },
    async deleteSynchronizationJob(_, jobId) {
      fake.jobs = fake.jobs.filter((job) => job.id !== jobId);
      return receiptOf('delete');
    },
    validateCredentials: async () => undefined,
    async putSecrets(_, { baseAddress }) {
      fake.secrets = { baseAddress, syncAll: 'false', unknownKeys: [] };
      return receiptOf('secrets');
    },
    getSecrets: async () => fake.secrets,
    getJobSchema: async () => ({ ruleId: 'rule-1', groupMappingEnabled: fake.groupMapping }),
    async switchGroupMapping(_, __, enabled) {
      fake.groupMapping = enabled;
      return receiptOf('schema');
    },
    async provisionOnDemand({ objectId }) {
      const answers = fake.onDemand[objectId] ?? [CREATED];
      const answer = answers.length > 1 ? answers.shift()! : answers[0]!;
      if (answer instanceof Error) throw answer;
      return { ...answer, ...receiptOf('provision') };
    },
    listProvisioningLogs: async () => [],
  };
  const clientOf = (caller?: string): EntraClient =>
    new Proxy(methods, {
      get:
        (target, method: keyof EntraClient) =>
        async (...args: never[]) => {
          fake.calls.push(method);
          await fake.before(method, caller);
          const me = caller === undefined ? undefined : fake.people.find(({ objectId }) => objectId === caller);
          const result =
            method === 'getMe' && me ? me : await (target[method] as (...given: never[]) => Promise<unknown>)(...args);
          await fake.after(method);
          return result;
        },
    });
  fake.client = clientOf();
  fake.as = clientOf;
  return fake;
}

export function synchronizationJob(change: Partial<SynchronizationJob> = {}): SynchronizationJob {
  return {
    id: 'job-1',
    templateId: 'scim',
    schedule: 'Disabled',
    state: 'Paused',
    lastExecution: null,
    quarantine: null,
    interval: 'PT40M',
    synchronizedUsers: null,
    ...change,
  };
}

export const unreachable = (operation: string) => new GraphUnreachableError({ operation, status: 503 });
