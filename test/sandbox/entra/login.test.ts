import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DelegatedTokenRefused } from '../../../sandbox/core/services';
import { type EntraTest, people, startEntraTest } from './support/entraTest';

const run = promisify(execFile);
let test: EntraTest;
beforeEach(async () => {
  test = await startEntraTest();
});
afterEach(() => test.stop());

const formType = { 'content-type': 'application/x-www-form-urlencoded' };
const requestToken = (form: Record<string, string>, tenant = test.context.tenant.tenantId) =>
  test.http('POST', `/${tenant}/oauth2/v2.0/token`, { headers: formType, body: new URLSearchParams(form).toString() });
const clientCredentials = (more: Record<string, string> = {}) =>
  requestToken({
    grant_type: 'client_credentials',
    client_id: test.context.bot.appId,
    client_secret: test.context.bot.secret,
    scope: 'https://api.botframework.com/.default',
    ...more,
  });

function refusedCode(work: () => unknown): DelegatedTokenRefused {
  try {
    work();
  } catch (error) {
    if (error instanceof DelegatedTokenRefused) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('the token endpoint', () => {
  it('serves the real ClientSecretCredential of @azure/identity in a process that trusts the authority', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'entra-test-'));
    try {
      const pem = join(folder, 'authority.pem');
      await writeFile(pem, test.entra.authorityPem);
      const { tenant, bot } = test.context;
      const script = `
        const { ClientSecretCredential } = require('@azure/identity');
        const credential = new ClientSecretCredential(${JSON.stringify(tenant.tenantId)}, ${JSON.stringify(bot.appId)},
          ${JSON.stringify(bot.secret)}, { authorityHost: ${JSON.stringify(test.entra.origin)}, disableInstanceDiscovery: true });
        (async () => {
          const connector = await credential.getToken('https://api.botframework.com/.default');
          const graph = await credential.getToken(${JSON.stringify(`${test.entra.origin}/.default`)});
          console.log(JSON.stringify({ connector, graph }));
        })();`;
      const { stdout } = await run(process.execPath, ['-e', script], {
        cwd: process.cwd(),
        env: { PATH: process.env.PATH, NODE_EXTRA_CA_CERTS: pem },
      });
      const { connector, graph } = JSON.parse(stdout) as Record<string, { token: string; expiresOnTimestamp: number }>;
      expect(test.entra.isBotToken(`Bearer ${connector?.token}`)).toBe(true);
      expect(test.entra.isBotToken(`Bearer ${graph?.token}`)).toBe(false);
      expect(connector?.expiresOnTimestamp).toBeGreaterThan(Date.now());
      expect((await test.graph('GET', '/servicePrincipals', { token: graph?.token ?? '' })).status).toBe(200);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('answers a wrong secret with 401 invalid_client and AADSTS7000215 [entra 8.2 invalid client]', async () => {
    const { status, body } = await clientCredentials({ client_secret: 'wrong' });
    expect(status).toBe(401);
    expect(body).toMatchObject({ error: 'invalid_client', error_codes: [7000215] });
    expect(body.error_description).toMatch(/^AADSTS7000215: /);
    expect(Object.keys(body)).toEqual(expect.arrayContaining(['error_description', 'timestamp', 'trace_id', 'correlation_id']));
  });

  it('knows one app, one tenant and two resources', async () => {
    expect((await clientCredentials({ client_id: people.adele })).body.error_codes).toEqual([700016]);
    expect((await clientCredentials({ scope: 'https://vault.azure.net/.default' })).body.error_codes).toEqual([500011]);
    expect((await requestToken({ grant_type: 'client_credentials' }, 'other.example')).body.error_codes).toEqual([90002]);
    const noSecret = await requestToken({ grant_type: 'client_credentials', client_id: test.context.bot.appId });
    expect(noSecret.body.error_codes).toEqual([7000218]);
    expect((await clientCredentials({ grant_type: 'password' })).body.error).toBe('unsupported_grant_type');
  });

  const refusals: [codes: number[], error: string, suberror: string | undefined, hasClaims: boolean][] = [
    [[65001], 'invalid_grant', 'consent_required', false],
    [[65004], 'access_denied', undefined, false],
    [[50076, 50074, 50079, 50072, 50078, 70043, 50158], 'interaction_required', undefined, true],
    [[53000, 53001, 53003, 530035], 'interaction_required', 'message_only', false],
    [[50013, 500133, 500131, 700082, 70008, 50173, 70000], 'invalid_grant', undefined, false],
    [[70002, 7000215, 7000222, 700027], 'invalid_client', undefined, false],
    [[700016], 'unauthorized_client', undefined, false],
    [[90002], 'invalid_request', undefined, false],
    [[650057, 500011], 'invalid_resource', undefined, false],
    [[50196], 'invalid_grant', undefined, false],
    [[90012, 50033, 90006], 'temporarily_unavailable', undefined, false],
  ];
  it.each(refusals.flatMap(([codes, ...rest]) => codes.map((code) => [code, ...rest] as const)))(
    'refuses an exchange with AADSTS%i as %s [entra 8.2 codes]',
    async (code, error, suberror, hasClaims) => {
      test.context.switches.delegatedTokenError = code;
      const { status, body } = await requestToken({
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        requested_token_use: 'on_behalf_of',
        client_id: test.context.bot.appId,
        client_secret: test.context.bot.secret,
        assertion: test.entra.issueSsoToken(people.megan),
        scope: 'https://graph.microsoft.com/.default',
      });
      expect([body.error, body.error_codes, body.suberror]).toEqual([error, [code], suberror]);
      expect(body.error_description).toMatch(new RegExp(`^AADSTS${code}: (?!The sign-in was refused)`));
      expect(body.claims !== undefined).toBe(hasClaims);
      expect(status).toBe(error === 'invalid_client' ? 401 : error === 'temporarily_unavailable' ? 503 : 400);
    },
  );

  it('takes the secret as a Basic header and ignores unknown fields [entra 8.1 request]', async () => {
    const { appId, secret } = test.context.bot;
    const basic = Buffer.from(`${appId}:${encodeURIComponent(secret)}`).toString('base64');
    const form = { grant_type: 'client_credentials', scope: 'https://api.botframework.com/.default', client_info: '1' };
    const { status, body } = await test.http('POST', `/${test.context.tenant.domain}/oauth2/v2.0/token`, {
      headers: { ...formType, authorization: `Basic ${basic}` },
      body: new URLSearchParams(form).toString(),
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3599 });
  });

  it('exchanges an SSO token for a Graph token of the person, on behalf of [entra 8.1 obo]', async () => {
    const form = {
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      requested_token_use: 'on_behalf_of',
      client_id: test.context.bot.appId,
      client_secret: test.context.bot.secret,
      assertion: test.entra.issueSsoToken(people.megan),
      scope: 'https://graph.microsoft.com/User.Read',
    };
    const { body } = await requestToken(form);
    expect((await test.graph('GET', '/me', { token: body.access_token })).body.displayName).toBe('Megan Bowen');
    expect((await requestToken({ ...form, assertion: 'nonsense' })).body).toMatchObject({
      error: 'invalid_grant',
      error_codes: [50013],
    });
    expect((await requestToken({ ...form, assertion: body.access_token })).body.error_codes).toEqual([500131]);
  });

  it('answers a fault of the fault table in its own format and is recorded', async () => {
    test.context.faults.add({ service: 'login', path: '/token', times: 1, effect: { kind: 'status', status: 503 } });
    const { status, body } = await clientCredentials();
    expect([status, body.error]).toEqual([503, 'temporarily_unavailable']);
    expect((await clientCredentials()).status).toBe(200);
    const calls = test.context.calls.list('login');
    expect(calls.map((call) => [call.status, call.caller])).toEqual([
      [503, undefined],
      [200, test.context.bot.appId],
    ]);
  });
});

describe('delegated tokens', () => {
  it('carry the person and the scopes that were asked for', async () => {
    const { token, expiresAt } = test.entra.exchange({ ssoToken: test.entra.issueSsoToken(people.alex) }, ['User.Read']);
    expect((await test.graph('GET', '/me', { token })).body.userPrincipalName).toBe('alex@contoso.com');
    expect((await test.graph('GET', '/users', { token })).status).toBe(403);
    expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(3_590_000);
  });

  it('end with the real time of the accessTokenSeconds switch, not with sandbox time', async () => {
    const token = test.tokenOf(people.adele);
    test.context.clock.advance(30 * 86_400_000);
    expect((await test.graph('GET', '/me', { token })).status).toBe(200);
    test.context.switches.accessTokenSeconds = 1;
    const short = test.entra.exchange({ userId: people.adele }, ['User.Read']);
    while (Date.now() <= Date.parse(short.expiresAt)) await new Promise((resolve) => setTimeout(resolve, 20));
    const { status, body } = await test.graph('GET', '/me', { token: short.token });
    expect([status, body.error.code]).toEqual([401, 'InvalidAuthenticationToken']);
    expect(body.error.message).toContain('expired');
  });

  it('of a person are all ended by revoke, and nobody else is touched', async () => {
    const [adele, alex] = [test.tokenOf(people.adele), test.tokenOf(people.alex)];
    test.entra.revoke(people.adele);
    expect((await test.graph('GET', '/me', { token: adele })).status).toBe(401);
    expect((await test.graph('GET', '/me', { token: alex })).status).toBe(200);
  });

  it('are refused with 65001 until the person has been at the sign-in page, when consent is required [entra 8.2 consent]', () => {
    test.context.switches.consent = 'required';
    const ssoToken = test.entra.issueSsoToken(people.megan);
    expect(refusedCode(() => test.entra.exchange({ ssoToken }, ['User.Read']))).toMatchObject({
      aadstsCode: 65001,
      error: 'invalid_grant',
    });
    test.entra.exchange({ userId: people.megan }, ['User.Read']);
    expect(test.entra.exchange({ ssoToken }, ['User.Read']).token).toEqual(expect.any(String));
  });

  it.each([
    [50076, 'interaction_required', true],
    [53003, 'interaction_required', false],
    [500133, 'invalid_grant', false],
    [90033, 'temporarily_unavailable', false],
    [123456, 'invalid_grant', false],
  ])('end in AADSTS%i when the switch says so [entra 8.2 codes]', (code, error, hasClaims) => {
    test.context.switches.delegatedTokenError = code;
    const refused = refusedCode(() => test.entra.exchange({ userId: people.adele }, ['User.Read']));
    expect(refused).toMatchObject({ aadstsCode: code, error });
    expect(refused.message).toContain(`AADSTS${code}`);
    expect(refused.claims !== undefined).toBe(hasClaims);
    if (refused.claims) expect(JSON.parse(refused.claims)).toHaveProperty('access_token');
  });

  it('are not given to unknown or disabled people, nor for tokens that are no SSO tokens', () => {
    expect(refusedCode(() => test.entra.exchange({ userId: 'nobody' }, [])).aadstsCode).toBe(50034);
    expect(refusedCode(() => test.entra.exchange({ userId: people.isabel }, [])).aadstsCode).toBe(50057);
    expect(refusedCode(() => test.entra.exchange({ ssoToken: 'x' }, [])).aadstsCode).toBe(50013);
    expect(() => test.entra.issueSsoToken('nobody')).toThrow('no user of the sandbox tenant');
  });

  it('do not open the connector, and the connector’s do not open Graph', async () => {
    const { body } = await clientCredentials();
    expect(test.entra.isBotToken(`Bearer ${body.access_token}`)).toBe(true);
    expect(test.entra.isBotToken(`Bearer ${test.tokenOf(people.adele)}`)).toBe(false);
    expect(test.entra.isBotToken(undefined)).toBe(false);
    expect((await test.graph('GET', '/users', { token: body.access_token })).status).toBe(401);
  });
});
