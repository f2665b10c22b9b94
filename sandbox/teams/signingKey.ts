import { generateKeyPair, type KeyObject, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { SignJWT } from 'jose';

/** Issuer of every token that a channel sends to a bot in the public cloud. */
export const CHANNEL_ISSUER = 'https://api.botframework.com';

const LIFETIME_SECONDS = 3600;

export interface SigningKey {
  /** The public half, as the key set lists it; only Teams may use it. */
  jwk: Record<string, unknown>;
  /** `Authorization` value for one activity. The claim `serviceurl` equals the activity's `serviceUrl` exactly. */
  authorization(appId: string, serviceUrl: string): Promise<string>;
}

/** Makes the channel's RSA key for this start. */
export async function createSigningKey(): Promise<SigningKey> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const kid = randomUUID();
  return {
    jwk: { ...publicJwk(publicKey), kid, use: 'sig', alg: 'RS256', endorsements: ['msteams'] },
    async authorization(appId, serviceUrl) {
      const now = Math.floor(Date.now() / 1000);
      const token = await new SignJWT({ serviceurl: serviceUrl })
        .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' })
        .setIssuer(CHANNEL_ISSUER)
        .setAudience(appId)
        .setNotBefore(now)
        .setExpirationTime(now + LIFETIME_SECONDS)
        .sign(privateKey);
      return `Bearer ${token}`;
    },
  };
}

function publicJwk(key: KeyObject): { kty: string | undefined; n: string | undefined; e: string | undefined } {
  const { kty, n, e } = key.export({ format: 'jwk' });
  return { kty, n, e };
}
