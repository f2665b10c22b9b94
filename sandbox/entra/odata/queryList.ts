import { type GraphAnswer, type GraphCall, ok } from '../graph/graphCall';
import { badRequest, GraphError, unsupportedQuery } from '../graph/graphError';
import { checkFilter, type Filterable, matchesFilter, sortOrder, valueAt } from './matchFilter';
import { type Filter, FilterSyntaxError, parseFilter } from './parseFilter';

type Row = Record<string, unknown>;

export interface ListResource extends Filterable {
  /** Fragment of `@odata.context`, for example `users`. */
  context: string;
  /** Every property; a `$select` of anything else is an error. */
  properties: readonly string[];
  /** What comes without `$select`; absent: all of it. */
  defaults?: readonly string[];
  orderBy?: readonly string[];
  search?: readonly string[];
  /** Rows of several types: a property that a row does not have is left out instead of being null. */
  isSparse?: boolean;
  /** `$filter` together with `$orderby` is allowed although the query is not an advanced one. */
  ordersFiltered?: boolean;
}

const MAX_TOP = 999;

/**
 * A collection as Graph sends it: filter, search, order, count, select, pages with `@odata.nextLink`.
 * @throws GraphError as the table in section 1.3 of the contract has it
 */
export function queryList(call: GraphCall, resource: ListResource, rows: readonly Row[], pageSize: number): GraphAnswer {
  const { query } = call;
  const hasLevel = call.header('consistencylevel')?.toLowerCase() === 'eventual';
  const counts = query.get('$count')?.toLowerCase() === 'true';
  const filter = filterOf(query.get('$filter'));
  if (query.has('$expand')) throw badRequest('$expand is not supported here.');
  if (filter) checkFilter(filter, resource, hasLevel && counts);
  const sorted = order(call, resource, filter !== undefined && !(hasLevel && counts));
  const search = searchOf(call, resource, hasLevel);
  const found = sorted(
    rows.filter((row) => (!filter || matchesFilter(filter, row, resource.caseSensitive ?? false)) && search(row)),
  );

  const skip = Number(query.get('$skiptoken') ?? 0);
  if (!Number.isInteger(skip) || skip < 0) throw badRequest('The skip token is not valid.');
  const size = topOf(query) ?? pageSize;
  const names = selectedProperties(query, resource);
  const page = found.slice(skip, skip + size).map((row) => pick(row, names, resource.isSparse));
  const hasMore = skip + size < found.length;
  return ok({
    '@odata.context': contextOf(call, resource.context, query.get('$select')),
    ...(counts && hasLevel ? { '@odata.count': found.length } : {}),
    ...(hasMore ? { '@odata.nextLink': nextLink(call, skip + size) } : {}),
    value: page,
  });
}

/** One entity with its `@odata.context`. */
export function queryOne(call: GraphCall, resource: ListResource, row: Row): GraphAnswer {
  const names = selectedProperties(call.query, resource);
  return ok({
    '@odata.context': contextOf(call, resource.context, call.query.get('$select'), '/$entity'),
    ...pick(row, names),
  });
}

/** `/x/$count`: the number as text; without the header Graph refuses it. */
export function queryCount(call: GraphCall, count: number): GraphAnswer {
  if (call.header('consistencylevel')?.toLowerCase() !== 'eventual') throw badRequest('$count is not currently supported.');
  return { status: 200, body: String(count), headers: { 'content-type': 'text/plain' } };
}

export function filterOf(text: string | null): Filter | undefined {
  if (text === null) return undefined;
  try {
    return parseFilter(text);
  } catch (error) {
    if (error instanceof FilterSyntaxError) throw new GraphError(400, 'BadRequest', error.message);
    throw error;
  }
}

function topOf(query: URLSearchParams): number | undefined {
  const text = query.get('$top');
  if (text === null) return undefined;
  const top = Number(text);
  if (!Number.isInteger(top) || top < 1 || top > MAX_TOP)
    throw badRequest(`Invalid page size specified: '${text}'. Must be between 1 and ${MAX_TOP} inclusive.`);
  return top;
}

function order(call: GraphCall, resource: ListResource, isPlainFilter: boolean): (rows: Row[]) => Row[] {
  const text = call.query.get('$orderby');
  if (text === null) return (rows) => rows;
  const [property = '', direction = 'asc'] = text.trim().split(/\s+/);
  if (!resource.orderBy?.includes(property))
    throw unsupportedQuery(`Sorting by '${property}' is not supported for '${resource.resource}'.`);
  if (isPlainFilter && !resource.ordersFiltered) throw unsupportedQuery('Sorting not supported for current query.');
  const sign = direction.toLowerCase() === 'desc' ? -1 : 1;
  return (rows) => [...rows].sort((left, right) => sign * sortOrder(valueAt(left, property), valueAt(right, property)));
}

/** `$search="displayName:lee"`: a word of the property begins with the text. Several terms may be joined by OR. */
function searchOf(call: GraphCall, resource: ListResource, hasLevel: boolean): (row: Row) => boolean {
  const text = call.query.get('$search');
  if (text === null) return () => true;
  if (!hasLevel || !resource.search)
    throw unsupportedQuery(
      "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'",
    );
  const terms = text.split(/\s+OR\s+/).map((term) => {
    const [, property = '', words = ''] = /^"(\w+):(.+)"$/.exec(term.trim()) ?? [];
    if (!resource.search?.includes(property))
      throw unsupportedQuery(`The $search term ${term} is not supported for '${resource.resource}'.`);
    return { property, words: words.toLowerCase() };
  });
  return (row) =>
    terms.some(({ property, words }) => {
      const value = String(row[property] ?? '').toLowerCase();
      return value.startsWith(words) || value.split(/[\s.@_-]+/).some((part) => part.startsWith(words));
    });
}

function selectedProperties(query: URLSearchParams, resource: ListResource): readonly string[] {
  const text = query.get('$select');
  if (text === null) return resource.defaults ?? resource.properties;
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !resource.properties.includes(name));
  if (unknown !== undefined)
    throw new GraphError(
      400,
      'BadRequest',
      `Could not find a property named '${unknown}' on type 'microsoft.graph.${resource.resource}'.`,
    );
  return names;
}

function pick(row: Row, names: readonly string[], isSparse = false): Row {
  const type = '@odata.type' in row ? { '@odata.type': row['@odata.type'] } : {};
  const shown = isSparse ? names.filter((name) => name in row) : names;
  return { ...type, ...Object.fromEntries(shown.map((name) => [name, row[name] ?? null])) };
}

function contextOf(call: GraphCall, context: string, select: string | null = null, suffix = ''): string {
  return `${call.base}/$metadata#${context}${select === null ? '' : `(${select})`}${suffix}`;
}

/** The same query with a skip token; clients follow it as it is. */
function nextLink(call: GraphCall, skip: number): string {
  const query = new URLSearchParams(call.query);
  query.set('$skiptoken', String(skip));
  const path = call.path.split('/').map(encodeURIComponent).join('/');
  return `${call.base}${path}?${query.toString().replaceAll('%24', '$')}`;
}
