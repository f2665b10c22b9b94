import { randomInt, randomUUID } from 'node:crypto';
import type { EntraService } from '../core/services';
import type { ChatStore, Person } from './chatStore';
import { CONNECTIONS } from './connections';

export interface StoredToken {
  token: string;
  expiresAt: string;
}

/** A sign-in page that somebody was sent to: for whom, and for which connection. */
export interface SignInRequest {
  id: string;
  connectionName: string;
  userId: string;
}

interface IssuedCode {
  request: SignInRequest;
  objectId: string;
  endsAt: number;
}

const CODE_LIFETIME_MS = 10 * 60_000;

export type TokenStore = ReturnType<typeof createTokenStore>;

/** Tokens by MRI and connection, as the token service keeps them. Lifetimes are real time, as the tokens' own are. */
export function createTokenStore(store: ChatStore, entra: EntraService) {
  const tokens = new Map<string, StoredToken>();
  const requests = new Map<string, SignInRequest>();
  const codes = new Map<string, IssuedCode>();
  const keyOf = (userId: string, connectionName: string) => `${userId} ${connectionName}`;
  const scopesOf = (connectionName: string): string[] => CONNECTIONS[connectionName] ?? [];

  const current = (userId: string, connectionName: string): StoredToken | undefined => {
    const stored = tokens.get(keyOf(userId, connectionName));
    return stored && Date.parse(stored.expiresAt) > Date.now() ? stored : undefined;
  };

  return {
    current,
    /** @throws DelegatedTokenRefused when Entra wants consent, a challenge answered, or does not know the token */
    exchange(person: Person, connectionName: string, ssoToken: string): StoredToken {
      const stored = entra.exchange({ ssoToken }, scopesOf(connectionName));
      tokens.set(keyOf(person.mri, connectionName), stored);
      return stored;
    },
    signOut(userId: string, connectionName?: string): void {
      for (const name of connectionName ? [connectionName] : Object.keys(CONNECTIONS)) tokens.delete(keyOf(userId, name));
    },
    /** Every token counts as expired from now on; of one person only when named. */
    expire(userId?: string): void {
      for (const [key, stored] of tokens) {
        if (userId === undefined || key.startsWith(`${userId} `)) stored.expiresAt = new Date(0).toISOString();
      }
    },
    requestSignIn(connectionName: string, userId: string): SignInRequest {
      const request = { id: randomUUID(), connectionName, userId };
      requests.set(request.id, request);
      return request;
    },
    signInRequest: (id: string): SignInRequest | undefined => requests.get(id),
    /**
     * Somebody signed in on the page: six digits, good for one use by the person in the chat and ten minutes.
     * @throws DelegatedTokenRefused when Entra refuses this account
     */
    issueCode(request: SignInRequest, objectId: string): string {
      entra.exchange({ userId: objectId }, scopesOf(request.connectionName));
      let code: string;
      do code = String(randomInt(1_000_000)).padStart(6, '0');
      while (codes.has(code));
      codes.set(code, { request, objectId, endsAt: Date.now() + CODE_LIFETIME_MS });
      return code;
    },
    /** The token behind six digits; undefined for a wrong, used or old code, or one made for somebody else. */
    redeem(userId: string, connectionName: string, code: string): StoredToken | undefined {
      const issued = codes.get(code);
      if (!issued || issued.endsAt < Date.now()) return undefined;
      if (issued.request.userId !== userId || issued.request.connectionName !== connectionName) return undefined;
      codes.delete(code);
      const stored = entra.exchange({ userId: issued.objectId }, scopesOf(connectionName));
      tokens.set(keyOf(userId, connectionName), stored);
      return stored;
    },
    /** Who has a token for what; never the token. */
    list: () =>
      store.people.flatMap(({ objectId, mri }) =>
        Object.keys(CONNECTIONS).flatMap((connectionName) => {
          const stored = tokens.get(keyOf(mri, connectionName));
          return stored ? [{ objectId, connectionName, expiresAt: stored.expiresAt, token: '***' }] : [];
        }),
      ),
  };
}
