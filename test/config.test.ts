import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { isConnectorUrl } from '../src/auth/botFrameworkAuth';
import { readSettings, SETTING_NAMES, SettingsError } from '../src/config';

const KEY = Buffer.alloc(32, 7).toString('base64');
const good = {
  BOT_ID: '11111111-2222-4333-8444-555555555555',
  BOT_TENANT_ID: '99999999-8888-4777-8666-555555555555',
  SECRET_BOT_PASSWORD: 'not-a-real-secret',
};
const production = { ...good, NODE_ENV: 'production', SECRETS_KEY: KEY };

function problemsOf(environment: Record<string, string | undefined>): readonly string[] {
  try {
    readSettings(environment);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

describe('settings', () => {
  it('need three values; everything else has a default', () => {
    expect(readSettings(good)).toMatchObject({
      production: false,
      port: 3978,
      botType: 'SingleTenant',
      oauthConnection: 'entra',
      readConnection: 'entraRead',
      dataDir: '.data',
      databaseUrl: undefined,
      cloud: 'public',
      graphUrl: 'https://graph.microsoft.com',
      loginUrl: 'https://login.microsoftonline.com',
      unityScimUrl: 'https://services.api.unity.com/scim/v2',
      keepScimToken: false,
      forms: 'dialog',
      waits: { sweepIntervalMs: 5_000, slotSilentMs: 30_000, cardUpdateMs: 2_000, roleWaitsMs: [5_000, 15_000, 45_000] },
    });
  });

  it('that are empty count as left out, and spaces around a value do not count', () => {
    expect(readSettings({ ...good, PORT: '', HOST: ' 127.0.0.1 ', DATABASE_URL: '' })).toMatchObject({
      port: 3978,
      host: '127.0.0.1',
      databaseUrl: undefined,
    });
  });

  it('that are wrong are named all at once, each with what it must be and an example', () => {
    const problems = problemsOf({
      BOT_ID: '',
      BOT_TENANT_ID: 'contoso',
      PORT: '70000',
      CLOUD: 'mars',
      LOG_LEVEL: 'loud',
      ROLE_WAITS_MS: '5,x',
      DATABASE_URL: 'mysql://x',
      SECRETS_KEY: 'short',
      KEEP_SCIM_TOKEN: 'yes',
    });
    const named = problems.map((problem) => problem.split(' ')[0]);
    expect(named).toEqual(
      expect.arrayContaining([
        'BOT_ID',
        'BOT_TENANT_ID',
        'PORT',
        'CLOUD',
        'LOG_LEVEL',
        'ROLE_WAITS_MS',
        'DATABASE_URL',
        'SECRETS_KEY',
        'KEEP_SCIM_TOKEN',
        'SECRET_BOT_PASSWORD',
      ]),
    );
    for (const problem of problems) expect(problem).toMatch(/must be .*Example: /);
  });

  it('never repeat a value in a problem, since some are secret', () => {
    expect(JSON.stringify(problemsOf({ ...good, SECRETS_KEY: 'canary-value' }))).not.toContain('canary');
  });

  it('an empty BOT_ID is refused everywhere, since it would switch authentication off [teams 3 empty app id]', () => {
    for (const NODE_ENV of ['production', 'development', 'test'])
      expect(problemsOf({ ...production, NODE_ENV, BOT_ID: '' })).toEqual([expect.stringMatching(/^BOT_ID is missing/)]);
  });

  it('a managed identity has no secret [teams 3 app types]', () => {
    expect(problemsOf({ ...good, BOT_TYPE: 'UserAssignedMSI' })).toEqual([expect.stringMatching(/^SECRET_BOT_PASSWORD/)]);
    expect(problemsOf({ ...good, BOT_TYPE: 'UserAssignedMSI', SECRET_BOT_PASSWORD: '' })).toEqual([]);
  });

  it('Graph and login are never plain http, which their clients refuse [teams 3 login url]', () => {
    const problems = problemsOf({ ...good, GRAPH_URL: 'http://127.0.0.1:1', LOGIN_URL: 'http://localhost:2' });
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual(['GRAPH_URL', 'LOGIN_URL']);
  });

  it('a heartbeat slower than the silence that ends a slot is refused', () => {
    expect(problemsOf({ ...good, HEARTBEAT_MS: '30000' })).toEqual([expect.stringMatching(/^HEARTBEAT_MS/)]);
  });

  it('several keys may follow each other, the current one first', () => {
    expect(readSettings({ ...good, SECRETS_KEY: `${KEY}, ${KEY}` }).secretsKey).toBe(`${KEY}, ${KEY}`);
  });

  it.each([
    ['usgov', 'https://graph.microsoft.us', 'https://api.botframework.us'],
    ['china', 'https://microsoftgraph.chinacloudapi.cn', 'https://api.botframework.azure.cn'],
  ])('the cloud %s implies its own addresses, and each can be overridden', (CLOUD, graphUrl, tokenIssuer) => {
    const settings = readSettings({ ...good, CLOUD, OAUTH_URL: 'https://token.example/' });
    expect(settings).toMatchObject({ graphUrl, tokenIssuer, oauthUrl: 'https://token.example' });
    for (const value of [settings.loginUrl, settings.openIdMetadataUrl, settings.botOauthScope])
      expect(value).not.toMatch(/\.com(\/|$)/);
  });
});

describe('production', () => {
  it('starts with what a real installation has', () => {
    expect(problemsOf(production)).toEqual([]);
  });

  const addresses = [
    'GRAPH_URL',
    'LOGIN_URL',
    'OAUTH_URL',
    'OPENID_METADATA_URL',
    'TOKEN_ISSUER',
    'BOT_OAUTH_SCOPE',
    'UNITY_SCIM_URL',
    'UNITY_DASHBOARD_URL',
  ];
  it.each(addresses)('refuses %s on this machine or on plain http [teams 3 production]', (name) => {
    for (const value of [
      'https://localhost:1',
      'https://127.0.0.1:1',
      'https://127.1.2.3',
      'https://[::1]/',
      'https://[::ffff:127.0.0.1]',
      'https://0.0.0.0',
      'https://2130706433',
      'http://example.com',
    ])
      expect(problemsOf({ ...production, [name]: value })).toContainEqual(expect.stringContaining(`${name} `));
  });

  it.each([
    ['a missing SECRETS_KEY', { SECRETS_KEY: '' }, 'SECRETS_KEY'],
    ['forms as cards', { FORMS: 'card' }, 'FORMS'],
    ['the sandbox’s tenant', { BOT_TENANT_ID: '5a1e0000-7e4a-4c0d-9a11-000000000001' }, 'BOT_TENANT_ID'],
    ['the sandbox’s bot', { BOT_ID: '0b07b07b-0000-4000-8000-0000000000b0' }, 'BOT_ID'],
    ['a secret of the sandbox', { SECRET_BOT_PASSWORD: 'sandbox-secret' }, 'SECRET_BOT_PASSWORD'],
  ])('refuses %s', (_what, change, name) => {
    expect(problemsOf({ ...production, ...change })).toEqual([expect.stringMatching(new RegExp(`^${name} `))]);
  });

  it('takes HOST and DATABASE_URL on this machine', () => {
    expect(problemsOf({ ...production, HOST: '127.0.0.1', DATABASE_URL: 'postgres://localhost/x' })).toEqual([]);
  });
});

describe('the connector’s address', () => {
  const at = (serviceUrl: string, settings: object = {}) =>
    isConnectorUrl(serviceUrl, readSettings({ ...production, ...settings }));
  it('is one of the hosts of the cloud, on https [teams 3 serviceurl]', () => {
    expect(at('https://smba.trafficmanager.net/amer/')).toBe(true);
    expect(at('https://smba.infra.gcc.teams.microsoft.com/gcc')).toBe(true);
    expect(at('https://smba.infra.gov.teams.microsoft.us/gcch', { CLOUD: 'usgov' })).toBe(true);
    expect(at('https://frontend.botapi.msg.infra.teams.microsoftonline.cn/', { CLOUD: 'china' })).toBe(true);
  });
  it.each([
    'http://smba.trafficmanager.net/amer/',
    'https://mallory.trafficmanager.net/',
    'https://smba.trafficmanager.net.example/',
    'https://teams.microsoft.com.example/',
    'https://smba.infra.gov.teams.microsoft.us/',
    'https://user@example.com/smba.trafficmanager.net',
    'https://127.0.0.1/',
    'not an address',
    '',
  ])('is not %s [teams 3 serviceurl]', (serviceUrl) => {
    expect(at(serviceUrl)).toBe(false);
  });
  it('may be this machine outside of production', () => {
    expect(isConnectorUrl('http://127.0.0.1:3979/teams/', readSettings(good))).toBe(true);
  });
});

it('env/.env.example names every setting with its default', () => {
  const example = parseEnv(readFileSync(join(__dirname, '../env/.env.example'), 'utf8'));
  expect(SETTING_NAMES.filter((name) => !(name in example))).toEqual([]);
  expect(readSettings({ ...example, ...good })).toEqual(readSettings(good));
});
