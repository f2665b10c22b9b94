import { createHash, randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { SandboxClock } from '../core/clock';
import type { Switches } from '../core/switches';
import type { Organization, Organizations } from './organizations';

export const SCIM_AUTHENTICATOR = 'SCIM Authenticator';

/** A secret of a service account. Only its SHA-256 is kept; the secret itself is shown once, when it is made. */
interface Credential {
  id: string;
  hash: string;
  createdAt: string;
  lastUsedAt: string | undefined;
}

export interface ServiceAccount {
  id: string;
  name: string;
  description: string;
  createdAt: string;
  /** Organization roles by name, with the sandbox time (ms) at which each was given. */
  orgRoles: Map<string, number>;
  keys: Credential[];
  bearerTokens: Credential[];
}

/** A person's request in the dashboard that cannot be done; its message is shown to them. */
export class DashboardRefusal extends Error {
  override readonly name = 'DashboardRefusal';
}

export interface Caller {
  organization: Organization;
  account: ServiceAccount;
}

const sha256 = (secret: string) => createHash('sha256').update(secret).digest('hex');

const LETTERS_AND_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const lettersAndDigits = (length: number) =>
  Array.from({ length }, () => LETTERS_AND_DIGITS[randomInt(LETTERS_AND_DIGITS.length)]).join('');

function newCredential(secret: string, clock: SandboxClock): Credential {
  return { id: randomUUID(), hash: sha256(secret), createdAt: clock.iso(), lastUsedAt: undefined };
}

/** @throws DashboardRefusal when the name is empty or taken in this organization */
export function createServiceAccount(
  organization: Organization,
  { name, description }: { name: string; description: string },
  clock: SandboxClock,
): ServiceAccount {
  if (!name.trim()) throw new DashboardRefusal('Enter a name for the service account.');
  const taken = [...organization.serviceAccounts.values()].some(
    (other) => other.name.toLowerCase() === name.trim().toLowerCase(),
  );
  if (taken) throw new DashboardRefusal(`A service account named "${name.trim()}" already exists in this organization.`);
  const account: ServiceAccount = {
    id: randomUUID(),
    name: name.trim(),
    description: description.trim(),
    createdAt: clock.iso(),
    orgRoles: new Map(),
    keys: [],
    bearerTokens: [],
  };
  organization.serviceAccounts.set(account.id, account);
  return account;
}

/** Leaves exactly `roles`. A role that was there before keeps the time at which it was given. */
export function setOrganizationRoles(account: ServiceAccount, roles: string[], clock: SandboxClock): void {
  account.orgRoles = new Map(roles.map((role) => [role, account.orgRoles.get(role) ?? clock.now()]));
}

/**
 * Makes an opaque bearer token; the return value is the only time it can be read.
 * @throws DashboardRefusal when switch `tokenLimit` allows one token and there is one
 */
export function addBearerToken(account: ServiceAccount, clock: SandboxClock, { tokenLimit }: Switches): string {
  if (tokenLimit === '1' && account.bearerTokens.length > 0)
    throw new DashboardRefusal('This service account already has a bearer token. Delete it before you add another.');
  const token = randomBytes(36).toString('base64url');
  account.bearerTokens.push(newCredential(token, clock));
  return token;
}

/** Makes a key pair for Basic authentication: a UUID, and 32 letters and digits that can be read only now. */
export function addKey(account: ServiceAccount, clock: SandboxClock): { keyId: string; secretKey: string } {
  const secretKey = lettersAndDigits(32);
  const key = newCredential(secretKey, clock);
  account.keys.push(key);
  return { keyId: key.id, secretKey };
}

/**
 * Who an Authorization header stands for: `Bearer <token>` or `Basic base64(keyId:secretKey)`, as switch `auth` allows.
 * Undefined for anything that is not exactly a credential that exists now.
 */
export function authenticate(
  organizations: Organizations,
  authorization: string | undefined,
  { auth }: Switches,
  clock: SandboxClock,
): Caller | undefined {
  const [, scheme = '', value = ''] = /^(bearer|basic) (\S+)$/i.exec(authorization ?? '') ?? [];
  const isBasic = scheme.toLowerCase() === 'basic';
  if (!value || (auth !== 'both' && auth !== scheme.toLowerCase())) return undefined;
  const [keyId, secret] = isBasic ? keyPair(value) : [undefined, value];
  const hash = sha256(secret);
  for (const organization of organizations.values())
    for (const account of organization.serviceAccounts.values()) {
      const credential = isBasic
        ? account.keys.find((key) => key.id === keyId && key.hash === hash)
        : account.bearerTokens.find((token) => token.hash === hash);
      if (!credential) continue;
      credential.lastUsedAt = clock.iso();
      return { organization, account };
    }
  return undefined;
}

function keyPair(encoded: string): [keyId: string, secretKey: string] {
  const decoded = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  return colon < 0 ? ['', ''] : [decoded.slice(0, colon), decoded.slice(colon + 1)];
}

/** True once the role has been given and `roleDelaySeconds` of sandbox time have passed. */
export function mayUseScim(account: ServiceAccount, { roleDelaySeconds }: Switches, clock: SandboxClock): boolean {
  const givenAt = account.orgRoles.get(SCIM_AUTHENTICATOR);
  return givenAt !== undefined && clock.now() >= givenAt + roleDelaySeconds * 1000;
}
