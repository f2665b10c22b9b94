import { z } from 'zod';
import type { FaultTable } from '../../core/faults';
import { callerId } from '../login/accessTokens';
import { type GraphAnswer, type GraphCall, ok } from './graphCall';
import { badRequest, errorAnswer, faultError, GraphError, requestIds } from './graphError';

const MOST_ITEMS = 20;
const itemSchema = z.object({
  id: z.string().min(1),
  method: z.string(),
  url: z.string().min(1),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.unknown().optional(),
  dependsOn: z.array(z.string()).optional(),
});
const batchSchema = z.object({ requests: z.array(itemSchema).min(1) });
type BatchItem = z.infer<typeof itemSchema>;

/** Answers one item as if it had come alone, with the token of the batch. */
export type AnswerItem = (item: BatchItem, outer: GraphCall) => Promise<GraphAnswer>;

/**
 * `POST /$batch`: each item has its own status inside a 200. Answers come in another order than the requests, for
 * Graph promises none. A failed dependency is 424.
 */
export function answerBatch(answerItem: AnswerItem, faults: FaultTable, now: () => string) {
  return async (call: GraphCall): Promise<GraphAnswer> => {
    const items = itemsOf(call.body);
    const answers = new Map<string, Promise<GraphAnswer>>();
    const answer = (item: BatchItem): Promise<GraphAnswer> => {
      const started = answers.get(item.id) ?? answerAfterDependencies(item);
      answers.set(item.id, started);
      return started;
    };

    async function answerAfterDependencies(item: BatchItem): Promise<GraphAnswer> {
      const before = await Promise.all((item.dependsOn ?? []).map((id) => answer(items.find((other) => other.id === id)!)));
      const refuse = (error: GraphError) => errorAnswer(error, { ...requestIds(undefined), date: now() });
      if (before.some(({ status }) => status >= 400))
        return refuse(new GraphError(424, 'FailedDependency', 'A request this one depends on has failed.'));
      if (item.body !== undefined && !Object.keys(item.headers ?? {}).some((name) => name.toLowerCase() === 'content-type'))
        return refuse(badRequest('Content-Type header is missing for a request with a body.'));
      return (await faultFor(item, callerId(call.caller))) ?? answerItem(item, call);
    }

    async function faultFor(item: BatchItem, caller: string): Promise<GraphAnswer | undefined> {
      const fault = faults.match('graph', item.method.toUpperCase(), `/v1.0${item.url}`, caller);
      if (!fault) return undefined;
      await faults.pass(fault);
      const { effect } = fault;
      if (effect.kind !== 'status') return undefined;
      if (effect.body !== undefined) return { status: effect.status, body: effect.body, headers: effect.headers };
      const answered = errorAnswer(faultError(effect.status), { ...requestIds(undefined), date: now() });
      return { ...answered, headers: { ...answered.headers, ...effect.headers } };
    }

    const responses = await Promise.all(
      items.map(async (item) => {
        const { status, headers = {}, body } = await answer(item);
        const itemHeaders = { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers };
        return { id: item.id, status, headers: itemHeaders, ...(body === undefined ? {} : { body }) };
      }),
    );
    return ok({ responses: responses.reverse() });
  };
}

/** @throws GraphError 400 for the whole batch */
function itemsOf(body: unknown): BatchItem[] {
  const parsed = batchSchema.safeParse(body);
  if (!parsed.success) throw badRequest('Invalid batch payload format.');
  const items = parsed.data.requests;
  if (items.length > MOST_ITEMS) throw badRequest(`The number of batch requests exceeds the limit of ${MOST_ITEMS}.`);
  const ids = items.map(({ id }) => id.toLowerCase());
  if (new Set(ids).size < ids.length) throw badRequest('Request ids in a batch must be unique.');
  if (items.some(({ url }) => /^https?:/i.test(url) || /^\/?\$batch/.test(url)))
    throw badRequest('The url of a batch request must be relative and cannot be a batch.');
  for (const item of items) item.url = item.url.startsWith('/') ? item.url : `/${item.url}`;
  checkDependencies(items);
  return items;
}

function checkDependencies(items: readonly BatchItem[]): void {
  const done = new Set<string>();
  let remaining = [...items];
  while (remaining.length > 0) {
    const ready = remaining.filter(({ dependsOn = [] }) => dependsOn.every((id) => done.has(id)));
    if (ready.length === 0) throw badRequest('dependsOn names an unknown request or goes round in a circle.');
    for (const { id } of ready) done.add(id);
    remaining = remaining.filter((item) => !ready.includes(item));
  }
}
