import type { Settings } from '../config';
import { SignInNeededError } from '../errors';
import type { TokenOwners } from './tokenOwners';
import type { TokenService } from './tokenService';
import type { DelegatedTokens } from './types';

/** Tokens of people, asked of the token service at each use: inside of turns, in runs and in watches alike. */
export function createDelegatedTokens(
  settings: Pick<Settings, 'oauthConnection' | 'readConnection' | 'waits'>,
  tokenService: TokenService,
  owners?: Pick<TokenOwners, 'isTheirs'>,
): DelegatedTokens {
  const { oauthConnection, readConnection, waits } = settings;
  const credentialFor: DelegatedTokens['credentialFor'] = (
    person,
    { connectionName = oauthConnection, timeoutMs = waits.tokenMs } = {},
  ) => ({
    async getToken() {
      const needed = (reason: string) => new SignInNeededError({ objectId: person.objectId, connectionName, reason });
      const found = await tokenService.getToken({ mri: person.mri, connectionName, timeoutMs });
      if (!found) throw needed('none');
      if (owners && !(await owners.isTheirs(person, found.token))) throw needed('other_account');
      return { token: found.token, expiresOnTimestamp: found.expiresAt };
    },
  });
  return {
    credentialFor,
    async verify(person) {
      await credentialFor(person).getToken([]);
    },
    async hasToken(person, connectionName = oauthConnection) {
      const found = await tokenService.getToken({ mri: person.mri, connectionName, timeoutMs: waits.tokenInInvokeMs });
      return found !== undefined;
    },
    async signOut(person) {
      const connections = new Set([oauthConnection, readConnection]);
      await Promise.all(
        [...connections].map((connectionName) =>
          tokenService.signOut({ mri: person.mri, connectionName, timeoutMs: waits.tokenMs }),
        ),
      );
    },
  };
}
