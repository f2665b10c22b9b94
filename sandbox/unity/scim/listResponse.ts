import SCIMMY from 'scimmy';
import { ScimRefusal } from '../errors';
import type { Attributes } from './resources';

const { ListResponse } = SCIMMY.Messages;

export interface Page {
  startIndex?: string | undefined;
  count?: string | undefined;
  sortBy?: string | undefined;
  sortOrder?: string | undefined;
}

/** Resources in a page when the client names no `count` and the server has no limit of its own. */
const DEFAULT_COUNT = 100;

function integer(name: string, text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  if (!/^-?\d+$/.test(text)) throw new ScimRefusal(400, 'invalidValue', `${name} must be an integer, not "${text}".`);
  return Number(text);
}

/**
 * A SCIM ListResponse. `totalResults` counts every hit before paging; `startIndex` below 1 means 1, a negative `count` means 0,
 * `maxPageSize` (0: none) caps a page.
 */
export function listResponse(
  hits: Attributes[],
  { startIndex, count, sortBy, sortOrder }: Page,
  maxPageSize: number,
): Attributes {
  const first = Math.max(1, integer('startIndex', startIndex) ?? 1);
  const asked = Math.max(0, integer('count', count) ?? (maxPageSize || DEFAULT_COUNT));
  const size = maxPageSize > 0 ? Math.min(asked, maxPageSize) : asked;
  // scimmy sorts; it does not page here, since past the last hit it starts again from the first.
  const order = sortOrder === 'descending' ? ('descending' as const) : ('ascending' as const);
  const sorted = sortBy
    ? new ListResponse([...hits] as unknown as ConstructorParameters<typeof ListResponse>[0], {
        sortBy,
        sortOrder: order,
        count: hits.length,
      }).Resources
    : hits;
  const page = sorted.slice(first - 1, first - 1 + size);
  return {
    schemas: [ListResponse.id],
    totalResults: hits.length,
    startIndex: first,
    itemsPerPage: page.length,
    Resources: page,
  };
}
