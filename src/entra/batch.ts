import { z } from 'zod';
import { retryAfterMs } from '../provisioning/retryAfter';
import type { Graph } from './graphCall';
import { bodyOf, errorOf, type GraphReply, identifier } from './graphReply';

const MOST_ITEMS = 20;
const BUSY = new Set([429, 500, 502, 503, 504]);

const batchAnswer = z.object({
  responses: z.array(
    z.object({
      id: z.coerce.string(),
      status: z.int(),
      headers: z.record(z.string(), z.coerce.string()).nullish(),
      body: z.unknown(),
    }),
  ),
});

/**
 * Reads several addresses in one call for each 20 of them; gives their answers, of any status, in the order asked.
 * A throttled item comes back as 429 inside a 200: such items alone are asked again, under the rules of every read.
 * Each item needs the permission that it would need by itself.
 * @param paths - below `/v1.0`, encoded
 * @see https://learn.microsoft.com/graph/json-batching
 */
export async function batchGet(graph: Graph, operation: string, paths: readonly string[]): Promise<GraphReply[]> {
  const replies: GraphReply[] = [];
  for (let start = 0; start < paths.length; start += MOST_ITEMS) {
    replies.push(...(await batchOnce(graph, operation, paths.slice(start, start + MOST_ITEMS))));
  }
  return replies;
}

async function batchOnce(graph: Graph, operation: string, paths: readonly string[]): Promise<GraphReply[]> {
  const replies = new Map<string, GraphReply>();
  const outstanding = () =>
    paths.map((url, index) => ({ id: String(index), method: 'GET', url })).filter(({ id }) => isOpen(replies.get(id)));
  const reply = await graph.ask({
    operation,
    method: 'POST',
    path: '/$batch',
    area: 'directory',
    changesNothing: true,
    body: () => ({ requests: outstanding() }),
    judge(whole) {
      for (const item of bodyOf({ operation }, whole, batchAnswer).responses) replies.set(item.id, itemReply(item));
      return worstOf(
        whole,
        outstanding().map(({ id }) => replies.get(id)),
      );
    },
  });
  // An item without an answer shares that of the whole call: then the call itself failed.
  return paths.map((_, index) => replies.get(String(index)) ?? reply);
}

function isOpen(reply: GraphReply | undefined): boolean {
  return reply === undefined || BUSY.has(reply.status);
}

/** The whole call counts as busy while an item is; the longest wait that an item asks for holds. */
function worstOf(whole: GraphReply, open: (GraphReply | undefined)[]): GraphReply {
  if (open.length === 0) return whole;
  const waits = open.map((reply) => reply?.retryAfterMs ?? null).filter((wait) => wait !== null);
  const status = open.find((reply) => reply !== undefined)?.status ?? 502;
  return { ...whole, status, retryAfterMs: waits.length > 0 ? Math.max(...waits) : null };
}

function itemReply(item: z.infer<typeof batchAnswer>['responses'][number]): GraphReply {
  const headers = new Headers(item.headers ?? {});
  return {
    status: item.status,
    body: item.body,
    retryAfterMs: retryAfterMs(headers.get('retry-after'), Date.now()),
    challenge: headers.get('www-authenticate') ?? '',
    requestId: identifier(headers.get('request-id')) ?? errorOf(item.body).requestId,
  };
}
