import SCIMMY from 'scimmy';
import type { MemberType } from '../organizations';

const { Schemas } = SCIMMY;

/** Attributes of a resource as plain JSON, without `id`, `schemas` and `meta`. */
export type Attributes = Record<string, unknown>;

interface StoredResource {
  /** A UUID that is never given to another resource. */
  id: string;
  createdAt: string;
  modifiedAt: string;
  attributes: Attributes;
}

export interface ScimUser extends StoredResource {
  memberType: MemberType;
  /** False for an account that was in the organization before SCIM touched it. */
  provisionedByScim: boolean;
  attributes: Attributes & { userName: string; active: boolean };
}

export interface GroupMember {
  value: string;
  [more: string]: unknown;
}

export interface ScimGroup extends StoredResource {
  attributes: Attributes & { displayName: string; members: GroupMember[] };
}

export type Kind = 'User' | 'Group';

/** scimmy's schema of each kind: it checks types, reads names without case and knows the extensions. */
export const SCHEMAS = { User: Schemas.User, Group: Schemas.Group } as const;
export const ENTERPRISE_USER = Schemas.EnterpriseUser.id;

// scimmy's schemas are shared by the whole process. What is set here is the same for every organization; nothing else is.
// Its types ask for an instance where the code wants the class.
Schemas.User.extend(Schemas.EnterpriseUser as unknown as Parameters<typeof Schemas.User.extend>[0], false);
for (const schema of [Schemas.User, Schemas.EnterpriseUser])
  for (const attribute of schema.definition.attributes) {
    const subAttributes = 'subAttributes' in attribute ? (attribute.subAttributes ?? []) : [];
    // Any label is accepted in `type`: the RFC's values are suggestions there, scimmy makes them a rule.
    for (const { config } of subAttributes) config.canonicalValues = false;
  }

/** True for a key that the schema of this kind declares, whatever its case. */
export function isDeclared(kind: Kind, key: string): boolean {
  try {
    return SCHEMAS[kind].definition.attribute(key) !== undefined;
  } catch {
    return false;
  }
}

/** Drops every null, at any depth: to SCIM a null and a missing attribute are the same (RFC 7643 section 2.5). */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => item !== null).map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (inner === null ? [] : [[key, withoutNulls(inner)]])),
  );
}

const NOT_KEPT = new Set(['id', 'meta', 'schemas', 'password', 'groups']);

/** Plain attributes of a scimmy resource plus the ones that no schema declares, which are kept as they came. */
export function plainAttributes(kind: Kind, resource: object, undeclaredFrom: Attributes): Attributes {
  const declared = JSON.parse(JSON.stringify(resource)) as Attributes;
  const undeclared = Object.entries(undeclaredFrom).filter(([key]) => !isDeclared(kind, key) && !NOT_KEPT.has(key.toLowerCase()));
  return Object.fromEntries([...Object.entries(declared), ...undeclared].filter(([key]) => !NOT_KEPT.has(key)));
}

/** The resource as it is sent: scimmy's shape and order, `meta` with the location, undeclared attributes last. */
export function present(kind: Kind, stored: StoredResource, baseUrl: string): Attributes & { id: string } {
  const { id, createdAt, modifiedAt, attributes } = stored;
  const meta = { created: createdAt, lastModified: modifiedAt };
  const shaped = new SCHEMAS[kind]({ ...derived(kind, attributes, baseUrl), id, meta }, 'out', `${baseUrl}/${kind}s`);
  const undeclared = Object.entries(attributes).filter(([key]) => !isDeclared(kind, key));
  const sent = { ...JSON.parse(JSON.stringify(shaped)), ...Object.fromEntries(undeclared) };
  // A user's schemas say what is in it; a request may have named an extension and sent nothing of it.
  sent.schemas = [SCHEMAS[kind].id, ...Object.keys(sent).filter((key) => key.startsWith('urn:'))];
  return sent;
}

/** Adds what follows from other attributes: the full name of a user, address and type of a group's members. */
function derived(kind: Kind, attributes: Attributes, baseUrl: string): Attributes {
  if (kind === 'Group') {
    const members = attributes.members as GroupMember[];
    if (members.length === 0) return { ...attributes, members: undefined };
    return {
      ...attributes,
      members: members.map((member) => ({ ...member, type: 'User', $ref: `${baseUrl}/Users/${member.value}` })),
    };
  }
  const name = attributes.name as { formatted?: string; givenName?: string; familyName?: string } | undefined;
  const formatted = [name?.givenName, name?.familyName].filter(Boolean).join(' ');
  return name && !name.formatted && formatted ? { ...attributes, name: { ...name, formatted } } : attributes;
}

/** Keeps only `attributes`, or leaves out `excludedAttributes`; `id` and `schemas` always stay (RFC 7644 section 3.9). */
export function project(
  resource: Attributes,
  query: { attributes?: string | undefined; excludedAttributes?: string | undefined },
): Attributes {
  const { attributes, excludedAttributes } = query;
  if (attributes) return pick(resource, names(attributes), true);
  if (excludedAttributes) return pick(resource, names(excludedAttributes), false);
  return resource;
}

const ALWAYS = new Set(['id', 'schemas']);
const names = (list: string) =>
  list
    .split(',')
    .map((name) =>
      name
        .trim()
        .toLowerCase()
        .replace(/^urn:ietf:params:scim:schemas:core:2\.0:(user|group):/, ''),
    )
    .filter(Boolean);

function pick(resource: Attributes, wanted: string[], keep: boolean): Attributes {
  const whole = new Set(wanted);
  const inner = (key: string) =>
    wanted.flatMap((name) => (name.startsWith(`${key}.`) || name.startsWith(`${key}:`) ? [name.slice(key.length + 1)] : []));
  const entries = Object.entries(resource).flatMap(([key, value]): [string, unknown][] => {
    const name = key.toLowerCase();
    if (ALWAYS.has(key)) return [[key, value]];
    if (whole.has(name)) return keep ? [[key, value]] : [];
    const parts = inner(name);
    if (parts.length === 0) return keep ? [] : [[key, value]];
    const narrow = (item: unknown) => (typeof item === 'object' && item !== null ? pick(item as Attributes, parts, keep) : item);
    return [[key, Array.isArray(value) ? value.map(narrow) : narrow(value)]];
  });
  return Object.fromEntries(entries);
}
