import { randomUUID } from 'node:crypto';
import { ScimRefusal } from '../errors';
import { parseFilter } from './filter';
import { applyPatch } from './patch';
import { type Attributes, type GroupMember, plainAttributes, present, SCHEMAS, type ScimGroup, withoutNulls } from './resources';
import type { ScimScope } from './users';

export function listGroups(scope: ScimScope, filterText: string | undefined): Attributes[] {
  const filter = filterText === undefined ? undefined : parseFilter('Group', filterText, scope.switches);
  return [...scope.organization.groups.values()]
    .map((group) => present('Group', group, scope.baseUrl))
    .filter((group) => !filter || filter.matches(group));
}

/** @throws ScimRefusal 404 */
export function readGroup({ organization }: ScimScope, id: string): ScimGroup {
  const group = organization.groups.get(id);
  if (!group) throw new ScimRefusal(404, undefined, `Group ${id} was not found.`);
  return group;
}

/** @throws ScimRefusal 400 for a bad body or a member that is no user here, 409 uniqueness for a name in use (case ignored) */
export function createGroup(scope: ScimScope, body: unknown): ScimGroup {
  const now = scope.clock.iso();
  const group = { id: randomUUID(), createdAt: now, modifiedAt: now, attributes: checkGroup(scope, readBody(body), undefined) };
  scope.organization.groups.set(group.id, group);
  return group;
}

export function replaceGroup(scope: ScimScope, id: string, body: unknown): ScimGroup {
  return store(scope, readGroup(scope, id), readBody(body));
}

export async function patchGroup(scope: ScimScope, id: string, body: unknown): Promise<ScimGroup> {
  const group = readGroup(scope, id);
  return store(scope, group, await applyPatch('Group', group.attributes, body));
}

export function deleteGroup(scope: ScimScope, id: string): void {
  readGroup(scope, id);
  scope.organization.groups.delete(id);
}

function store(scope: ScimScope, group: ScimGroup, changed: Attributes): ScimGroup {
  const stored = { ...group, attributes: checkGroup(scope, changed, group), modifiedAt: scope.clock.iso() };
  scope.organization.groups.set(group.id, stored);
  return stored;
}

/** Entra names a schema of its own beside the core one; only the core one counts. */
function readBody(body: unknown): Attributes {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new ScimRefusal(400, 'invalidSyntax', 'The request body must be one JSON object.');
  const sent = withoutNulls(body) as Attributes;
  return plainAttributes('Group', new SCHEMAS.Group(sent as ConstructorParameters<typeof SCHEMAS.Group>[0], 'in'), sent);
}

function checkGroup(
  { organization }: ScimScope,
  attributes: Attributes,
  existing: ScimGroup | undefined,
): ScimGroup['attributes'] {
  const displayName = typeof attributes.displayName === 'string' ? attributes.displayName.trim() : '';
  if (!displayName) throw new ScimRefusal(400, 'invalidValue', 'displayName is required.');
  const isTaken = [...organization.groups.values()].some(
    (other) => other.id !== existing?.id && other.attributes.displayName.toLowerCase() === displayName.toLowerCase(),
  );
  if (isTaken) throw new ScimRefusal(409, 'uniqueness', 'A group with this displayName already exists.');
  const members = new Map<string, GroupMember>();
  for (const { value } of (attributes.members as GroupMember[] | undefined) ?? []) {
    const user = organization.users.get(value);
    if (!user) throw new ScimRefusal(400, 'invalidValue', `Member ${value} is no user of this organization.`);
    const display = user.attributes.displayName ?? user.attributes.userName;
    members.set(value, { value, display });
  }
  return { ...attributes, displayName, members: [...members.values()] };
}
