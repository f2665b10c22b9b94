import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBot } from '../../sandbox/journey/startBot';
import { startSandbox } from '../../sandbox/startSandbox';
import { SETTING_NAMES } from '../../src/config';

const KEY = Buffer.alloc(32, 7).toString('base64');
const CANARY = 'canary-of-a-wrong-setting';
const folder = mkdtempSync(join(tmpdir(), 'upt-settings-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const good = {
  BOT_ID: '11111111-2222-4333-8444-555555555555',
  BOT_TENANT_ID: '99999999-8888-4777-8666-555555555555',
  SECRET_BOT_PASSWORD: 'not-a-real-secret',
  DATA_DIR: join(folder, 'data'),
};
const production = { ...good, NODE_ENV: 'production', SECRETS_KEY: KEY };

/** What the real process says when it does not start; `started` when it does. */
async function startOf(environment: Record<string, string>): Promise<string> {
  const bot = await startBot(environment).catch((error: Error) => error.message);
  if (typeof bot === 'string') return bot;
  await bot.stop();
  return 'started';
}
/** Names of the settings that it complains about, in its order. */
const namesIn = (said: string) => [...said.matchAll(/^ {2}- ([A-Z][A-Z_]+) /gm)].map(([, name]) => name!);

describe('the real process', () => {
  it('starts in production with what a real installation has', async () => {
    expect(await startOf(production)).toBe('started');
  });

  it('ends with code 1 and names all that is missing at once', async () => {
    const said = await startOf({});
    expect(said).toMatch(/^The bot ended with 1 before it listened/);
    expect(namesIn(said)).toEqual(['BOT_ID', 'BOT_TENANT_ID', 'SECRET_BOT_PASSWORD']);
    expect(said).toMatch(/BOT_ID is missing\. It must be .*\. Example: /);
  });

  it('names every setting that is wrong at once, and repeats no value', async () => {
    /** Any text is right for these. */
    const anyText = ['HOST', 'DATA_DIR', 'ENTRA_OAUTH_CONNECTION', 'ENTRA_READ_CONNECTION', 'SECRET_BOT_PASSWORD'];
    const names = SETTING_NAMES.filter((name) => !anyText.includes(name));
    const said = await startOf({ ...good, ...Object.fromEntries(names.map((name) => [name, CANARY])) });
    expect(said).toMatch(/^The bot ended with 1/);
    expect([...new Set(namesIn(said))].sort()).toEqual([...names].sort());
    expect(said).not.toContain(CANARY);
  });

  it('names all settings that contradict each other at once', async () => {
    const said = await startOf({
      ...good,
      BOT_TYPE: 'UserAssignedMSI',
      GRAPH_URL: 'http://graph.example',
      LOGIN_URL: 'http://login.example',
      HEARTBEAT_MS: '40000',
      TAKE_OVER_SILENT_MS: '1000',
    });
    expect(namesIn(said)).toEqual(['SECRET_BOT_PASSWORD', 'GRAPH_URL', 'LOGIN_URL', 'HEARTBEAT_MS', 'TAKE_OVER_SILENT_MS']);
    expect(said).toMatch(/a managed identity has no secret/);
  });

  it.each([good, production])('refuses an empty BOT_ID everywhere [teams 3 empty app id]', async (environment) => {
    expect(namesIn(await startOf({ ...environment, BOT_ID: '' }))).toEqual(['BOT_ID']);
  });

  it('refuses every override of the sandbox in production, all at once [teams 3 production]', async () => {
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
    const others = {
      BOT_ID: '0b07b07b-0000-4000-8000-0000000000b0',
      BOT_TENANT_ID: '5a1e0000-7e4a-4c0d-9a11-000000000001',
      SECRET_BOT_PASSWORD: 'sandbox-password',
      SECRETS_KEY: '',
      FORMS: 'card',
    };
    const overrides = { ...Object.fromEntries(addresses.map((name) => [name, 'https://localhost:3980'])), ...others };
    expect(namesIn(await startOf({ ...production, ...overrides }))).toEqual(Object.keys(overrides));
  });

  it('refuses the sandbox as a whole in production, each of its settings by name', async () => {
    const sandbox = await startSandbox();
    try {
      const { SECRET_BOT_PASSWORD, ...settings } = sandbox.botEnvironment();
      const said = await startOf({
        ...settings,
        ...(SECRET_BOT_PASSWORD ? { SECRET_BOT_PASSWORD } : {}),
        NODE_ENV: 'production',
      });
      expect(namesIn(said).sort()).toEqual(
        [
          'BOT_ID',
          'BOT_TENANT_ID',
          'GRAPH_URL',
          'LOGIN_URL',
          'OAUTH_URL',
          'OPENID_METADATA_URL',
          'SECRETS_KEY',
          'UNITY_DASHBOARD_URL',
          'UNITY_SCIM_URL',
        ].sort(),
      );
      expect(said).not.toContain(SECRET_BOT_PASSWORD);
    } finally {
      await sandbox.stop();
    }
  });

  it('says why when the database cannot be reached, and keeps its password to itself', async () => {
    const said = await startOf({ ...good, DATABASE_URL: `postgres://bot:${CANARY}@127.0.0.1:1/provisioning` });
    expect(said).toMatch(/could not start: .*ECONNREFUSED/);
    expect(said).not.toContain(CANARY);
  });

  it('says why when DATA_DIR is no folder', async () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, '');
    expect(await startOf({ ...good, DATA_DIR: file })).toMatch(/could not start: .*(a-file|DATA_DIR)/);
  });

  it('says which port is in use', async () => {
    const bot = await startBot({ ...good, DATA_DIR: join(folder, 'first') });
    try {
      const said = await startOf({ ...good, DATA_DIR: join(folder, 'second'), PORT: String(bot.port) });
      expect(said).toMatch(new RegExp(`could not start: .*${bot.port}`));
    } finally {
      await bot.stop();
    }
  });
});
