import type { SandboxContext } from '../../core/context';
import type { EntraService } from '../../core/services';
import { type AccessTokens, makeJwt } from './accessTokens';
import { grantedScopes } from './grantedScopes';
import { refusal } from './signInErrors';

const SSO_TOKEN_SECONDS = 3600;

/**
 * Tokens that stand for a person. An SSO token is exchangeable while it is valid; a Graph token lives
 * `switches.accessTokenSeconds` of real time. Under `consent: required` the silent exchange is refused until the
 * person has once gone through the sign-in page, which is where people consent.
 */
export function createDelegatedTokens(
  { switches, tenant, bot }: SandboxContext,
  tokens: AccessTokens,
): Pick<EntraService, 'issueSsoToken' | 'exchange' | 'revoke'> {
  const consented = new Set<string>();

  const userOfSsoToken = (ssoToken: string): string => {
    const found = tokens.find(ssoToken);
    if (found.state === 'expired') throw refusal(500133);
    if (found.state === 'unknown') throw refusal(50013);
    const { audience, caller } = found.grant;
    if (audience !== 'sso' || caller.kind !== 'delegated') throw refusal(500131);
    if (switches.consent === 'required' && !consented.has(caller.userId)) throw refusal(65001);
    return caller.userId;
  };

  return {
    issueSsoToken(userId) {
      const user = tenant.users.find(({ id }) => id === userId);
      if (!user) throw new Error(`${userId} is no user of the sandbox tenant`);
      const now = Math.floor(Date.now() / 1000);
      const token = makeJwt({
        aud: `api://botid-${bot.appId}`,
        iss: `https://sts.windows.net/${tenant.tenantId}/`,
        iat: now,
        nbf: now,
        exp: now + SSO_TOKEN_SECONDS,
        name: user.displayName,
        oid: user.id,
        scp: 'access_as_user',
        tid: tenant.tenantId,
        upn: user.userPrincipalName,
        ver: '1.0',
      });
      tokens.register(
        token,
        { audience: 'sso', caller: { kind: 'delegated', userId, permissions: ['access_as_user'] } },
        SSO_TOKEN_SECONDS,
      );
      return token;
    },
    exchange(input, scopes) {
      const { delegatedTokenError, delegatedTokenErrorFor } = switches;
      if (delegatedTokenError && ('ssoToken' in input || delegatedTokenErrorFor === 'everything'))
        throw refusal(delegatedTokenError);
      const userId = 'ssoToken' in input ? userOfSsoToken(input.ssoToken) : input.userId;
      const user = tenant.users.find(({ id }) => id === userId);
      if (!user) throw refusal(50034);
      if (!user.accountEnabled) throw refusal(50057);
      if ('userId' in input) consented.add(userId);
      const caller = { kind: 'delegated' as const, userId, permissions: grantedScopes(scopes) };
      return tokens.issue({ audience: 'graph', caller }, switches.accessTokenSeconds);
    },
    revoke(userId) {
      tokens.revoke(({ audience, caller }) => audience === 'graph' && caller.kind === 'delegated' && caller.userId === userId);
    },
  };
}
