import type { UnityService } from '../../../sandbox/core/services';
import { createDashboardPerson } from '../../../sandbox/unity/person';
import { startUnity } from '../../../sandbox/unity/startUnity';
import { assign, cycleAfter, nextCycle, onDemand, readShapeA, startJob, synchronization, unassign } from './support/configure';
import { type EntraTest, groups, people, startEntraTest } from './support/entraTest';

const GENESIS_ID = '1234567890123';
const KEIKO_OF_ANOTHER_DOMAIN = '7b0c1d2e-0000-4000-8000-00000000000f';
let test: EntraTest;
let unity: UnityService;
let jobId: string;

beforeEach(async () => {
  test = await startEntraTest({ cycleDurationMs: 0 });
  unity = await startUnity(test.context, { port: 0, portSetting: 'UNITY_PORT' });
  const person = createDashboardPerson(unity.dashboardUrl, GENESIS_ID);
  const accountId = await person.createServiceAccount('Entra SCIM');
  await person.giveScimAuthenticator(accountId);
  const credentials = [
    { key: 'BaseAddress', value: `${unity.scimUrl}/tenants/${GENESIS_ID}` },
    { key: 'SecretToken', value: await person.addBearerToken(accountId) },
    { key: 'SyncAll', value: 'false' },
  ];
  const validated = await test.graph('POST', `${synchronization}/jobs/validateCredentials`, {
    body: { useSavedCredentials: false, templateId: 'scim', credentials: credentials.slice(0, 2) },
  });
  expect(validated.status).toBe(204);
  jobId = (await test.graph('POST', `${synchronization}/jobs`, { body: { templateId: 'scim' } })).body.id;
  await test.graph('PUT', `${synchronization}/secrets`, { body: { value: credentials } });
});
afterEach(async () => {
  await test.stop();
  await unity.stop();
});

const provision = async (objectId: string) => readShapeA((await onDemand(test, jobId, { objectId })).body);
const scimUsers = () => unity.state().organizations.find(({ genesisId }) => genesisId === GENESIS_ID)?.scimUsers ?? [];

it('a person is created in pretend Unity, found in step, and gone again after the unassignment', async () => {
  const assignment = await assign(test, people.alice);
  expect((await provision(people.alice)).key.result).toBe('Success');
  expect(scimUsers()).toMatchObject([{ userName: 'alice@contoso.com', active: true }]);
  expect((await provision(people.alice)).key.details.errorCode).toBe('RedundantExport');
  await unassign(test, assignment);
  expect((await provision(people.alice)).value.action).toBe('Update');
  expect(scimUsers()).toEqual([]);
  await assign(test, people.alice);
  expect((await provision(people.alice)).value.action).toBe('Create');
});

it.each([
  ['store', 'Success', [false]],
  ['ignore', 'Success', [true]],
  ['reject', 'Failure', [true]],
] as const)('active=false is answered as the switch onActiveFalse says: %s', async (mode, result, active) => {
  test.context.switches.onActiveFalse = mode;
  const assignment = await assign(test, people.alice);
  await provision(people.alice);
  await unassign(test, assignment);
  expect((await provision(people.alice)).key.result).toBe(result);
  expect(scimUsers().map((user) => user.active)).toEqual(active);
});

it('a domain Unity has not validated is an entry error of that one person [unity 4.4 domain]', async () => {
  for (const id of [people.alice, KEIKO_OF_ANOTHER_DOMAIN]) await assign(test, id);
  await startJob(test, jobId);
  const { status } = await cycleAfter(test, jobId);
  expect(status).toMatchObject({
    code: 'Active',
    lastExecution: { state: 'EntryLevelErrors', countEscrowed: 1, countExported: 1 },
  });
  expect(scimUsers()).toMatchObject([{ userName: 'alice@contoso.com' }]);
});

it('a member who was there before is linked, or is a conflict [unity 4.4 existingAccount]', async () => {
  await assign(test, people.alex);
  expect((await provision(people.alex)).value.action).toBe('Update');
  test.context.switches.existingAccount = 'conflict';
  await assign(test, people.adele);
  expect((await provision(people.adele)).key.details.errorCode).toBe('Conflict');
});

it('everybody goes over in one cycle without meeting Unity’s limit of 20 calls a second [entra 7.3 pace]', async () => {
  test.context.clock.setSpeed(20);
  for (const { id, accountEnabled, userPrincipalName } of test.context.tenant.users)
    if (accountEnabled && /^[^#]+@contoso\.com$/.test(userPrincipalName)) await assign(test, id);
  await startJob(test, jobId);
  const { status } = await cycleAfter(test, jobId);
  expect(status.lastExecution).toMatchObject({ state: 'Succeeded', countEscrowed: 0, countExported: 18 });
  const refused = test.context.calls.list('scim').filter((call) => call.status === 429);
  expect(refused).toEqual([]);
});

it('groups go over with their members when their mapping is left on [unity 4.6 groups]', async () => {
  await assign(test, groups.artists);
  await startJob(test, jobId);
  const { status } = await cycleAfter(test, jobId);
  expect(status.lastExecution).toMatchObject({ state: 'Succeeded', countExported: 4 });
  expect(scimUsers()).toHaveLength(3);
  const quiet = await nextCycle(test, jobId);
  expect(quiet.status.lastExecution).toMatchObject({ state: 'Succeeded', countExported: 0 });
});
