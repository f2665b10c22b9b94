import { createCredentialsFactory } from '../../src/auth/botFrameworkAuth';
import { createDelegatedTokens } from '../../src/auth/delegatedTokens';
import { createTokenService } from '../../src/auth/tokenService';
import type { DelegatedTokens } from '../../src/auth/types';
import { codeOf, factsOf } from '../../src/errors';
import { adele, megan } from '../bot/support/botBench';
import { BOT_ID, testSettings } from '../bot/support/settings';
import { startTeamsStub, type TeamsStub } from '../bot/support/teamsStub';

let stub: TeamsStub;
let tokens: DelegatedTokens;
beforeAll(async () => {
  stub = await startTeamsStub(BOT_ID);
  const settings = testSettings(stub, { TOKEN_MS: '4000', TOKEN_IN_INVOKE_MS: '4000' });
  const credential = { getToken: async () => ({ token: 'own', expiresOnTimestamp: Date.now() + 3_600_000 }) };
  tokens = createDelegatedTokens(settings, createTokenService(settings, createCredentialsFactory(settings, credential)));
});
afterAll(() => stub.stop());
beforeEach(() => {
  stub.tokens.clear();
  stub.tokenCalls.length = 0;
  stub.override = {};
});

const failureOf = async (work: Promise<unknown>) => {
  const error = await work.catch((thrown: unknown) => thrown);
  return { code: codeOf(error), facts: factsOf(error) };
};
const get = (options = {}) => tokens.credentialFor(adele, options).getToken('ignored');

describe('a person’s token', () => {
  it('comes from the token service at each use, with the expiry it states [teams 2.5 lifetime]', async () => {
    stub.tokens.set(`${adele.mri}|entra`, 'first');
    const first = await get();
    expect(first?.token).toBe('first');
    expect(first!.expiresOnTimestamp).toBeGreaterThan(Date.now() + 3_000_000);
    stub.tokens.set(`${adele.mri}|entra`, 'second');
    expect((await get())?.token).toBe('second');
  });

  it('is that person’s and that connection’s', async () => {
    stub.tokens.set(`${megan.mri}|entra`, 'megans');
    stub.tokens.set(`${adele.mri}|entraRead`, 'reads');
    expect((await failureOf(get())).code).toBe('sign_in_needed');
    expect((await get({ connectionName: 'entraRead' }))?.token).toBe('reads');
    expect([await tokens.hasToken(adele), await tokens.hasToken(adele, 'entraRead')]).toEqual([false, true]);
  });

  it('that is not there asks for a sign-in [teams 2.5 empty 404]', async () => {
    expect(await failureOf(get())).toEqual({
      code: 'sign_in_needed',
      facts: { objectId: adele.objectId, connectionName: 'entra', reason: 'none' },
    });
  });

  it('is not there either when the 404 has a body [teams 2.5 trap]', async () => {
    stub.override.token = (_request, response) => void response.status(404).json({ error: { code: 'NotFound', message: 'x' } });
    expect((await failureOf(get())).code).toBe('sign_in_needed');
    expect(await tokens.hasToken(adele)).toBe(false);
  });

  it('that has expired counts as none [teams 2.5 lifetime]', async () => {
    stub.override.token = (_request, response) =>
      void response.json({ token: 'old', expiration: new Date(Date.now() - 1_000).toISOString() });
    expect((await failureOf(get())).code).toBe('sign_in_needed');
  });

  it.each([[500], [503], [429], [401]])(
    'is unknown when the service answers %d, and it is asked once [teams 2.5 retry]',
    async (status) => {
      stub.override.token = (_request, response) => void response.status(status).json({ error: { code: 'x' } });
      expect(await failureOf(get())).toEqual({ code: 'token_service_unreachable', facts: { operation: 'getToken', status } });
      expect(stub.tokenCalls).toHaveLength(1);
    },
  );

  it('is unknown when no answer comes in time', async () => {
    stub.override.token = () => undefined;
    expect((await failureOf(get({ timeoutMs: 150 }))).code).toBe('token_service_unreachable');
    expect((await failureOf(tokens.hasToken(adele))).code).toBe('token_service_unreachable');
  });
});

it('sign out ends both connections', async () => {
  stub.tokens.set(`${adele.mri}|entra`, 'a');
  stub.tokens.set(`${adele.mri}|entraRead`, 'b');
  stub.tokens.set(`${megan.mri}|entra`, 'c');
  await tokens.signOut(adele);
  expect([...stub.tokens.keys()]).toEqual([`${megan.mri}|entra`]);
});
