import { createHash } from 'node:crypto';
import { decodeJwt } from 'jose';
import type { PersonRef } from '../provisioning/people';

/** Keys that outlive the process. */
interface Marks {
  has(tenantId: string, key: string): Promise<boolean>;
  add(tenantId: string, key: string): Promise<unknown>;
}

/** Whether a token is of the very person who speaks in Teams. */
export interface TokenOwners {
  /**
   * `token` came of the exchange of `ssoToken`, which the person's client sent. Any client can send any account's, so only the
   * account that it names counts; that Entra has exchanged it proves that it is genuine.
   */
  rememberExchanged(person: PersonRef, ssoToken: string, token: string): Promise<void>;
  /** Reads once whose token it is, where nobody knows. @throws what `readOwner` throws */
  isTheirs(person: PersonRef, token: string): Promise<boolean>;
}

const KEPT = 1_000;

/**
 * On the sign-in page anybody may choose any account, and the token service keeps what came of it for the person in the chat. Acting
 * with it would put one person's name on what another account did. Only hashes of tokens are kept.
 * @param readOwner - object id of the account that the token is for, from Graph
 */
export function createTokenOwners(readOwner: (token: string) => Promise<string>, marks: Marks): TokenOwners {
  const known = new Set<string>();
  const keyOf = ({ objectId }: PersonRef, token: string) =>
    `owner:${objectId}:${createHash('sha256').update(token).digest('base64url')}`;
  const keep = (key: string) => {
    known.add(key);
    const [oldest] = known;
    if (known.size > KEPT && oldest) known.delete(oldest);
  };
  const remember = async (person: PersonRef, token: string): Promise<void> => {
    const key = keyOf(person, token);
    keep(key);
    await marks.add(person.tenantId, key);
  };

  return {
    async rememberExchanged(person, ssoToken, token) {
      if (accountOf(ssoToken) === person.objectId) await remember(person, token);
    },
    async isTheirs(person, token) {
      const key = keyOf(person, token);
      if (known.has(key)) return true;
      if (await marks.has(person.tenantId, key)) {
        keep(key);
        return true;
      }
      const isTheirs = (await readOwner(token)).toLowerCase() === person.objectId;
      if (isTheirs) await remember(person, token);
      return isTheirs;
    },
  };
}

/** undefined: it names nobody. */
function accountOf(ssoToken: string): string | undefined {
  try {
    const { oid } = decodeJwt(ssoToken);
    return typeof oid === 'string' ? oid.toLowerCase() : undefined;
  } catch {
    return undefined; // no JWT
  }
}
