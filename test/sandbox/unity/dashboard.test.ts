import { request } from 'node:http';
import { createDashboardPerson, DashboardRefusedError } from '../../../sandbox/unity/person';
import { GENESIS_ID, OTHER_GENESIS_ID, startTestUnity, type TestUnity } from './support';

let test: TestUnity;
beforeEach(async () => {
  test = await startTestUnity();
});
afterEach(() => test.unity.stop());

const open = async (path: string) => {
  const response = await fetch(`${test.unity.dashboardUrl}${path}`);
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
};
const organization = () => test.unity.state().organizations[0]!;
const home = `/home/organizations/${GENESIS_ID}`;

it('answers the deep links with pages, and an unknown organization with 404 [unity 9 deep links]', async () => {
  for (const path of [
    '/',
    `${home}/settings`,
    `${home}/settings/service-accounts`,
    `${home}/settings/sso`,
    `${home}/settings/users`,
    `${home}/sign-up`,
  ]) {
    const page = await open(path);
    expect([path, page.status, page.type]).toEqual([path, 200, 'text/html; charset=utf-8']);
    expect(page.text).toContain('pretend Unity Cloud');
  }
  for (const path of ['/home/organizations/default/settings', '/home/organizations/1/settings', `${home}/settings/nothing`])
    expect((await open(path)).status).toBe(404);
});

it('links from the chooser to the settings and from there to both pages that the guide names', async () => {
  expect((await open('/')).text).toContain(`href="/__dashboard${home}/settings"`);
  const { text } = await open(`${home}/settings`);
  for (const page of ['service-accounts', 'sso']) expect(text).toContain(`href="/__dashboard${home}/settings/${page}"`);
});

it('shows the connector URL that SCIM answers at [unity 3.2 connector URL]', async () => {
  expect(await test.person.connectorUrl()).toBe(`${test.unity.scimUrl}/tenants/${GENESIS_ID}`);
  const labs = createDashboardPerson(test.unity.dashboardUrl, OTHER_GENESIS_ID);
  expect(await labs.connectorUrl()).toBe(`${test.unity.scimUrl}/tenants/${OTHER_GENESIS_ID}`);
});

it('shows a bearer token once and never again [unity 3.1 shown once]', async () => {
  const token = await test.person.addBearerToken(test.accountId);
  const { text } = await open(`${home}/settings/service-accounts/${test.accountId}`);
  expect(token.length).toBeGreaterThan(30);
  expect(text).not.toContain(token);
  expect(await test.person.bearerTokenIds(test.accountId)).toHaveLength(2);
});

it('shows what people typed as text, never as markup', async () => {
  const accountId = await test.person.createServiceAccount('<b>"Entra" & co</b>', "<script>alert('x')</script>");
  const { text } = await open(`${home}/settings/service-accounts/${accountId}`);
  expect(text).toContain('&lt;b&gt;&quot;Entra&quot; &amp; co&lt;/b&gt;');
  expect(text).not.toMatch(/<b>|<script>alert/);
});

it('refuses a service account without a name, and a name that is taken, with the reason on the page [unity 3.1 names]', async () => {
  await expect(test.person.createServiceAccount(' ')).rejects.toThrow(
    new DashboardRefusedError(400, 'Enter a name for the service account.'),
  );
  await expect(test.person.createServiceAccount('entra scim')).rejects.toThrow(
    'A service account named "entra scim" already exists',
  );
});

it('refuses a second bearer token when tokenLimit is 1, and takes it after the first is deleted [unity 6 tokenLimit]', async () => {
  test.context.switches.tokenLimit = '1';
  await expect(test.person.addBearerToken(test.accountId)).rejects.toThrow('already has a bearer token');
  await test.person.deleteBearerToken(test.accountId);
  expect((await test.call('GET', '/Users')).status).toBe(401);
  const token = await test.person.addBearerToken(test.accountId);
  expect((await test.call('GET', '/Users', undefined, { Authorization: `Bearer ${token}` })).status).toBe(200);
});

it('deletes one token by id and leaves the other [unity 6 overlap]', async () => {
  await test.person.addBearerToken(test.accountId);
  const [first, second] = await test.person.bearerTokenIds(test.accountId);
  await test.person.deleteBearerToken(test.accountId, second);
  expect(await test.person.bearerTokenIds(test.accountId)).toEqual([first]);
});

it('deletes a service account with all its credentials', async () => {
  await test.person.deleteServiceAccount(test.accountId);
  expect((await test.call('GET', '/Users')).status).toBe(401);
  await expect(test.person.addBearerToken(test.accountId)).rejects.toThrow(DashboardRefusedError);
});

it('turns SCIM provisioning off and on, and does nothing when it is already so [unity 2 P6]', async () => {
  await test.person.setScimEnabled(true);
  expect(organization()).toMatchObject({ scimEnabled: true });
  await test.person.setScimEnabled(false);
  await test.person.setScimEnabled(false);
  expect(organization()).toMatchObject({ scimEnabled: false });
});

it('enforces SSO too when SCIM is enforced, and then refuses every other way to sign up [unity 3.4 enforce]', async () => {
  await test.person.signUp('jit@example.test', 'jit');
  await test.person.signUp('pat@anywhere.test', 'password');
  await expect(test.person.signUp('soc@anywhere.test', 'jit')).rejects.toThrow('not set up for the domain');
  expect(organization()).toMatchObject({ scimEnforced: false, ssoEnforced: false });
  await test.person.enforceScim();
  expect(organization()).toMatchObject({ scimEnforced: true, ssoEnforced: true });
  for (const way of ['jit', 'password', 'social'] as const)
    await expect(test.person.signUp('new@example.test', way)).rejects.toThrow('SCIM provisioning is enforced');
  expect(
    (await test.call('POST', '/Users', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'new@example.test' }))
      .status,
  ).toBe(201);
});

it('does not enforce without the confirmation [unity 3.4 enforce]', async () => {
  const response = await fetch(`${test.unity.dashboardUrl}${home}/settings/sso/enforce`, {
    method: 'POST',
    body: new URLSearchParams({ enforced: 'on' }),
  });
  expect(response.status).toBe(400);
  expect(organization()).toMatchObject({ scimEnforced: false, ssoEnforced: false });
});

it('lists the people whom SCIM made', async () => {
  await test.call('POST', '/Users', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: 'ana@example.test',
    displayName: 'Ana Lee',
  });
  const [, table] = /<table id="scim-users">([\s\S]*?)<\/table>/.exec((await open(`${home}/settings/users`)).text) ?? [];
  expect(table).toContain('Ana Lee');
  expect(table).not.toContain('Olga');
});

/** node:http, since fetch sets Host and Origin by itself. */
function statusOf(method: string, path: string, headers: Record<string, string>, body = ''): Promise<number | undefined> {
  const { port } = new URL(test.unity.origin);
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, method, path: `/__dashboard${path}`, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end(body);
  });
}

it('answers only to a loopback host name', async () => {
  const { port } = new URL(test.unity.origin);
  expect(await statusOf('GET', '/', { Host: `rebound.test:${port}` })).toBe(403);
});

it('takes no form from a page of another site', async () => {
  const turnOff = (origin: string) =>
    statusOf('POST', `${home}/settings/sso/scim`, {
      Origin: origin,
      'Content-Type': 'application/x-www-form-urlencoded',
    });
  expect(organization()).toMatchObject({ scimEnabled: true });
  expect(await turnOff('https://evil.example')).toBe(403);
  expect(organization()).toMatchObject({ scimEnabled: true });
  expect(await turnOff(test.unity.origin)).toBe(303);
  expect(organization()).toMatchObject({ scimEnabled: false });
});
