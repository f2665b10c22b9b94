import { createUnityClient } from '../../src/unity/createUnityClient';
import { GENESIS_ID, OTHER_GENESIS_ID, startTestUnity, type TestUnity } from '../sandbox/unity/support';

let test: TestUnity;
beforeEach(async () => {
  test = await startTestUnity();
});
afterEach(() => test.unity.stop());

const probe = ({
  token = test.token,
  genesisId = GENESIS_ID,
  path = 'tenants',
  waitForRole = false,
  domains = ['example.test'],
} = {}) =>
  createUnityClient({
    allowedScimUrl: test.unity.scimUrl,
    roleWaitsMs: [30_000],
    wait: async (ms) => test.context.clock.advance(ms),
  }).probeScim({
    scimConnectorUrl: `${test.unity.scimUrl}/${path}/${genesisId}`,
    scimToken: token,
    waitForRole,
    domains,
  });

it('a service account with its role is proven by lists alone, and nobody is created [unity 5 200]', async () => {
  await test.call('POST', '/Users', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'ana@example.test' });
  await expect(probe()).resolves.toMatchObject({ totalResults: 1, filter: 'answered', claims: { patch: true } });
  const written = test.context.calls.list('scim').filter(({ method }) => method !== 'GET');
  expect(written).toHaveLength(1);
});

it('a cut, a spaced and a deleted token are refused [unity 5 401]', async () => {
  await expect(probe({ token: test.token.slice(1) })).rejects.toMatchObject({ code: 'scim_credentials_rejected' });
  await expect(probe({ token: `${test.token.slice(0, 9)} ${test.token.slice(9)}` })).rejects.toMatchObject({
    code: 'scim_credentials_rejected',
  });
  await test.person.deleteBearerToken(test.accountId);
  await expect(probe()).rejects.toMatchObject({ code: 'scim_credentials_rejected' });
});

it('without the role it is forbidden, and with the role it works [unity 5 403]', async () => {
  await test.person.takeScimAuthenticator(test.accountId);
  await expect(probe()).rejects.toMatchObject({ code: 'scim_forbidden' });
  await test.person.giveScimAuthenticator(test.accountId);
  await expect(probe()).resolves.toMatchObject({ totalResults: 0 });
});

it('a role that counts only later is waited for [unity 5 role-delay]', async () => {
  test.context.switches.roleDelaySeconds = 30;
  await expect(probe()).rejects.toMatchObject({ code: 'scim_forbidden' });
  await expect(probe({ waitForRole: true })).resolves.toMatchObject({ totalResults: 0 });
});

it('the token of one organization is forbidden at another [unity 5 403]', async () => {
  await expect(probe({ genesisId: OTHER_GENESIS_ID })).rejects.toMatchObject({ code: 'scim_forbidden' });
});

it('an organization that does not exist, and SCIM that is hidden when off, read alike [unity 5 404-organization]', async () => {
  test.context.switches.whenScimDisabled = 404;
  await test.person.setScimEnabled(false);
  await expect(probe()).rejects.toMatchObject({ code: 'scim_organization_unknown' });
});

it('SCIM that is switched off is forbidden [unity 5 403]', async () => {
  await test.person.setScimEnabled(false);
  await expect(probe()).rejects.toMatchObject({ code: 'scim_forbidden' });
});

it.each(['gatewayFor401_403_429', 'scimEverywhere'] as const)(
  'errors are read in the style %s [unity 4.7 both formats]',
  async (errorStyle) => {
    test.context.switches.errorStyle = errorStyle;
    await expect(probe({ token: 'made-up' })).rejects.toMatchObject({ code: 'scim_credentials_rejected' });
  },
);

it('a search that needs a validated domain is told from one that is answered [unity 5 400-domain]', async () => {
  test.context.switches.filterWithoutDomain = 'error';
  await expect(probe()).resolves.toMatchObject({ filter: 'needs_domain' });
  await expect(probe({ domains: ['elsewhere.test'] })).resolves.toMatchObject({ filter: 'refused' });
  test.context.switches.filterWithoutDomain = 'empty';
  await expect(probe()).resolves.toMatchObject({ filter: 'answered' });
});

it('a web page in the place of SCIM is told apart [unity 5 not-scim]', async () => {
  test.context.faults.add({
    service: 'scim',
    effect: { kind: 'status', status: 200, body: '<html>Unity</html>', headers: { 'content-type': 'text/html' } },
  });
  await expect(probe()).rejects.toMatchObject({ code: 'scim_not_scim' });
});

it('finds a person whom Entra created, and nobody else [unity 4.2 filter]', async () => {
  await test.call('POST', '/Users', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: 'ana@example.test',
    active: true,
  });
  const client = createUnityClient({ allowedScimUrl: test.unity.scimUrl });
  const target = { scimConnectorUrl: `${test.unity.scimUrl}/tenants/${GENESIS_ID}`, scimToken: test.token };
  await expect(client.findUserByUserName({ ...target, userName: 'ANA@example.test' })).resolves.toMatchObject({
    userName: 'ana@example.test',
    active: true,
  });
  await expect(client.findUserByUserName({ ...target, userName: 'bo@example.test' })).resolves.toBeUndefined();
});
