import { synchronization } from './support/configure';
import { type EntraTest, groups, people, roles, startEntraTest, unityApp } from './support/entraTest';

let test: EntraTest;
beforeAll(async () => {
  test = await startEntraTest();
});
afterAll(() => test.stop());

const outcome = async (method: string, path: string, token: string, body?: unknown) => {
  const answer = await test.graph(method, path, { token, ...(body === undefined ? {} : { body }) });
  return answer.status >= 400 ? `${answer.status} ${answer.body.error.code}` : answer.status;
};
const appToken = async () => {
  const form = {
    grant_type: 'client_credentials',
    client_id: test.context.bot.appId,
    client_secret: test.context.bot.secret,
    scope: 'https://graph.microsoft.com/.default',
  };
  const { body } = await test.http('POST', `/${test.context.tenant.tenantId}/oauth2/v2.0/token`, {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  });
  return body.access_token as string;
};
const DENIED = '403 Authorization_RequestDenied';
const assignment = { principalId: people.bruno, resourceId: unityApp, appRoleId: roles.user };
const assignedTo = `/servicePrincipals/${unityApp}/appRoleAssignedTo`;

it.each([
  ['no token', ''],
  ['a token nobody issued', 'made-up'],
])('%s is 401 InvalidAuthenticationToken [entra 7.1 unauthenticated]', async (_what, token) => {
  expect(await outcome('GET', '/me', token)).toBe('401 InvalidAuthenticationToken');
});

describe('scope and role are both needed', () => {
  it.each([
    ['GET', `${synchronization}/jobs`, 'Synchronization.Read.All', undefined, 200],
    ['GET', `${synchronization}/templates`, 'Synchronization.ReadWrite.All', undefined, 200],
    ['POST', `${synchronization}/jobs`, 'Synchronization.ReadWrite.All', { templateId: 'scim' }, 201],
    ['PUT', `${synchronization}/secrets`, 'Synchronization.ReadWrite.All', { value: [] }, 204],
    ['POST', assignedTo, 'AppRoleAssignment.ReadWrite.All Application.Read.All', assignment, 201],
    ['GET', '/auditLogs/provisioning', 'AuditLog.Read.All Directory.Read.All', undefined, 200],
  ])('for %s %s with %s [entra 6 table]', async (method, path, scopes, body, success) => {
    const granted = scopes.split(' ');
    const other = ['User.Read.All', ...granted.slice(1)];
    expect(await outcome(method, path, test.tokenOf(people.megan, granted), body)).toBe(DENIED);
    expect(await outcome(method, path, test.tokenOf(people.adele, other), body)).toBe(DENIED);
    expect(await outcome(method, path, test.tokenOf(people.adele, granted), body)).toBe(success);
  });

  it('but reading apps, people, groups and assignments takes no role [entra 6 members]', async () => {
    const token = test.tokenOf(people.megan);
    for (const path of ['/servicePrincipals', `/users/${people.alice}`, `/groups/${groups.artists}/members`, assignedTo])
      expect(await outcome('GET', path, token)).toBe(200);
  });

  it('and reading is not writing [entra 6 write]', async () => {
    const token = test.tokenOf(people.adele, ['Synchronization.Read.All', 'Application.Read.All']);
    expect(await outcome('POST', `${synchronization}/jobs`, token, { templateId: 'scim' })).toBe(DENIED);
    expect(await outcome('POST', assignedTo, token, assignment)).toBe(DENIED);
  });

  it('and the logs have reading roles of their own, which open nothing else [entra 6 logs]', async () => {
    const token = test.tokenOf(people.megan);
    const megan = test.context.tenant.users.find(({ id }) => id === people.megan)!;
    const readers = ['Reports Reader', 'Security Reader', 'Security Operator', 'Security Administrator', 'Global Reader'];
    const seen = [];
    for (const role of [...readers, 'User Administrator', 'Cloud Application Administrator']) {
      megan.directoryRoles = [role];
      test.context.switches.onDemandRateLimit = 'off';
      seen.push([await outcome('GET', '/auditLogs/provisioning', token), await outcome('GET', `${synchronization}/jobs`, token)]);
    }
    megan.directoryRoles = [];
    expect(seen).toEqual([...readers.map(() => [200, DENIED]), [DENIED, DENIED], [200, 200]]);
  });

  it('and a role given or taken counts from the next call on, as with PIM [entra 0.8 roles]', async () => {
    const token = test.tokenOf(people.megan);
    const megan = test.context.tenant.users.find(({ id }) => id === people.megan)!;
    const seen = [];
    for (const held of ['Global Reader', 'Provisioning Reader (custom)', 'Application Administrator', 'Global Administrator']) {
      megan.directoryRoles = [held];
      seen.push([
        await outcome('GET', `${synchronization}/jobs`, token),
        await outcome('POST', `${synchronization}/jobs`, token, { templateId: 'scim' }),
      ]);
    }
    expect(seen).toEqual([
      [DENIED, DENIED],
      [200, DENIED],
      [200, 201],
      [200, 201],
    ]);
  });
});

it('an app token of the bot reads everything a watch needs and changes nothing [entra 6 application]', async () => {
  const token = await appToken();
  for (const path of [`${synchronization}/jobs`, '/servicePrincipals', '/users', '/auditLogs/provisioning', assignedTo])
    expect(await outcome('GET', path, token)).toBe(200);
  expect(await outcome('POST', `${synchronization}/jobs`, token, { templateId: 'scim' })).toBe(DENIED);
  expect(await outcome('POST', assignedTo, token, assignment)).toBe(DENIED);
  expect(await outcome('GET', '/me', token)).toBe(DENIED);
});

it('a call is recorded with its caller', async () => {
  await outcome('GET', '/me', test.tokenOf(people.alex));
  expect(test.context.calls.list('graph').at(-1)).toMatchObject({
    method: 'GET',
    path: '/v1.0/me',
    status: 200,
    caller: people.alex,
  });
});

it('a fault of the fault table is answered in Graph’s format, with its headers [entra 7.2 throttling]', async () => {
  test.context.faults.add({
    service: 'graph',
    method: 'GET',
    path: '/me',
    times: 1,
    effect: { kind: 'status', status: 429, headers: { 'Retry-After': '7' } },
  });
  const first = await test.graph('GET', '/me');
  expect([first.status, first.body.error.code, first.headers['retry-after']]).toEqual([429, 'TooManyRequests', '7']);
  expect((await test.graph('GET', '/me')).status).toBe(200);
});

it('an answer may be lost although the work was done [entra 7.2 lost answer]', async () => {
  test.context.faults.add({
    service: 'graph',
    method: 'POST',
    path: 'appRoleAssignedTo',
    times: 1,
    effect: { kind: 'loseAnswer' },
  });
  const body = { ...assignment, principalId: people.henry };
  await expect(test.graph('POST', assignedTo, { body })).rejects.toThrow('socket hang up');
  const again = await test.graph('POST', assignedTo, { body });
  expect(again.body.error.message).toBe('Permission being assigned already exists on the object');
  expect(test.context.calls.list('graph').at(-2)?.status).toBe(0);
});

it('a body that is no JSON is refused', async () => {
  const answer = await test.http('POST', '/v1.0/$batch', {
    headers: { 'content-type': 'application/json', authorization: `Bearer ${test.tokenOf(people.adele)}` },
    body: '{',
  });
  expect([answer.status, answer.body.error.code]).toEqual([400, 'BadRequest']);
});
