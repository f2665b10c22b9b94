import { assign, configuredJob, onDemand, readShapeA, secretsFor, synchronization, unassign } from './support/configure';
import { type EntraTest, groups, people, startEntraTest, unityApp } from './support/entraTest';
import { type FakeScim, startFakeScim } from './support/fakeScim';

let test: EntraTest;
let scim: FakeScim;
let jobId: string;
beforeEach(async () => {
  [test, scim] = await Promise.all([startEntraTest({}, { scimTimeoutMs: 1_500 }), startFakeScim()]);
  jobId = await configuredJob(test, scim);
});
afterEach(() => Promise.all([test.stop(), scim.stop()]));

const provision = async (objectId: string) => {
  const { status, body } = await onDemand(test, jobId, { objectId });
  return { status, ...readShapeA(body) };
};
const stepNames = (value: { provisioningSteps: { name: string }[] }) => value.provisioningSteps.map(({ name }) => name);
const writes = () => scim.requests.filter(({ method }) => method !== 'GET');

describe('provisionOnDemand over HTTP', () => {
  it('tests the connection, matches and creates an assigned user [entra 3.4 created] [entra 3.2 steps] [entra 3.1 not started] [entra 9.1 media type]', async () => {
    await assign(test, people.alice);
    const { status, key, value } = await provision(people.alice);
    expect(status).toBe(200);
    expect(key).toEqual({ result: 'Success', details: {} });
    expect(stepNames(value)).toEqual(['EntryImport', 'EntrySynchronizationScoping', 'EntrySynchronizationAdd', 'EntryExportAdd']);
    const [created] = scim.users.values();
    expect(value).toMatchObject({ action: 'Create', statusInfo: { status: 'Success' }, targetIdentity: { id: created?.id } });

    expect(scim.requests.map(({ method }) => method)).toEqual(['GET', 'GET', 'POST']);
    const [test1, match, post] = scim.requests;
    expect(test1?.url).toMatch(/^\/scim\/v2\/Users\?filter=userName\+eq\+%22[0-9a-f-]{36}%22$/);
    expect(match?.url).toBe('/scim/v2/Users?filter=userName+eq+%22alice%40contoso.com%22');
    expect(post?.url).toBe('/scim/v2/Users');
    for (const request of scim.requests) {
      expect(request.headers.authorization).toBe(`Bearer ${scim.token}`);
      expect(request.headers['content-type']).toBe('application/scim+json');
    }
  });

  it('sends the default mapping without null attributes [entra 9.2 create]', async () => {
    await assign(test, people.jonas);
    await provision(people.jonas);
    expect(writes()[0]?.body).toEqual({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'],
      meta: { resourceType: 'User' },
      roles: [],
      userName: 'jonas@contoso.com',
      active: true,
      displayName: 'Jonas Weber',
      title: 'Contractor',
      name: { givenName: 'Jonas', familyName: 'Weber', formatted: 'Jonas Weber' },
      externalId: 'jonas',
    });
  });

  it('sends a work address as the primary one [entra 9.3 mapping]', async () => {
    await assign(test, people.sean);
    await provision(people.sean);
    expect(writes()[0]?.body.emails).toEqual([{ primary: true, type: 'work', value: "sean.o'neill@contoso.com" }]);
  });

  it('strips #EXT# and the tenant’s domain from a guest’s name [entra 4.1 guest]', async () => {
    await assign(test, people.pat);
    await provision(people.pat);
    expect(writes()[0]?.body.userName).toBe('pat@partner.example');
  });

  it('answers RedundantExport when both sides match [entra 3.4 redundant]', async () => {
    await assign(test, people.alice);
    await provision(people.alice);
    const { status, key, value } = await provision(people.alice);
    expect(status).toBe(200);
    expect(key).toMatchObject({ result: 'Skipped', details: { errorCode: 'RedundantExport' } });
    const last = value.provisioningSteps.at(-1);
    expect(last).toMatchObject({ name: 'EntrySynchronizationSkip', details: { SkipReason: 'RedundantExport' } });
    expect(value.statusInfo.status).toBe('Skipped');
    expect(writes()).toHaveLength(1);
  });

  it('updates what differs, one operation a path, in the old form [entra 9.2 patch]', async () => {
    scim.users.set('u1', {
      id: 'u1',
      userName: 'alice@contoso.com',
      active: false,
      displayName: 'Old name',
      externalId: 'alice',
    });
    await assign(test, people.alice);
    const { key, value } = await provision(people.alice);
    expect(key.result).toBe('Success');
    expect(stepNames(value).at(-1)).toBe('EntryExportUpdate');
    expect(value.modifiedProperties).toContainEqual({
      displayName: 'displayName',
      oldValue: 'Old name',
      newValue: 'Alice Nowak',
    });
    const [patch] = writes();
    expect(patch).toMatchObject({ method: 'PATCH', url: '/scim/v2/Users/u1' });
    expect(patch?.body).toMatchObject({ schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'] });
    expect(patch?.body.Operations).toEqual(
      expect.arrayContaining([
        { op: 'Replace', path: 'active', value: 'True' },
        { op: 'Replace', path: 'displayName', value: 'Alice Nowak' },
        { op: 'Add', path: 'emails[type eq "work"].value', value: 'alice@contoso.com' },
        { op: 'Add', path: 'name.givenName', value: 'Alice' },
      ]),
    );
  });

  it('keeps the old form although the Tenant URL has the flag [entra 0.5 flag]', async () => {
    const secrets = secretsFor(scim, { BaseAddress: `${scim.baseUrl}/?aadOptscim062020` });
    await test.graph('PUT', `${synchronization}/secrets`, { body: { value: secrets } });
    scim.users.set('u1', { id: 'u1', userName: 'alice@contoso.com', active: false });
    await assign(test, people.alice);
    await provision(people.alice);
    expect(writes()[0]?.body.Operations).toContainEqual({ op: 'Replace', path: 'active', value: 'True' });
    expect(scim.requests.every(({ url }) => url.startsWith('/scim/v2/Users'))).toBe(true);
  });

  it('sends a boolean active when the switch says so [entra 9.2 active]', async () => {
    test.context.switches.scimActiveForm = 'boolean';
    scim.users.set('u1', { id: 'u1', userName: 'alice@contoso.com', active: false });
    await assign(test, people.alice);
    await provision(people.alice);
    expect(writes()[0]?.body.Operations).toContainEqual({ op: 'Replace', path: 'active', value: true });
  });

  it('skips whoever is not assigned [entra 3.4 not entitled]', async () => {
    const { status, key, value } = await provision(people.alice);
    expect(status).toBe(200);
    expect(key).toMatchObject({ result: 'Skipped', details: { errorCode: 'NotEffectivelyEntitled' } });
    expect(key.details.errorMessage).toContain('Assigned to the application: False');
    expect(value.provisioningSteps.at(-1).details.SkipReason).toBe('NotEffectivelyEntitled');
    expect(writes()).toEqual([]);
  });

  it('skips whoever is disabled in Entra [entra 3.4 disabled]', async () => {
    await assign(test, people.isabel);
    const { key, value } = await provision(people.isabel);
    expect(key.details).toMatchObject({ errorCode: 'NotEffectivelyEntitled' });
    expect(key.details.errorMessage).toContain('IsActive: False');
    expect(value.provisioningSteps.find(({ type }: { type: string }) => type === 'Scoping').details.IsActive).toBe('False');
  });

  it('does not see an assignment before its delay in sandbox time is over [entra 0.3 delay]', async () => {
    test.context.switches.assignmentVisibilityDelayMs = 120_000;
    await assign(test, people.alice);
    expect((await provision(people.alice)).key.details.errorCode).toBe('NotEffectivelyEntitled');
    test.context.clock.advance(120_000);
    expect((await provision(people.alice)).key.result).toBe('Success');
  });

  it('takes direct members of an assigned group, not those of a nested one [entra 4.2 direct]', async () => {
    await assign(test, groups.artists);
    expect((await provision(people.emma)).key.result).toBe('Success');
    expect((await provision(people.oskar)).key.details.errorCode).toBe('NotEffectivelyEntitled');
  });

  it('takes who is assigned with the all-zero role, where an app has no roles [entra 1.4 default access]', async () => {
    const app = test.context.tenant.apps.find(({ servicePrincipalId }) => servicePrincipalId === unityApp)!;
    app.appRoles = [];
    await assign(test, people.alice, '00000000-0000-0000-0000-000000000000');
    const { key, value } = await provision(people.alice);
    expect(key.result).toBe('Success');
    expect(value.provisioningSteps[0].details.appRoleAssignments).toBe('Default Access');
  });

  it('takes slash and flag off the address before it appends a resource [entra 9.1 slash]', async () => {
    await assign(test, people.alice);
    for (const address of [`${scim.baseUrl}/`, `${scim.baseUrl}/?aadOptscim062020`, `${scim.baseUrl}?aadOptscim062020=1`]) {
      const secrets = secretsFor(scim, { BaseAddress: address });
      await test.graph('PUT', `${synchronization}/secrets`, { body: { value: secrets } });
      await provision(people.alice);
    }
    const paths = new Set(scim.requests.map(({ url }) => url.split('?')[0]?.replace(/[0-9a-f-]{36}$/, 'id')));
    expect([...paths].sort()).toEqual(['/scim/v2/Users', '/scim/v2/Users/id']);
    expect(scim.requests.filter(({ url }) => url.includes('aadOpt'))).toEqual([]);
  });

  it('takes a PATCH answered 204 for done [entra 9.2 answers]', async () => {
    await assign(test, people.alice);
    await provision(people.alice);
    scim.intercept = ({ method }) => (method === 'PATCH' ? { status: 204 } : undefined);
    test.context.tenant.users.find(({ id }) => id === people.alice)!.displayName = 'Alice Nowak-Berg';
    const { key, value } = await provision(people.alice);
    expect([key.result, value.action]).toEqual(['Success', 'Update']);
  });

  it('disables an unassigned user, and then has nothing to do [entra 3.1 unassigned]', async () => {
    const assignment = await assign(test, people.alice);
    await provision(people.alice);
    await unassign(test, assignment);
    const { key, value } = await provision(people.alice);
    expect([key.result, value.action]).toEqual(['Success', 'Update']);
    expect(writes().at(-1)?.body.Operations).toEqual([{ op: 'Replace', path: 'active', value: 'False' }]);
    expect((await provision(people.alice)).key.details.errorCode).toBe('NotEffectivelyEntitled');
  });

  it('does not disable a user who is blocked in Entra [entra 3.1 blocked]', async () => {
    await assign(test, people.alice);
    await provision(people.alice);
    test.context.tenant.users.find(({ id }) => id === people.alice)!.accountEnabled = false;
    expect((await provision(people.alice)).key.details.errorCode).toBe('NotEffectivelyEntitled');
    expect(writes()).toHaveLength(1);
  });

  it('creates again a user whom the target has deleted [entra 9.2 known]', async () => {
    await assign(test, people.alice);
    await provision(people.alice);
    scim.users.clear();
    const { value } = await provision(people.alice);
    expect(value.action).toBe('Create');
    expect(scim.users.size).toBe(1);
  });

  it.each([
    [400, 'WebExceptionProtocolError'],
    [403, 'InsufficientRights'],
    [409, 'Conflict'],
    [422, 'UnprocessableEntity'],
    [429, 'TooManyRequests'],
    [500, 'InternalServerError'],
    [501, 'NotImplemented'],
    [503, 'InternalServerError'],
  ])('reports a create that is answered %i as the entry error %s [entra 9.4 errors]', async (status, errorCode) => {
    await assign(test, people.alice);
    scim.intercept = ({ method }) => (method === 'POST' ? { status, body: { detail: 'no' } } : undefined);
    const answered = await provision(people.alice);
    expect(answered.status).toBe(200);
    expect(answered.key).toMatchObject({ result: 'Failure', details: { errorCode } });
    expect(answered.value.statusInfo).toMatchObject({ status: 'Failure', errorCode });
    expect(answered.value.provisioningSteps.at(-1)).toMatchObject({ name: 'EntryExportAdd', status: 'Failure' });
    expect(answered.value.statusInfo.reason).toContain('Response Status Code: ');
  });

  it('reports a create that is never answered as Timeout [entra 9.4 timeout]', async () => {
    await assign(test, people.alice);
    scim.intercept = ({ method }) => (method === 'POST' ? 'hang' : undefined);
    expect((await provision(people.alice)).key.details.errorCode).toBe('Timeout');
  });

  it('reports HTML as an incompatible service [entra 9.4 unreadable]', async () => {
    await assign(test, people.alice);
    scim.intercept = ({ method }) => (method === 'POST' ? { status: 200, html: '<h1>hello</h1>' } : undefined);
    expect((await provision(people.alice)).key.details.errorCode).toBe(
      'SystemForCrossDomainIdentityManagementServiceIncompatible',
    );
  });

  it('does not choose between two matches [entra 9.2 several matches]', async () => {
    await assign(test, people.alice);
    for (const id of ['u1', 'u2']) scim.users.set(id, { id, userName: 'alice@contoso.com' });
    expect((await provision(people.alice)).key.details.errorCode).toBe(
      'SystemForCrossDomainIdentityManagementMultipleEntriesInResponse',
    );
    expect(writes()).toEqual([]);
  });

  it('shows bad credentials as a failed first step inside 200 [entra 3.4 credentials]', async () => {
    await assign(test, people.alice);
    scim.token = 'another-token';
    const { status, key, value } = await provision(people.alice);
    expect([status, key.result]).toEqual([200, 'Failure']);
    expect(key.details.errorCode).toBe('SystemForCrossDomainIdentityManagementCredentialValidationFailure');
    expect(stepNames(value)).toEqual(['TestConnection']);
    expect(JSON.stringify(value)).not.toContain('secret-token-of-the-test');
  });

  it('contacts no address outside this machine [entra 9.1 transport]', async () => {
    const secrets = secretsFor(scim, { BaseAddress: 'https://scim.example.test/scim/v2' });
    await test.graph('PUT', `${synchronization}/secrets`, { body: { value: secrets } });
    await assign(test, people.alice);
    const { key } = await provision(people.alice);
    expect(key.details.errorCode).toBe('SystemForCrossDomainIdentityManagementCredentialValidationUnavailable');
    expect(scim.requests).toEqual([]);
  });

  it('sends a token of its own when none was saved [entra 9.1 blank token]', async () => {
    await test.graph('PUT', `${synchronization}/secrets`, { body: { value: secretsFor(scim, { SecretToken: '' }) } });
    await provision(people.alice);
    const jwt = scim.requests[0]?.headers.authorization?.split('.')[1] ?? '';
    const claims = JSON.parse(Buffer.from(jwt, 'base64url').toString());
    expect(claims).toMatchObject({
      aud: '8adf8e6e-67b2-4cf2-a259-e3dc5476c621',
      iss: `https://sts.windows.net/${test.context.tenant.tenantId}/`,
    });
  });

  it('says the same in shape B, as an array under a constant key [entra 3.3 shape B]', async () => {
    test.context.switches.onDemandShape = 'B';
    await assign(test, people.alice);
    const { body } = await onDemand(test, jobId, { objectId: people.alice });
    expect(body.key).toBe('Microsoft.Identity.Health.CPP.Common.DataContracts.SyncFabric.StatusInfo');
    const [element] = JSON.parse(body.value);
    expect(element).toMatchObject({ action: 'Create', statusInfo: { status: 'Success' } });
  });

  it('refuses an unknown rule, an unknown job and malformed subjects [entra 3.4 rule]', async () => {
    const path = `${synchronization}/jobs/${jobId}/provisionOnDemand`;
    const subjects = [{ objectId: people.alice, objectTypeName: 'User' }];
    const { body: wrongRule, status } = await test.graph('POST', path, { body: { parameters: [{ ruleId: 'x', subjects }] } });
    expect([status, wrongRule.error.code]).toEqual([400, 'RequestParameterInvalid']);
    expect(wrongRule.error.message).toContain('does not include the rule');
    const lowerCase = [{ objectId: people.alice, objectTypeName: 'user' }];
    const bad = await test.graph('POST', path, { body: { parameters: [{ ruleId: 'x', subjects: lowerCase }] } });
    expect(bad.body.error.code).toBe('RequestParameterInvalid');
    const unknownJob = await test.graph('POST', `${synchronization}/jobs/scim.1.2/provisionOnDemand`, { body: {} });
    expect(unknownJob.status).toBe(404);
  });

  it('takes 5 calls in 10 seconds, with or without Retry-After [entra 0.4 rate]', async () => {
    test.context.switches.onDemandRateLimit = 'withRetryAfter';
    const statuses = [];
    for (let call = 0; call < 5; call += 1) statuses.push((await onDemand(test, jobId, { objectId: people.alice })).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200]);
    const sixth = await onDemand(test, jobId, { objectId: people.alice });
    expect([sixth.status, sixth.body.error.code]).toEqual([429, 'TooManyRequests']);
    expect(Number(sixth.headers['retry-after'])).toBeGreaterThan(0);
    test.context.switches.onDemandRateLimit = 'withoutRetryAfter';
    const seventh = await onDemand(test, jobId, { objectId: people.alice });
    expect([seventh.status, seventh.headers['retry-after']]).toEqual([429, undefined]);
  });

  it('takes a group with at most five members [entra 3.1 group]', async () => {
    await Promise.all([test.graph('DELETE', `${synchronization}/jobs/${jobId}`), assign(test, groups.artists)]);
    jobId = await configuredJob(test, scim, { groups: true });
    const members = [people.emma, people.mina].map((objectId) => ({ objectId, objectTypeName: 'User' }));
    const { body } = await onDemand(test, jobId, { objectId: groups.artists, objectTypeName: 'Group', links: { members } });
    expect(readShapeA(body).key.result).toBe('Success');
    const [group] = scim.groups.values();
    expect(group).toMatchObject({ displayName: 'Unity Artists', externalId: groups.artists });
    expect(group?.members).toEqual([...scim.users.keys()]);
    expect(scim.users.size).toBe(2);
    const posted = writes().find(({ method, url }) => method === 'POST' && url.endsWith('/Groups'));
    expect(posted?.body).not.toHaveProperty('members');
    expect(posted?.body.schemas).toContain('http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group');
    const six = Array.from({ length: 6 }, () => members[0]);
    const tooMany = await onDemand(test, jobId, { objectId: groups.artists, objectTypeName: 'Group', links: { members: six } });
    expect(tooMany.body.error.code).toBe('RequestParameterInvalid');
  });
});
