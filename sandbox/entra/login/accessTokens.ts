import { createHmac, randomBytes } from 'node:crypto';

/** Whose token it is and what it may do. Delegated tokens have scopes, app tokens have application permissions. */
export type Caller =
  | { kind: 'delegated'; userId: string; permissions: string[] }
  | { kind: 'app'; appId: string; permissions: string[] };

/** Object id of the person, or client id of the app. */
export const callerId = (caller: Caller): string => (caller.kind === 'app' ? caller.appId : caller.userId);

/** What a token is good for. The audience keeps a Graph token from opening the connector, and the other way round. */
export interface TokenGrant {
  audience: 'graph' | 'botframework' | 'sso';
  caller: Caller;
}

type FoundToken = { state: 'valid'; grant: TokenGrant } | { state: 'expired' } | { state: 'unknown' };

/** Every token the pretend authority gave out. Opaque to clients; lives by the real clock, as the bot's own time does. */
export interface AccessTokens {
  issue(grant: TokenGrant, lifetimeSeconds: number): { token: string; expiresAt: string };
  /** Gives out a token made elsewhere, such as a JWT. */
  register(token: string, grant: TokenGrant, lifetimeSeconds: number): string;
  find(token: string): FoundToken;
  revoke(matches: (grant: TokenGrant) => boolean): void;
}

const KEPT = 5000;

export function createAccessTokens(): AccessTokens {
  const tokens = new Map<string, { grant: TokenGrant; expiresAt: number }>();
  const register = (token: string, grant: TokenGrant, lifetimeSeconds: number) => {
    const expiresAt = Date.now() + lifetimeSeconds * 1000;
    tokens.set(token, { grant, expiresAt });
    const oldest = tokens.keys().next().value;
    if (tokens.size > KEPT && oldest !== undefined) tokens.delete(oldest);
    return new Date(expiresAt).toISOString();
  };
  return {
    register,
    issue(grant, lifetimeSeconds) {
      const token = randomBytes(48).toString('base64url');
      return { token, expiresAt: register(token, grant, lifetimeSeconds) };
    },
    find(token) {
      const known = tokens.get(token);
      if (!known) return { state: 'unknown' };
      return known.expiresAt > Date.now() ? { state: 'valid', grant: known.grant } : { state: 'expired' };
    },
    revoke(matches) {
      for (const [token, { grant }] of tokens) if (matches(grant)) tokens.delete(token);
    },
  };
}

/** The token of an `Authorization: Bearer` header. */
export function bearerOf(authorization: string | undefined): string | undefined {
  return /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1];
}

/** A JWT nobody needs to verify: its key is random, the sandbox knows the whole text. */
export function makeJwt(claims: Record<string, unknown>): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const content = `${part({ typ: 'JWT', alg: 'HS256' })}.${part(claims)}`;
  return `${content}.${createHmac('sha256', randomBytes(32)).update(content).digest('base64url')}`;
}
