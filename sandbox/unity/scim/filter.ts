import SCIMMY from 'scimmy';
import type { Switches } from '../../core/switches';
import { ScimRefusal } from '../errors';
import { domainOf, isInValidatedDomain, type Organization } from '../organizations';
import { type Attributes, isDeclared, type Kind } from './resources';

/** One comparison of a filter: attribute path in lower case, operator, value. */
export interface Comparison {
  path: string;
  operator: string;
  value: unknown;
}

/** A filter that is understood: comparisons that must all hold. */
export interface ParsedFilter {
  comparisons: Comparison[];
  matches(resource: Attributes): boolean;
}

const CASE_EXACT = new Set(['id', 'externalid']);
const CORE = /urn:ietf:params:scim:schemas:core:2\.0:(?:User|Group):/gi;
const ADDRESS_PATHS = new Set(['username', 'emails.value']);

/**
 * Reads a SCIM filter. Understood are `eq` and `and`, the operators that Entra uses, and `ew` on addresses when switch `domainFilter` says so.
 * Texts compare without case, `id` and `externalId` apart.
 * @throws ScimRefusal 400 invalidFilter for everything else
 */
export function parseFilter(kind: Kind, text: string, { domainFilter }: Switches): ParsedFilter {
  const refuse = (why: string) => new ScimRefusal(400, 'invalidFilter', `The filter is not supported: ${why}`);
  let branches: unknown[];
  try {
    branches = [...new SCIMMY.Types.Filter(text.replace(CORE, ''))];
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error));
  }
  if (branches.length !== 1) throw refuse('"or" is not understood');
  const comparisons = comparisonsOf(branches[0] as Branch, '');
  for (const { path, operator, value } of comparisons) {
    const isAddress = operator === 'ew' && domainFilter === 'ew' && ADDRESS_PATHS.has(path);
    if (operator !== 'eq' && !isAddress) throw refuse(`operator "${operator}" on "${path}" is not understood`);
    if (value === undefined) throw refuse(`"${path} ${operator}" has no value`);
    if (!isDeclared(kind, path)) throw refuse(`there is no attribute "${path}"`);
  }
  const matcher = new SCIMMY.Types.Filter(lowerCased(branches[0] as Branch, ''));
  return { comparisons, matches: (resource) => matcher.match([lowerKeys(resource)]).length > 0 };
}

/**
 * Switch `filterWithoutDomain` set to `error`: a search for a user name outside the validated domains is refused, not answered with an empty list.
 * @throws ScimRefusal 400 invalidFilter
 */
export function refuseWithoutDomain(organization: Organization, filter: ParsedFilter, { filterWithoutDomain }: Switches): void {
  if (filterWithoutDomain === 'empty') return;
  const foreign = filter.comparisons.some(
    ({ path, operator, value }) => path === 'username' && operator === 'eq' && !isInValidatedDomain(organization, String(value)),
  );
  if (foreign) throw new ScimRefusal(400, 'invalidFilter', 'userName must be an address in a validated domain.');
}

/** The user name that a filter asks for, if it names exactly one person. */
export function addressSought({ comparisons }: ParsedFilter): string | undefined {
  const sought = comparisons.find(({ path, operator }) => operator === 'eq' && ADDRESS_PATHS.has(path))?.value;
  return typeof sought === 'string' && domainOf(sought) ? sought.toLowerCase() : undefined;
}

/** scimmy's parsed filter: attribute → comparison, list of comparisons, or the same for its sub-attributes. */
type Branch = { [attribute: string]: Branch | unknown[] };

const isComparison = (value: unknown[]) => value.every((item) => !Array.isArray(item));

function comparisonsOf(branch: Branch, prefix: string): Comparison[] {
  return Object.entries(branch).flatMap(([attribute, value]) => {
    const path = `${prefix}${attribute}`.toLowerCase();
    if (!Array.isArray(value)) return comparisonsOf(value, `${path}.`);
    const all = isComparison(value) ? [value] : (value as unknown[][]);
    return all.map(([operator, ...rest]) => ({ path, operator: String(operator).toLowerCase(), value: rest[0] }));
  });
}

const normal = (path: string, value: unknown) =>
  typeof value === 'string' && !CASE_EXACT.has(path) ? value.toLowerCase() : value;

function lowerCased(branch: Branch, prefix: string): Branch {
  const entries = Object.entries(branch).map(([attribute, value]): [string, Branch | unknown[]] => {
    const path = `${prefix}${attribute}`.toLowerCase();
    if (!Array.isArray(value)) return [attribute.toLowerCase(), lowerCased(value, `${path}.`)];
    const lower = ([operator, expected]: unknown[]) => [String(operator), normal(path, expected)];
    return [attribute.toLowerCase(), isComparison(value) ? lower(value) : (value as unknown[][]).map(lower)];
  });
  return Object.fromEntries(entries);
}

function lowerKeys(value: unknown, path = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => lowerKeys(item, path));
  if (typeof value !== 'object' || value === null) return normal(path, value);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const name = key.toLowerCase();
      return [name, lowerKeys(inner, path ? `${path}.${name}` : name)];
    }),
  );
}
