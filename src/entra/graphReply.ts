import { z } from 'zod';
import { GraphUnreachableError } from '../errors';
import type { GraphCall } from './graphCall';

/** One answer of Graph, of any status. */
export interface GraphReply {
  status: number;
  /** Parsed JSON; undefined when there is none, or when it is no JSON. */
  body: unknown;
  /** From `Retry-After`, in milliseconds; null when absent or unreadable. */
  retryAfterMs: number | null;
  /** `WWW-Authenticate` as it came, empty when absent. */
  challenge: string;
  /** From the `request-id` header or the error body. */
  requestId: string | null;
  /** True for a success that is neither JSON nor empty: somebody else answered, for example a proxy with a page of its own. */
  isForeign?: boolean;
}

const text = z.string().catch('');
const inner = z
  .object({ 'request-id': z.string().optional(), code: z.string().optional() })
  .partial()
  .optional()
  .catch(undefined);
const errorBody = z.object({
  error: z.object({
    code: text,
    message: text,
    innerError: inner,
    innererror: inner,
    details: z
      .array(z.object({ code: text }).catch({ code: '' }))
      .optional()
      .catch(undefined),
  }),
});

/** What an error body says. Codes longer or stranger than a name are dropped, since they end up in facts. */
interface GraphErrorBody {
  /** `error.code` */
  code: string;
  /** Every code in the body: outer, inner and of the details. */
  codes: string[];
  /** Free text of the service: to be searched, never stored or shown. */
  message: string;
  requestId: string | null;
}

/**
 * Reads the error body of Graph, with `innerError` or `innererror`.
 * @see https://learn.microsoft.com/graph/errors
 */
export function errorOf(body: unknown): GraphErrorBody {
  const parsed = errorBody.safeParse(body);
  if (!parsed.success) return { code: 'unknown', codes: [], message: '', requestId: null };
  const { error } = parsed.data;
  const innerOf = error.innerError ?? error.innererror;
  const codes = [error.code, innerOf?.code ?? '', ...(error.details ?? []).map(({ code }) => code)].filter(isName);
  return {
    code: isName(error.code) ? error.code : 'unknown',
    codes,
    message: error.message,
    requestId: identifier(innerOf?.['request-id']),
  };
}

/** A value that may be shown as an id: short, and without white space. */
export function identifier(value: string | null | undefined): string | null {
  return value && /^[\w.:-]{1,100}$/.test(value) ? value : null;
}

/** Parses the body of a good answer. @throws GraphUnreachableError when it has another shape */
export function bodyOf<Out>(call: Pick<GraphCall, 'operation'>, reply: GraphReply, schema: z.ZodType<Out>): Out {
  const parsed = schema.safeParse(reply.body);
  if (parsed.success) return parsed.data;
  throw new GraphUnreachableError({ operation: call.operation, status: reply.status }, { cause: parsed.error });
}

function isName(code: string): boolean {
  return /^[\w.-]{1,120}$/.test(code);
}
