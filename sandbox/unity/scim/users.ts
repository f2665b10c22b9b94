import { randomUUID } from 'node:crypto';
import type { SandboxClock } from '../../core/clock';
import type { Switches } from '../../core/switches';
import { ScimRefusal } from '../errors';
import { findUser, isInValidatedDomain, type Organization } from '../organizations';
import { addressSought, type ParsedFilter, parseFilter, refuseWithoutDomain } from './filter';
import { applyPatch } from './patch';
import { type Attributes, plainAttributes, present, SCHEMAS, type ScimUser, withoutNulls } from './resources';

/** What an operation on one organization needs to know. */
export interface ScimScope {
  organization: Organization;
  switches: Switches;
  clock: SandboxClock;
  /** `<origin>/scim/v2/tenants/{genesisId}`, for locations. */
  baseUrl: string;
}

/** True for accounts that SCIM may see: its own, and members in a validated domain where a switch shows those. */
function isVisible({ organization, switches }: ScimScope, user: ScimUser): boolean {
  if (user.provisionedByScim) return true;
  return (
    isInValidatedDomain(organization, user.attributes.userName) &&
    (switches.listScope === 'validatedDomains' || switches.existingAccount === 'link')
  );
}

/** Listed are SCIM's own users; a member from before only if switch `listScope` says so, or if the filter asks for exactly that person. */
function isListed(scope: ScimScope, user: ScimUser, filter: ParsedFilter | undefined): boolean {
  if (user.provisionedByScim || scope.switches.listScope === 'validatedDomains') return isVisible(scope, user);
  return isVisible(scope, user) && filter !== undefined && addressSought(filter) === user.attributes.userName.toLowerCase();
}

export function listUsers(scope: ScimScope, filterText: string | undefined): Attributes[] {
  const filter = filterText === undefined ? undefined : parseFilter('User', filterText, scope.switches);
  if (filter) refuseWithoutDomain(scope.organization, filter, scope.switches);
  return [...scope.organization.users.values()]
    .filter((user) => isListed(scope, user, filter))
    .map((user) => present('User', user, scope.baseUrl))
    .filter((user) => !filter || filter.matches(user));
}

/** @throws ScimRefusal 404 */
export function readUser(scope: ScimScope, id: string): ScimUser {
  const user = scope.organization.users.get(id);
  if (!user || !isVisible(scope, user)) throw new ScimRefusal(404, undefined, `User ${id} was not found.`);
  return user;
}

/** @throws ScimRefusal 400 for a bad body or a foreign domain, 409 uniqueness for a user name in use (case ignored) */
export function createUser(scope: ScimScope, body: unknown): ScimUser {
  const attributes = checkUser(scope, readBody(body), undefined);
  const now = scope.clock.iso();
  const active = attributes.active || scope.switches.onActiveFalse === 'ignore';
  const user: ScimUser = {
    id: randomUUID(),
    memberType: 'user',
    provisionedByScim: true,
    createdAt: now,
    modifiedAt: now,
    attributes: { ...attributes, active },
  };
  scope.organization.users.set(user.id, user);
  return user;
}

export function replaceUser(scope: ScimScope, id: string, body: unknown): ScimUser {
  return store(scope, readUser(scope, id), readBody(body));
}

export async function patchUser(scope: ScimScope, id: string, body: unknown): Promise<ScimUser> {
  const user = readUser(scope, id);
  return store(scope, user, await applyPatch('User', user.attributes, body));
}

/** Deletes for good: the id is never used again, and groups lose the member. */
export function deleteUser(scope: ScimScope, id: string): void {
  readUser(scope, id);
  scope.organization.users.delete(id);
  for (const group of scope.organization.groups.values())
    group.attributes.members = group.attributes.members.filter((member) => member.value !== id);
}

/** Stores changed attributes; what becomes of somebody who is no longer active is switch `onActiveFalse`. */
function store(scope: ScimScope, user: ScimUser, changed: Attributes): ScimUser {
  const attributes = checkUser(scope, changed, user);
  const leaves = user.attributes.active && !attributes.active;
  const { onActiveFalse } = scope.switches;
  if (leaves && onActiveFalse === 'reject')
    throw new ScimRefusal(400, 'mutability', 'The attribute "active" cannot be set to false.');
  if (leaves && onActiveFalse === 'ignore') attributes.active = true;
  const stored = { ...user, attributes, provisionedByScim: true, modifiedAt: scope.clock.iso() };
  scope.organization.users.set(user.id, stored);
  if (leaves && onActiveFalse === 'delete') deleteUser(scope, user.id);
  return stored;
}

/** Attributes of a request body, checked by scimmy. `"True"` and `"False"` are accepted for `active`. */
function readBody(body: unknown): Attributes {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new ScimRefusal(400, 'invalidSyntax', 'The request body must be one JSON object.');
  const sent = withoutNulls(body) as Attributes;
  for (const [key, value] of Object.entries(sent))
    if (key.toLowerCase() === 'active' && typeof value === 'string')
      sent[key] = { true: true, false: false }[value.toLowerCase()] ?? value;
  return plainAttributes('User', new SCHEMAS.User(sent as ConstructorParameters<typeof SCHEMAS.User>[0], 'in'), sent);
}

/** Rules on user names, and what is filled in when it was not sent: `active`, and the work address from `userName`. */
function checkUser(
  { organization, switches }: ScimScope,
  attributes: Attributes,
  existing: ScimUser | undefined,
): ScimUser['attributes'] {
  const userName = typeof attributes.userName === 'string' ? attributes.userName.trim() : '';
  if (!userName) throw new ScimRefusal(400, 'invalidValue', 'userName is required.');
  const isNew = userName.toLowerCase() !== existing?.attributes.userName.toLowerCase();
  if (isNew && switches.foreignDomain === 'reject' && !isInValidatedDomain(organization, userName))
    throw new ScimRefusal(400, 'invalidValue', 'userName must be an address in a validated domain of the organization.');
  const other = findUser(organization, userName);
  if (other && other.id !== existing?.id) throw new ScimRefusal(409, 'uniqueness', 'A user with this userName already exists.');
  const emails = Array.isArray(attributes.emails) && attributes.emails.length > 0 ? attributes.emails : undefined;
  return {
    ...attributes,
    userName,
    active: attributes.active !== false,
    emails: emails ?? [{ value: userName, type: 'work', primary: true }],
  };
}
