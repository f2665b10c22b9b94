import SCIMMY from 'scimmy';
import { ScimRefusal } from '../errors';
import { type Attributes, ENTERPRISE_USER, isDeclared, type Kind, plainAttributes, SCHEMAS, withoutNulls } from './resources';

interface Operation {
  op: 'add' | 'replace' | 'remove';
  path: string;
  value?: unknown;
}

const CORE = /^urn:ietf:params:scim:schemas:core:2\.0:(?:User|Group):/i;
const VALUE_PATH = /^([^[\]]+)\[(.+)\](?:\.(.+))?$/;

/**
 * Applies a PatchOp to a copy of the attributes, all operations or none.
 * scimmy does the work; before it, Entra's forms are brought to the RFC's: any case in `op`, `"True"` and `"False"` as texts, operations
 * without path whose value holds dotted keys, lists of `{value}` for single values, `$ref: null`, a value path that matches nothing yet.
 * @throws ScimRefusal with the scimType of RFC 7644 section 3.5.2
 */
export async function applyPatch(kind: Kind, attributes: Attributes, body: unknown): Promise<Attributes> {
  const message = new SCIMMY.Messages.PatchOp(withoutNulls(body) as ConstructorParameters<typeof SCIMMY.Messages.PatchOp>[0]);
  let current = attributes;
  for (const operation of (message.Operations as unknown as Partial<Operation>[]).flatMap((sent) => unfold(kind, sent)))
    current = await applyOne(kind, current, operation);
  return current;
}

/** One operation per path: an operation without path becomes one for each key of its value. */
function unfold(kind: Kind, { op, path, value }: Partial<Operation>): Operation[] {
  const lowerOp = String(op).toLowerCase() as Operation['op'];
  if (path !== undefined && path !== '') return [{ op: lowerOp, path: fullPath(kind, path), value }];
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ScimRefusal(400, 'invalidValue', 'An operation without path needs an object as its value.');
  return Object.entries(value)
    .filter(([key]) => !['schemas', 'id', 'meta'].includes(key.toLowerCase()))
    .map(([key, inner]) => ({ op: lowerOp, path: fullPath(kind, key), value: inner }));
}

/** Drops the core schema's prefix, and adds the enterprise extension's where only that declares the attribute (`manager`). */
function fullPath(kind: Kind, path: string): string {
  const plain = path.replace(CORE, '');
  const enterprise = `${ENTERPRISE_USER}:${plain}`;
  return kind === 'User' && !isDeclared(kind, withoutFilter(plain)) && isDeclared(kind, enterprise) ? enterprise : plain;
}

const withoutFilter = (path: string) => path.replace(/\[.*?\]/g, '');

async function applyOne(kind: Kind, attributes: Attributes, operation: Operation): Promise<Attributes> {
  const { op, path } = operation;
  if (/^(id|meta)(\.|$)/i.test(path)) throw new ScimRefusal(400, 'mutability', `"${path}" is read-only.`);
  if (!isDeclared(kind, withoutFilter(path))) return setUndeclared(kind, attributes, operation);
  const value = inSchemaTypes(kind, path, operation.value);
  const resource = new SCHEMAS[kind](attributes as ConstructorParameters<(typeof SCHEMAS)[Kind]>[0], 'in');
  const missing = op === 'remove' ? undefined : missingElement(attributes, path, value);
  if (missing && op === 'replace') throw new ScimRefusal(400, 'noTarget', `"${path}" matches no value.`);
  const ready = missing
    ? { op, path: missing.attribute, value: [missing.element] }
    : { op, path, ...(op === 'remove' && !value ? {} : { value }) };
  const message = new SCIMMY.Messages.PatchOp({ schemas: [SCIMMY.Messages.PatchOp.id], Operations: [ready] });
  const changed = await message.apply(resource);
  return changed ? plainAttributes(kind, changed, attributes) : attributes;
}

/** For `emails[type eq "home"].value` without such an element: the element to add, `{type: "home", value}`. */
function missingElement(
  attributes: Attributes,
  path: string,
  value: unknown,
): { attribute: string; element: unknown } | undefined {
  const [, attribute, filterText, subAttribute] = VALUE_PATH.exec(path) ?? [];
  if (attribute === undefined || filterText === undefined) return undefined;
  const [, existing] = Object.entries(attributes).find(([key]) => key.toLowerCase() === attribute.toLowerCase()) ?? [];
  const filter = new SCIMMY.Types.Filter(filterText);
  if (Array.isArray(existing) && filter.match(existing).length > 0) return undefined;
  const [, key = '', wanted] = /^\s*(\S+)\s+eq\s+"(.*)"\s*$/i.exec(filterText) ?? [];
  const fromFilter = key ? { [key]: wanted } : {};
  return {
    attribute,
    element: subAttribute ? { ...fromFilter, [subAttribute]: value } : { ...fromFilter, ...(value as object) },
  };
}

/** Texts `"True"`/`"False"` where the schema wants a boolean, and a list of one where it wants a single value. */
function inSchemaTypes(kind: Kind, path: string, value: unknown): unknown {
  const attribute = SCHEMAS[kind].definition.attribute(withoutFilter(path));
  if (!(attribute instanceof SCIMMY.Types.Attribute)) return value;
  const single = !attribute.config.multiValued && Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (attribute.type === 'boolean') return asBoolean(single);
  if (attribute.type !== 'complex') return isBoxed(single) ? single.value : single;
  if (!attribute.config.multiValued && typeof single === 'string') return { value: single };
  const flags = (attribute.subAttributes ?? []).filter(({ type }) => type === 'boolean').map(({ name }) => name);
  const typed = (item: unknown) =>
    typeof item === 'object' && item !== null
      ? Object.fromEntries(Object.entries(item).map(([key, inner]) => [key, flags.includes(key) ? asBoolean(inner) : inner]))
      : item;
  return Array.isArray(single) ? single.map(typed) : typed(single);
}

const isBoxed = (value: unknown): value is { value: unknown } => typeof value === 'object' && value !== null && 'value' in value;

function asBoolean(value: unknown): unknown {
  const plain = isBoxed(value) ? value.value : value;
  if (typeof plain !== 'string') return plain;
  return { true: true, false: false }[plain.toLowerCase()] ?? plain;
}

/** An attribute that no schema declares is kept as it came; removing it forgets it. */
function setUndeclared(kind: Kind, attributes: Attributes, { op, path, value }: Operation): Attributes {
  const top = path.startsWith('urn:') ? path : (path.split('.')[0] ?? path);
  if (isDeclared(kind, top) || /[[\]]/.test(path)) throw new ScimRefusal(400, 'invalidPath', `There is no attribute "${path}".`);
  const { [path]: _forgotten, ...others } = attributes;
  return op === 'remove' ? others : { ...others, [path]: value };
}
