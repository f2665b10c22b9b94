import type { MappedAttribute } from './mapAttributes';

type Json = Record<string, unknown>;

const multiValued = /^(\w+)\[type eq "(\w+)"\]\.(\w+)$/;
const extension = /^(urn:[\w.:-]+):(\w+)$/;

/** The value at a mapping's target path in a SCIM resource, as text; undefined when it is not there. */
export function readScimPath(resource: Json, path: string): string | undefined {
  const value = rawValue(resource, path);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return value === undefined || value === null ? undefined : String(value);
}

function rawValue(resource: Json, path: string): unknown {
  const [, list, type, sub] = multiValued.exec(path) ?? [];
  if (list && type && sub) {
    const items = resource[list];
    return Array.isArray(items) ? (items as Json[]).find((item) => item.type === type)?.[sub] : undefined;
  }
  const [, schema, name] = extension.exec(path) ?? [];
  if (schema && name) return (resource[schema] as Json | undefined)?.[name];
  return path.split('.').reduce<unknown>((value, part) => (value as Json | undefined)?.[part], resource);
}

/** The resource of a POST, from the mapped attributes. `active` is a boolean here whatever PATCH does. */
export function buildScimResource(attributes: readonly MappedAttribute[], base: Json): Json {
  const resource: Json = { ...base };
  for (const { path, value } of attributes) write(resource, path, path === 'active' ? value === 'True' : value);
  return resource;
}

function write(resource: Json, path: string, value: unknown): void {
  const [, list, type, sub] = multiValued.exec(path) ?? [];
  if (list && type && sub) {
    resource[list] ??= [];
    const items = resource[list] as Json[];
    const item = items.find((known) => known.type === type);
    if (item) item[sub] = value;
    else items.push({ ...(list === 'emails' ? { primary: true } : {}), type, [sub]: value });
    return;
  }
  const [, schema, name] = extension.exec(path) ?? [];
  const parts = schema && name ? [schema, name] : path.split('.');
  let holder = resource;
  for (const part of parts.slice(0, -1)) {
    holder[part] ??= {};
    holder = holder[part] as Json;
  }
  holder[parts.at(-1) ?? path] = value;
}

export interface Change {
  path: string;
  value: string;
  oldValue: string | undefined;
}

export interface PatchForm {
  /** True in cycles of a job with `?aadOptscim062020`; on-demand calls never use it. */
  isNew: boolean;
  /** How the old form sends `active`. */
  active: 'string' | 'boolean';
}

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** The PATCH body for changed single values: one operation a path, or the newer form that merges them. */
export function patchFor(changes: readonly Change[], form: PatchForm): Json {
  return {
    schemas: [PATCH_OP],
    Operations: form.isNew ? newOperations(changes) : changes.map((change) => oldOperation(change, form)),
  };
}

function oldOperation({ path, value, oldValue }: Change, form: PatchForm): Json {
  const sent = path === 'active' && form.active === 'boolean' ? value === 'True' : value;
  return { op: oldValue === undefined ? 'Add' : 'Replace', path, value: sent };
}

function newOperations(changes: readonly Change[]): Json[] {
  const own: Json[] = [];
  const merged: Change[] = [];
  for (const change of changes) {
    const { path, value, oldValue } = change;
    if (path === 'active') own.push({ op: 'replace', path, value: value === 'True' });
    else if (oldValue === undefined) own.push({ op: 'add', path, value });
    else if (multiValued.test(path)) own.push({ op: 'replace', path, value });
    else merged.push(change);
  }
  const [first] = merged;
  if (merged.length === 1 && first) own.push({ op: 'replace', path: first.path, value: first.value });
  if (merged.length > 1) own.push({ op: 'replace', value: Object.fromEntries(merged.map(({ path, value }) => [path, value])) });
  return own;
}

/** The PATCH body that changes a group's members; `isNew` as in `patchFor`. */
export function memberPatch(added: readonly string[], removed: readonly string[], isNew: boolean): Json {
  const add = added.map((value) => ({ op: isNew ? 'add' : 'Add', path: 'members', value: [{ $ref: null, value }] }));
  const remove = removed.map((value) =>
    isNew ? { op: 'remove', path: `members[value eq "${value}"]` } : { op: 'Remove', path: 'members', value: [{ value }] },
  );
  return { schemas: [PATCH_OP], Operations: [...add, ...remove] };
}
