import { type GraphError, unsupportedQuery } from '../graph/graphError';
import type { Comparison, Filter, Literal } from './parseFilter';

type Operator = Comparison | 'in' | 'startswith' | 'endswith' | 'contains' | 'not';

/** What a resource lets a caller filter by. */
export interface Filterable {
  /** Name in error texts, for example `User`. */
  resource: string;
  /** Operators by property, collections through `any()`. Properties that are not here cannot be filtered. */
  filters: Record<string, readonly Operator[]>;
  /** Log queries compare letter by letter; the directory does not. */
  caseSensitive?: boolean;
}

/** Operators that the directory answers only with `ConsistencyLevel: eventual` and `$count=true`. */
const advancedOperators: readonly Operator[] = ['ne', 'not', 'endswith'];

/** @throws GraphError `Request_UnsupportedQuery` when the filter asks for more than the resource offers */
export function checkFilter(filter: Filter, filterable: Filterable, isAdvanced: boolean, collection?: string): void {
  const use = (property: string, operator: Operator) => {
    const allowed = filterable.filters[collection ?? property];
    if (!allowed?.includes(operator) || (collection && property !== ''))
      throw notIndexed(collection ?? property, filterable.resource);
    if (advancedOperators.includes(operator) && !isAdvanced) throw needsAdvanced(operator);
  };
  const checkInner = (inner: Filter) => checkFilter(inner, filterable, isAdvanced, collection);
  if (filter.kind === 'and' || filter.kind === 'or') {
    checkInner(filter.left);
    checkInner(filter.right);
  } else if (filter.kind === 'not') {
    if (!isAdvanced) throw needsAdvanced('not');
    checkInner(filter.operand);
  } else if (filter.kind === 'any') checkFilter(filter.condition, filterable, isAdvanced, filter.property);
  else if (filter.kind === 'compare') use(filter.property, filter.operator);
  else use(filter.property, filter.kind === 'in' ? 'in' : filter.name);
}

function notIndexed(property: string, resource: string): GraphError {
  return unsupportedQuery(
    `Unsupported or invalid query filter clause specified for property '${property}' of resource '${resource}'.`,
  );
}

function needsAdvanced(operator: Operator): GraphError {
  const name = operator === 'endswith' ? 'endsWith' : operator;
  return unsupportedQuery(
    `Operator: '${name}' is not supported because the request lacks ConsistencyLevel: eventual and $count=true.`,
  );
}

/** Does `row` fit? Paths such as `servicePrincipal/id` go into objects; a missing value is null. */
export function matchesFilter(filter: Filter, row: unknown, caseSensitive: boolean): boolean {
  switch (filter.kind) {
    case 'and':
      return matchesFilter(filter.left, row, caseSensitive) && matchesFilter(filter.right, row, caseSensitive);
    case 'or':
      return matchesFilter(filter.left, row, caseSensitive) || matchesFilter(filter.right, row, caseSensitive);
    case 'not':
      return !matchesFilter(filter.operand, row, caseSensitive);
    case 'any': {
      const items = valueAt(row, filter.property);
      return Array.isArray(items) && items.some((item) => matchesFilter(filter.condition, item, caseSensitive));
    }
    case 'compare':
      return compares(valueAt(row, filter.property), filter.operator, filter.value, caseSensitive);
    case 'in':
      return filter.values.some((value) => compares(valueAt(row, filter.property), 'eq', value, caseSensitive));
    case 'function': {
      const value = valueAt(row, filter.property);
      if (typeof value !== 'string') return false;
      const ignoresCase = filter.lowered || !caseSensitive;
      const [text, part] = ignoresCase ? [value.toLowerCase(), filter.value.toLowerCase()] : [value, filter.value];
      if (filter.name === 'startswith') return text.startsWith(part);
      return filter.name === 'endswith' ? text.endsWith(part) : text.includes(part);
    }
  }
}

export function valueAt(row: unknown, path: string): unknown {
  if (path === '') return row;
  return path
    .split('/')
    .reduce<unknown>(
      (value, name) => (value && typeof value === 'object' ? (value as Record<string, unknown>)[name] : undefined),
      row,
    );
}

function compares(value: unknown, operator: Comparison, literal: Literal, caseSensitive: boolean): boolean {
  const fold = (item: unknown) => (typeof item === 'string' && !caseSensitive ? item.toLowerCase() : item);
  const [left, right] = [fold(value ?? null), fold(literal)];
  if (operator === 'eq') return left === right;
  if (operator === 'ne') return left !== right;
  if (left === null || right === null || typeof left !== typeof right) return false;
  const order = sortOrder(left, right);
  if (operator === 'gt') return order > 0;
  if (operator === 'ge') return order >= 0;
  return operator === 'lt' ? order < 0 : order <= 0;
}

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d/i;

/** Instants by time whatever their precision, everything else by its text or number. */
export function sortOrder(left: unknown, right: unknown): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  const [a, b] = [String(left ?? ''), String(right ?? '')];
  if (instant.test(a) && instant.test(b)) return Date.parse(a) - Date.parse(b);
  return a < b ? -1 : Number(a > b);
}
