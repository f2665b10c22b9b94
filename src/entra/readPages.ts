import { z } from 'zod';
import { GraphUnreachableError } from '../errors';
import type { Graph, GraphCall } from './graphCall';
import { bodyOf } from './graphReply';

const MOST_PAGES = 1000;

const page = z.object({ value: z.array(z.unknown()), '@odata.nextLink': z.string().optional() });

/**
 * Reads a list to its end, or until `most` items are there. The next link is followed exactly as it came; the transport refuses one
 * that leaves Graph's own origin, since a token would go with it.
 * @throws GraphUnreachableError when an item has another shape, or the pages go in a circle
 * @see https://learn.microsoft.com/graph/paging
 */
export async function readPages<Item>(
  graph: Graph,
  call: Omit<GraphCall, 'method'>,
  item: z.ZodType<Item>,
  most = Number.POSITIVE_INFINITY,
): Promise<Item[]> {
  const items: Item[] = [];
  const seen = new Set<string>();
  let next: string | undefined = call.path;
  while (next !== undefined && items.length < most) {
    if (seen.has(next) || seen.size >= MOST_PAGES) throw new GraphUnreachableError({ operation: call.operation, status: 200 });
    seen.add(next);
    const reply = await graph.send({ ...call, method: 'GET', path: next });
    const body: z.infer<typeof page> = bodyOf(call, reply, page);
    items.push(...bodyOf(call, { ...reply, body: body.value }, z.array(item)));
    next = body['@odata.nextLink'];
  }
  return items.slice(0, most);
}
