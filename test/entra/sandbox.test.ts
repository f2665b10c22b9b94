import { createEntraClientFactory } from '../../src/entra/createEntraClient';
import type { EntraClient, SynchronizationJob } from '../../src/entra/types';
import {
  type EntraTest,
  eventually,
  groups,
  people,
  plainApp,
  roles,
  startEntraTest,
  unityApp,
} from '../sandbox/entra/support/entraTest';
import { type FakeScim, startFakeScim } from '../sandbox/entra/support/fakeScim';
import { trustAuthority } from './trustAuthority';

let test: EntraTest;
let scim: FakeScim;
let entra: EntraClient;
beforeEach(async () => {
  [test, scim] = await Promise.all([startEntraTest({}, { pageSize: 2 }), startFakeScim()]);
  trustAuthority(test.entra.authorityPem);
  entra = clientOf(people.adele);
});
afterEach(() => Promise.all([test.stop(), scim.stop()]));

/** A client with a person's token; waits move sandbox time and cost none. */
function clientOf(userId: string): EntraClient {
  const createEntraClient = createEntraClientFactory({
    graphUrl: test.entra.origin,
    wait: async (milliseconds) => test.context.clock.advance(milliseconds),
  });
  return createEntraClient({ getToken: async () => ({ token: test.tokenOf(userId), expiresOnTimestamp: Date.now() + 60_000 }) });
}

const secrets = () => ({ baseAddress: scim.baseUrl, scimToken: scim.token });
const assignment = (principalId: string) => ({ servicePrincipalId: unityApp, principalId, appRoleId: roles.user });

/** A job with saved secrets and users only, as a setup leaves it before the test person. */
async function configuredJob(): Promise<{ jobId: string; ruleId: string }> {
  const { id: jobId } = await entra.createSynchronizationJob(unityApp, 'scim');
  await entra.switchGroupMapping(unityApp, jobId, false);
  await entra.putSecrets(unityApp, secrets());
  const { ruleId } = await entra.getJobSchema(unityApp, jobId);
  return { jobId, ruleId: ruleId ?? '' };
}

const onDemand = ({ jobId, ruleId }: { jobId: string; ruleId: string }, objectId: string) =>
  entra.provisionOnDemand({ servicePrincipalId: unityApp, jobId, ruleId, objectId });

describe('the directory', () => {
  it('knows who asks, guests and disabled accounts', async () => {
    await expect(entra.getMe()).resolves.toMatchObject({ objectId: people.adele, userType: 'Member', accountEnabled: true });
    for (const user of test.context.tenant.users) {
      const { userType, accountEnabled, mail } = user;
      await expect(entra.findUser(user.userPrincipalName)).resolves.toMatchObject({
        objectId: user.id,
        userType,
        accountEnabled,
        mail: mail ?? null,
      });
    }
  });

  it.each(['alice@contoso.com', 'alice.nowak@studio.example', people.alice, 'Alice Now'])(
    'finds Alice by %s [entra 4.1 lookup]',
    async (typed) => {
      const found = await entra.findUsersByAddress(typed);
      expect(found.map(({ objectId }) => objectId)).toEqual([people.alice]);
    },
  );

  it('finds nobody by an address that nobody has', async () => {
    await expect(entra.findUsersByAddress('nobody@contoso.com')).resolves.toEqual([]);
    await expect(entra.findUser('nobody@contoso.com')).resolves.toBeUndefined();
  });

  it('lists direct people of a group over several pages, and no nested group [entra 4.2 direct]', async () => {
    const members = await entra.listGroupMembers(groups.artists);
    const expected = test.context.tenant.groups
      .find(({ id }) => id === groups.artists)
      ?.members.filter((id) => test.context.tenant.users.some((user) => user.id === id));
    expect(members.map(({ objectId }) => objectId).sort()).toEqual(expected?.sort());
    expect(members.length).toBeGreaterThan(2);
    expect(members.every(({ isGuest, isEnabled }) => isEnabled && !isGuest)).toBe(true);
  });

  it('tells a guest among the members of a group', async () => {
    const { users } = test.context.tenant;
    const guest = users.find(({ userType }) => userType === 'Guest')!.id;
    const group = test.context.tenant.groups.find(({ id }) => id === groups.artists)!;
    group.members.push(guest);
    const found = (await entra.listGroupMembers(groups.artists)).find(({ objectId }) => objectId === guest);
    group.members.pop();
    expect(found).toMatchObject({ isGuest: true, isEnabled: true });
  });

  it('finds the Unity app, and tells a plain registration by its missing template [entra 0.1 template]', async () => {
    const apps = await entra.findUnityApps();
    expect(apps.find(({ servicePrincipalId }) => servicePrincipalId === unityApp)?.applicationTemplateId).not.toBeNull();
    await expect(entra.getApp(plainApp)).resolves.toMatchObject({ applicationTemplateId: null });
    await expect(entra.searchApps("no'such app")).resolves.toEqual([]);
  });
});

describe('assignments', () => {
  it.each(['permissionExists', 'entitlementExists', 'conflict'] as const)(
    'twice is once, in the variant %s [entra 4.3 duplicate]',
    async (variant) => {
      test.context.switches.duplicateAssignmentVariant = variant;
      const first = await entra.assignAppRole(assignment(people.alice));
      expect(first.existed).toBe(false);
      await expect(entra.assignAppRole(assignment(people.alice))).resolves.toMatchObject({ assignmentId: null, existed: true });
      const listed = (await entra.listAppRoleAssignedTo(unityApp)).filter(({ principalId }) => principalId === people.alice);
      expect(listed.map(({ id }) => id)).toEqual([first.assignmentId]);
      await entra.removeAppRoleAssignment(unityApp, first.assignmentId ?? '');
      await entra.removeAppRoleAssignment(unityApp, first.assignmentId ?? '');
      expect((await entra.listAppRoleAssignedTo(unityApp)).some(({ principalId }) => principalId === people.alice)).toBe(false);
    },
  );

  it('need a right that Megan has not [entra 6 forbidden]', async () => {
    await expect(clientOf(people.megan).assignAppRole(assignment(people.alice))).rejects.toMatchObject({ code: 'no_right' });
  });
});

describe('a setup', () => {
  it('reads templates and no job, tests the credentials without a job, and makes one [entra 2.6 configure]', async () => {
    await expect(entra.listSynchronizationTemplates(unityApp)).resolves.toContainEqual({ id: 'scim', isDefault: true });
    await expect(entra.listSynchronizationJobs(unityApp)).resolves.toEqual([]);
    await entra.validateCredentials({ servicePrincipalId: unityApp, jobId: null, templateId: 'scim', secrets: secrets() });
    const { jobId } = await configuredJob();
    await expect(entra.getJobSchema(unityApp, jobId)).resolves.toMatchObject({ groupMappingEnabled: false });
    await expect(entra.getSecrets(unityApp)).resolves.toEqual({ baseAddress: scim.baseUrl, syncAll: 'false', unknownKeys: [] });
    await entra.deleteSynchronizationJob(unityApp, jobId);
    await expect(entra.getSynchronizationJob(unityApp, jobId)).resolves.toBeUndefined();
  });

  it.each(['paused', 'notConfigured'] as const)(
    'takes a new job in the style %s [entra 2.3 first-state]',
    async (jobCreateStyle) => {
      test.context.switches.jobCreateStyle = jobCreateStyle;
      const { state } = await entra.createSynchronizationJob(unityApp, 'scim');
      expect(state).toBe(jobCreateStyle === 'paused' ? 'Paused' : 'NotConfigured');
    },
  );

  it.each(['empty', 'forbidden'] as const)(
    'takes secrets whose reading is %s as unknown [entra 2.4 mask]',
    async (secretsReadBack) => {
      await configuredJob();
      test.context.switches.secretsReadBack = secretsReadBack;
      await expect(entra.getSecrets(unityApp)).resolves.toEqual({ unknownKeys: [] });
    },
  );

  it.each([400, 401, 403, 500] as const)(
    'hears from Entra what Unity said to a wrong token, as %i [entra 2.4 failure]',
    async (validateFailureStatus) => {
      test.context.switches.validateFailureStatus = validateFailureStatus;
      const wrong = { ...secrets(), scimToken: 'made-up-wrong-token' };
      const act = entra.validateCredentials({ servicePrincipalId: unityApp, jobId: null, templateId: 'scim', secrets: wrong });
      await expect(act).rejects.toMatchObject({
        code: 'entra_credentials_test_failed',
        facts: {
          status: validateFailureStatus,
          graphCode: 'SystemForCrossDomainIdentityManagementCredentialValidationFailure',
          responseStatus: 'Unauthorized',
        },
      });
    },
  );

  it('gets through a first 401 of an app that is still new [entra 2.1 early-401]', async () => {
    test.context.switches.backendLag401 = 1;
    await expect(entra.createSynchronizationJob(unityApp, 'scim')).resolves.toMatchObject({ templateId: 'scim' });
    test.context.switches.backendLag401 = 2;
    await expect(entra.listSynchronizationJobs(unityApp)).rejects.toMatchObject({ code: 'no_right' });
  });

  it('is not for Megan, who may not even look [entra 0.8 roles]', async () => {
    await expect(clientOf(people.megan).listSynchronizationJobs(unityApp)).rejects.toMatchObject({ code: 'no_right' });
  });
});

describe.each(['A', 'B'] as const)('on demand, answered in shape %s', (onDemandShape) => {
  beforeEach(() => {
    test.context.switches.onDemandShape = onDemandShape;
  });

  it('creates, then finds both sides in step [entra 3.4 redundant]', async () => {
    const job = await configuredJob();
    await entra.assignAppRole(assignment(people.alice));
    await expect(onDemand(job, people.alice)).resolves.toMatchObject({
      result: 'created',
      assigned: true,
      active: true,
      failedStep: null,
    });
    await expect(onDemand(job, people.alice)).resolves.toMatchObject({ result: 'inStep', skipReason: 'RedundantExport' });
    expect(scim.users.size).toBe(1);
  });

  it('says that an assignment is not there yet [entra 0.3 delay]', async () => {
    const job = await configuredJob();
    test.context.switches.assignmentVisibilityDelayMs = 60_000;
    await entra.assignAppRole(assignment(people.alice));
    await expect(onDemand(job, people.alice)).resolves.toMatchObject({ result: 'skipped', assigned: false });
    test.context.clock.advance(60_000);
    await expect(onDemand(job, people.alice)).resolves.toMatchObject({ result: 'created', assigned: true });
  });

  it('does not call it a success when somebody without an assignment is switched off [entra 3.1 unassigned]', async () => {
    const job = await configuredJob();
    const { assignmentId } = await entra.assignAppRole(assignment(people.alice));
    await onDemand(job, people.alice);
    await entra.removeAppRoleAssignment(unityApp, assignmentId ?? '');
    await expect(onDemand(job, people.alice)).resolves.toMatchObject({ result: 'notProven', assigned: false });
  });

  it('names the step and the code when Unity refuses the person [entra 3.4 failure]', async () => {
    const job = await configuredJob();
    await entra.assignAppRole(assignment(people.alice));
    scim.intercept = ({ method }) =>
      method === 'POST' ? { status: 409, body: { status: '409', scimType: 'uniqueness' } } : undefined;
    const answer = await onDemand(job, people.alice);
    expect(answer).toMatchObject({ result: 'failed', failedStep: 'export' });
    expect(answer.errorCode).toMatch(/Conflict/);
  });
});

it('a sixth call in 10 s is throttled, not repeated [entra 0.4 rate]', async () => {
  const job = await configuredJob();
  test.context.switches.onDemandRateLimit = 'withRetryAfter';
  await entra.assignAppRole(assignment(people.alice));
  for (let call = 1; call <= 5; call++) await onDemand(job, people.alice);
  await expect(onDemand(job, people.alice)).rejects.toMatchObject({ code: 'graph_throttled' });
});

it('a job that runs shows its first cycle, its people and its log [entra 2.6 watch]', async () => {
  const { jobId } = await configuredJob();
  await entra.assignAppRole(assignment(people.alice));
  const since = new Date(test.context.clock.now() - 1000).toISOString();
  await entra.startSynchronizationJob(unityApp, jobId);
  test.context.clock.advance(test.context.switches.cycleDurationMs);
  const job = await eventually('the first cycle', async (): Promise<SynchronizationJob | undefined> => {
    const read = await entra.getSynchronizationJob(unityApp, jobId);
    return read?.lastExecution ? read : undefined;
  });
  expect(job).toMatchObject({ state: 'Active', schedule: 'Active', quarantine: null, lastExecution: { state: 'Succeeded' } });
  expect([job.synchronizedUsers, scim.users.size > 0]).toEqual([scim.users.size, true]);
  const log = await entra.listProvisioningLogs({ jobId, since });
  expect(log.find(({ sourceObjectId }) => sourceObjectId === people.alice)).toMatchObject({
    action: 'create',
    status: 'success',
  });
  await entra.pauseSynchronizationJob(unityApp, jobId);
  await expect(entra.getSynchronizationJob(unityApp, jobId)).resolves.toMatchObject({ schedule: 'Paused' });
});

it('a token that Unity took back puts the job into quarantine, with the reason [entra 7.4 quarantine]', async () => {
  const { jobId } = await configuredJob();
  await entra.putSecrets(unityApp, { ...secrets(), scimToken: 'made-up-old-token' });
  await entra.assignAppRole(assignment(people.alice));
  await entra.startSynchronizationJob(unityApp, jobId);
  test.context.clock.advance(test.context.switches.cycleDurationMs);
  const job = await eventually('the quarantine', async (): Promise<SynchronizationJob | undefined> => {
    const read = await entra.getSynchronizationJob(unityApp, jobId);
    return read?.quarantine ? read : undefined;
  });
  expect(job).toMatchObject({ state: 'Quarantine', quarantine: { reason: 'EncounteredQuarantineException' } });
  expect(job.quarantine?.nextAttempt).toMatch(/^\d{4}-/);
});

it('the logs need a premium licence [entra 5.2 licence]', async () => {
  test.context.switches.premiumLicence = false;
  await expect(entra.listProvisioningLogs({ jobId: 'job', since: '2026-01-05T09:00:00Z' })).rejects.toMatchObject({
    code: 'licence_missing',
  });
});

it('a token that was revoked asks for a sign-in', async () => {
  const token = test.tokenOf(people.adele);
  const bound = createEntraClientFactory({ graphUrl: test.entra.origin })({
    getToken: async () => ({ token, expiresOnTimestamp: 0 }),
  });
  test.entra.revoke(people.adele);
  await expect(bound.getMe()).rejects.toMatchObject({ code: 'sign_in_needed', facts: { reason: 'expired' } });
});

it('a lost answer of a write that may be repeated ends with one effect', async () => {
  const { jobId } = await configuredJob();
  test.context.faults.add({ service: 'graph', method: 'DELETE', times: 1, effect: { kind: 'loseAnswer' } });
  await entra.deleteSynchronizationJob(unityApp, jobId);
  await expect(entra.listSynchronizationJobs(unityApp)).resolves.toEqual([]);
});
