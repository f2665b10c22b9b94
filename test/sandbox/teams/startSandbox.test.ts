import { existsSync, readFileSync } from 'node:fs';
import { request } from 'node:https';
import { type Sandbox, startSandbox } from '../../../sandbox/startSandbox';
import { createTeamsClient } from '../../../sandbox/teams/client';

describe('startSandbox', () => {
  let sandbox: Sandbox;
  afterEach(() => sandbox.stop());

  it('starts the three services and tells a bot how to live in them', async () => {
    sandbox = await startSandbox({ speed: 10, switches: { consent: 'required' } });
    const settings = sandbox.botEnvironment();
    expect(settings).toEqual({
      BOT_ID: sandbox.context.bot.appId,
      BOT_TYPE: 'SingleTenant',
      BOT_TENANT_ID: sandbox.context.tenant.tenantId,
      SECRET_BOT_PASSWORD: sandbox.context.bot.secret,
      ENTRA_OAUTH_CONNECTION: 'entra',
      ENTRA_READ_CONNECTION: 'entraRead',
      CLOUD: 'public',
      GRAPH_URL: sandbox.entra.origin,
      LOGIN_URL: sandbox.entra.origin,
      OAUTH_URL: `${sandbox.origin}/token-service`,
      OPENID_METADATA_URL: sandbox.teams.openIdMetadataUrl,
      TOKEN_ISSUER: 'https://api.botframework.com',
      BOT_OAUTH_SCOPE: 'https://api.botframework.com',
      UNITY_SCIM_URL: sandbox.unity.scimUrl,
      UNITY_DASHBOARD_URL: sandbox.unity.dashboardUrl,
      NODE_EXTRA_CA_CERTS: expect.stringContaining('authority.pem'),
    });
    expect(readFileSync(settings.NODE_EXTRA_CA_CERTS ?? '', 'utf8')).toBe(sandbox.entra.authorityPem);
    expect(sandbox.context.clock.speed).toBe(10);
    expect(sandbox.context.switches.consent).toBe('required');
  });

  it('lets the bot into the connector with the token of its own password', async () => {
    sandbox = await startSandbox();
    const { BOT_ID = '', BOT_TENANT_ID, SECRET_BOT_PASSWORD = '', LOGIN_URL } = sandbox.botEnvironment();
    const { access_token: token } = await postForm(
      `${LOGIN_URL}/${BOT_TENANT_ID}/oauth2/v2.0/token`,
      sandbox.entra.authorityPem,
      {
        grant_type: 'client_credentials',
        client_id: BOT_ID,
        client_secret: SECRET_BOT_PASSWORD,
        scope: 'https://api.botframework.com/.default',
      },
    );
    const client = createTeamsClient({ origin: sandbox.origin, as: 'adele@contoso.com' });
    await client.connect();
    const [chat] = client.chats();
    await client.install(chat?.conversationId ?? '');
    const response = await fetch(
      `${sandbox.teams.serviceUrl}v3/conversations/${encodeURIComponent(chat?.conversationId ?? '')}/activities`,
      {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ type: 'message', text: 'hello' }),
      },
    );
    expect(response.status).toBe(201);
    await client.waitFor(chat?.conversationId ?? '', ({ text }) => text === 'hello');
    client.close();
  });

  it('makes a new password at each start', async () => {
    sandbox = await startSandbox();
    const other = await startSandbox();
    await other.stop();
    expect(other.context.bot.secret).not.toBe(sandbox.context.bot.secret);
  });

  it('leaves nothing behind, however often it is stopped', async () => {
    sandbox = await startSandbox();
    const file = sandbox.botEnvironment().NODE_EXTRA_CA_CERTS ?? '';
    await Promise.all([sandbox.stop(), sandbox.stop()]);
    expect(existsSync(file)).toBe(false);
    await expect(fetch(sandbox.origin)).rejects.toThrow();
  });

  it('names the port in use and the setting that moves it, and stops what it had started', async () => {
    sandbox = await startSandbox();
    const teams = Number(new URL(sandbox.origin).port);
    await expect(startSandbox({ ports: { teams } })).rejects.toThrow(
      `Port ${teams} is in use. Set SANDBOX_PORT to another port.`,
    );
  });

  it('says what is wrong with a tenant file', async () => {
    sandbox = await startSandbox();
    await expect(startSandbox({ tenantFile: __filename })).rejects.toThrow(`Cannot read the sandbox tenant ${__filename}`);
  });
});

/** A form post that trusts the sandbox's authority only. */
function postForm(url: string, ca: string, fields: Record<string, string>): Promise<{ access_token: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const call = request(url, { method: 'POST', ca, headers }, async (response) => {
      let text = '';
      for await (const chunk of response) text += String(chunk);
      resolve(JSON.parse(text) as { access_token: string });
    });
    call.once('error', reject);
    call.end(new URLSearchParams(fields).toString());
  });
}
