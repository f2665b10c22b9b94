import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { ClientSecretCredential, ManagedIdentityCredential } from '@azure/identity';
import { createAppCredential } from '../../src/auth/appCredential';
import { botFrameworkOptions, createCredentialsFactory, OwnTokenError } from '../../src/auth/botFrameworkAuth';
import { testSettings } from '../bot/support/settings';
import { makeCertificate } from './support/certificate';

const before = getCACertificates('default');
let server: Server;
let origin: string;
let asked: { path: string; body: string }[];
let answer: { status: number; body: object };

beforeAll(async () => {
  const { key, cert } = await makeCertificate();
  server = createServer({ key, cert }, (request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      asked.push({ path: request.url ?? '', body });
      const isMetadata = request.url?.includes('openid-configuration');
      const tenant = request.url?.split('/')[1];
      response.writeHead(isMetadata ? 200 : answer.status, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify(
          isMetadata
            ? {
                issuer: `${origin}/${tenant}/v2.0`,
                authorization_endpoint: `${origin}/${tenant}/oauth2/v2.0/authorize`,
                token_endpoint: `${origin}/${tenant}/oauth2/v2.0/token`,
                jwks_uri: `${origin}/keys`,
              }
            : answer.body,
        ),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `https://localhost:${(server.address() as AddressInfo).port}`;
  setDefaultCACertificates([...before, cert]);
});
afterAll(async () => {
  setDefaultCACertificates(before);
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  asked = [];
  answer = { status: 200, body: { token_type: 'Bearer', expires_in: 3599, access_token: 'own-token' } };
});

describe('the bot’s own credential', () => {
  it('logs in at an authority that is not Entra’s, with its secret and the connector’s scope [teams 3 bot to channel] [entra 8.1 tenant]', async () => {
    const settings = testSettings(undefined, { LOGIN_URL: origin });
    const credential = createAppCredential(settings);
    expect(credential).toBeInstanceOf(ClientSecretCredential);
    expect((await credential.getToken('https://api.botframework.com/.default'))?.token).toBe('own-token');
    const login = asked.find(({ path }) => path.startsWith(`/${settings.botTenantId}/oauth2/v2.0/token`));
    const form = new URLSearchParams(login?.body);
    expect(form.get('client_id')).toBe(settings.botId);
    expect(form.get('scope')).toContain('https://api.botframework.com/.default');
    expect(form.get('grant_type')).toBe('client_credentials');
  });

  it('declares no client capability, so that nobody challenges its tokens [entra 8.3 cp1]', async () => {
    await createAppCredential(testSettings(undefined, { LOGIN_URL: origin })).getToken('https://graph.microsoft.com/.default');
    const login = asked.filter(({ path }) => path.includes('/oauth2/v2.0/token'));
    expect(login).toHaveLength(1);
    expect(new URLSearchParams(login[0]?.body).get('claims')).toBeNull();
    expect(login[0]?.body).not.toContain('cp1');
  });

  it('is a managed identity where the bot is one', () => {
    const settings = testSettings(undefined, { BOT_TYPE: 'UserAssignedMSI', SECRET_BOT_PASSWORD: '' });
    expect(createAppCredential(settings)).toBeInstanceOf(ManagedIdentityCredential);
  });
});

it('names every address to the SDK, for once it is told one it has no default for the others [teams 3 all or nothing]', () => {
  const { CallerId, ValidateAuthority, ...named } = botFrameworkOptions(testSettings());
  expect(CallerId).toBe('');
  expect(ValidateAuthority).toBe(true);
  expect(Object.keys(named).sort()).toEqual([
    'MicrosoftAppId',
    'MicrosoftAppTenantId',
    'MicrosoftAppType',
    'OAuthUrl',
    'ToBotFromChannelOpenIdMetadataUrl',
    'ToBotFromChannelTokenIssuer',
    'ToBotFromEmulatorOpenIdMetadataUrl',
    'ToChannelFromBotLoginUrl',
    'ToChannelFromBotOAuthScope',
  ]);
  expect(Object.values(named).filter((value) => typeof value !== 'string' || value === '')).toEqual([]);
});

describe('the credentials of the connector and the token service', () => {
  const request = () => ({ headers: new Map<string, string>() });
  const sign = async () => {
    const settings = testSettings(undefined, { LOGIN_URL: origin });
    const factory = createCredentialsFactory(settings, createAppCredential(settings));
    const credentials = await factory.createCredentials(settings.botId, 'x', 'x', true);
    const signed = request();
    await credentials.signRequest(signed as never);
    return signed.headers.get('authorization');
  };
  it('sign each call with that token', async () => {
    expect(await sign()).toBe('Bearer own-token');
  });
  it('say so when the login refuses, and never pass its status on as the connector’s', async () => {
    answer = { status: 401, body: { error: 'invalid_client', error_description: 'AADSTS7000215' } };
    const error = await sign().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OwnTokenError);
    expect((error as { statusCode?: number }).statusCode).toBeUndefined();
  });
  it('can never switch authentication off [teams 3 empty app id]', async () => {
    const settings = testSettings();
    const factory = createCredentialsFactory(settings, { getToken: async () => null });
    expect(await factory.isAuthenticationDisabled()).toBe(false);
    expect(await factory.isValidAppId('')).toBe(false);
    expect(await factory.isValidAppId(settings.botId.toUpperCase())).toBe(true);
  });
});
