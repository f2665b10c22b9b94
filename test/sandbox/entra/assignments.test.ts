import { assign } from './support/configure';
import { type EntraTest, groups, people, plainApp, roles, startEntraTest, unityApp } from './support/entraTest';

let test: EntraTest;
beforeEach(async () => {
  test = await startEntraTest({}, { pageSize: 2 });
});
afterEach(() => test.stop());

const path = `/servicePrincipals/${unityApp}/appRoleAssignedTo`;
const create = (body: Record<string, string>, app = unityApp) =>
  test.graph('POST', `/servicePrincipals/${app}/appRoleAssignedTo`, { body: { resourceId: app, ...body } });

it('an assignment is created once, listed at once and deleted [entra 4.3 life]', async () => {
  const { status, body } = await create({ principalId: people.alice, appRoleId: roles.user });
  expect(status).toBe(201);
  expect(body).toMatchObject({
    principalDisplayName: 'Alice Nowak',
    principalType: 'User',
    resourceDisplayName: 'Unity Cloud',
    resourceId: unityApp,
    deletedDateTime: null,
  });
  expect((await test.graph('GET', path)).body.value).toHaveLength(1);
  expect((await test.graph('DELETE', `${path}/${body.id}`)).status).toBe(204);
  expect((await test.graph('DELETE', `${path}/${body.id}`)).status).toBe(404);
  expect((await test.graph('GET', path)).body.value).toEqual([]);
});

it.each([
  ['permissionExists', 400, 'Request_BadRequest', 'Permission being assigned already exists on the object'],
  ['entitlementExists', 400, 'Request_MultipleObjectsWithSameKeyValue', 'EntitlementGrant entry already exists.'],
  ['conflict', 409, 'Request_Conflict', 'Permission being assigned already exists on the object'],
] as const)('a duplicate is answered in the way %s [entra 4.3 duplicate]', async (variant, status, code, message) => {
  test.context.switches.duplicateAssignmentVariant = variant;
  await assign(test, people.alice);
  const answer = await create({ principalId: people.alice.toUpperCase(), appRoleId: roles.user });
  expect([answer.status, answer.body.error.code, answer.body.error.message]).toEqual([status, code, message]);
  expect((await create({ principalId: people.alice, appRoleId: roles.msiamAccess })).status).toBe(201);
});

it('the all-zero role is for apps without roles only, and a role must be the app’s own [entra 4.3 pairing]', async () => {
  const none = '00000000-0000-0000-0000-000000000000';
  const refused = await create({ principalId: people.alice, appRoleId: none });
  expect([refused.status, refused.body.error.message]).toEqual([400, 'Not a valid reference update.']);
  expect((await create({ principalId: people.alice, appRoleId: people.alice })).status).toBe(400);
  expect((await create({ principalId: people.alice, appRoleId: none }, plainApp)).status).toBe(201);
  expect((await create({ principalId: people.alice, appRoleId: roles.user }, plainApp)).status).toBe(400);
});

it('an unknown principal is 404, a body without ids is 400 [entra 4.3 unknown]', async () => {
  const unknown = await create({ principalId: '7b0c1d2e-0000-4000-8000-0000000000ff', appRoleId: roles.user });
  expect([unknown.status, unknown.body.error.code]).toEqual([404, 'Request_ResourceNotFound']);
  expect((await create({})).body.error.code).toBe('Request_BadRequest');
});

it('assignments come in pages and are filtered by name or resource only [entra 4.3 filters]', async () => {
  for (const id of [people.alice, people.bruno, groups.artists]) await assign(test, id);
  const { body } = await test.graph('GET', path);
  expect(body.value).toHaveLength(2);
  const next = await test.graph('GET', body['@odata.nextLink'].replace(`${test.entra.origin}/v1.0`, ''));
  expect(next.body.value).toMatchObject([{ principalType: 'Group', principalDisplayName: 'Unity Artists' }]);
  const named = await test.graph('GET', `${path}?$filter=${encodeURIComponent("startswith(principalDisplayName,'Bru')")}`);
  expect(named.body.value).toMatchObject([{ principalId: people.bruno }]);
  const byPrincipal = await test.graph('GET', `${path}?$filter=${encodeURIComponent(`principalId eq ${people.bruno}`)}`);
  expect(byPrincipal.body.error.code).toBe('Request_UnsupportedQuery');
});

it('a person’s own assignments are filtered by resource, without those through a group [entra 4.3 group]', async () => {
  for (const id of [people.emma, groups.artists]) await assign(test, id);
  await create({ principalId: people.emma, appRoleId: '00000000-0000-0000-0000-000000000000' }, plainApp);
  const filter = encodeURIComponent(`resourceId eq ${unityApp}`);
  const { body } = await test.graph('GET', `/users/${people.emma}/appRoleAssignments?$filter=${filter}`);
  expect(body.value).toMatchObject([{ principalId: people.emma, resourceId: unityApp }]);
});
