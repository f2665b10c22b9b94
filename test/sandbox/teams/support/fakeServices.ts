import { createCallLog } from '../../../../sandbox/core/calls';
import { createClock } from '../../../../sandbox/core/clock';
import type { SandboxContext } from '../../../../sandbox/core/context';
import { createFaultTable } from '../../../../sandbox/core/faults';
import { loadTenant } from '../../../../sandbox/core/loadTenant';
import { DelegatedTokenRefused, type EntraService, type UnityService } from '../../../../sandbox/core/services';
import { type Switches, switchesSchema } from '../../../../sandbox/core/switches';

export const APP_ID = '0b07b07b-0000-4000-8000-0000000000b0';
export const BOT_AUTHORIZATION = 'Bearer the-bot';
export const ADELE = '7b0c1d2e-0000-4000-8000-000000000001';
export const ALEX = '7b0c1d2e-0000-4000-8000-000000000002';
export const MEGAN = '7b0c1d2e-0000-4000-8000-000000000003';

export function testContext(switches: Partial<Switches> = {}): SandboxContext {
  return {
    clock: createClock(),
    faults: createFaultTable(),
    calls: createCallLog(),
    switches: switchesSchema.parse(switches),
    tenant: loadTenant(),
    bot: { appId: APP_ID, secret: 'not used here' },
  };
}

export interface FakeEntra extends EntraService {
  exchanges: { input: { ssoToken: string } | { userId: string }; scopes: string[] }[];
  revoked: string[];
}

/** Entra in a few lines: the SSO token names the person, and consent is given by the sign-in page. */
export function fakeEntra(context: SandboxContext): FakeEntra {
  const consented = new Set<string>();
  const exchanges: FakeEntra['exchanges'] = [];
  const revoked: string[] = [];
  return {
    origin: 'https://localhost:1',
    authorityPem: '',
    exchanges,
    revoked,
    issueSsoToken: (userId) => `sso:${userId}`,
    exchange(input, scopes) {
      exchanges.push({ input, scopes });
      const code = context.switches.delegatedTokenError;
      if (code) throw new DelegatedTokenRefused(code, 'interaction_required', `AADSTS${code}: refused`);
      if ('userId' in input) consented.add(input.userId);
      const userId = 'userId' in input ? input.userId : input.ssoToken.replace('sso:', '');
      if (context.switches.consent === 'required' && !consented.has(userId)) {
        throw new DelegatedTokenRefused(65001, 'consent_required', 'AADSTS65001: consent is missing');
      }
      const expiresAt = new Date(Date.now() + context.switches.accessTokenSeconds * 1000).toISOString();
      return { token: `graph:${userId}:${scopes.length}`, expiresAt };
    },
    revoke: (userId) => void revoked.push(userId),
    isBotToken: (authorization) => authorization === BOT_AUTHORIZATION,
    state: () => ({ secrets: [{ key: 'SecretToken', SecretToken: 'clear text' }] }),
    stop: async () => undefined,
  };
}

export const fakeUnity = (): UnityService => ({
  origin: 'http://127.0.0.1:2',
  scimUrl: 'http://127.0.0.1:2/scim/v2',
  dashboardUrl: 'http://127.0.0.1:2/__dashboard',
  state: () => ({
    organizations: [{ genesisId: '100200300', name: 'Contoso Games', scimUsers: [{ id: '1', userName: 'alice', active: true }] }],
  }),
  stop: async () => undefined,
});
