import type { TokenCredential } from '@azure/identity';
import { codeOf, GraphUnreachableError } from '../errors';
import type { Graph, GraphCall } from './graphCall';
import { graphErrorOf, isChallenge, isCredentialFailure } from './graphErrors';
import { errorOf, type GraphReply } from './graphReply';
import { type GraphTransport, NoAnswer } from './graphTransport';

const TRIES = 3;
const FIRST_WAIT_MS = 1000;
const LONGEST_RETRY_AFTER_MS = 60_000;
const REPEATED_STATUSES = new Set([429, 500, 502, 503, 504]);
const DEFAULT_TIMEOUT_MS = 30_000;

/** What pino offers; bodies, addresses and tokens are never given to it. */
export interface EntraLog {
  debug(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

interface SendGraphDeps {
  transport: GraphTransport;
  credential: TokenCredential;
  wait(milliseconds: number): Promise<void>;
  /** 0 to 1, for the jitter. */
  random(): number;
  log?: EntraLog | undefined;
  /** A person waits: no repeats. */
  forQuery: boolean;
  /** First wait before a repeat without `Retry-After`, in ms; default 1 s. */
  firstWaitMs?: number | undefined;
  /** For each try of a call that names no time of its own, in ms; default 30 s. */
  timeoutMs?: number | undefined;
  /** What the caller has left, for each try: goes before every other time. */
  timeoutSeconds?: number | undefined;
  /** Ends waiting and repeating; the caller has no use for the answer any more. */
  signal?: AbortSignal | undefined;
}

/**
 * The one owner of retries towards Graph. GET, PUT, DELETE and POSTs that change nothing are sent up to 3 times on 429, 500, 502,
 * 503, 504 and when no answer of Graph's came, after `Retry-After` (up to 60 s; when Graph asks for more it ends at once) or else 1 and 2 s
 * give or take a fifth. Any other POST is sent once, and for a query nothing is repeated. Each try asks for a fresh token.
 * Apart from that, one 401 from /synchronization is asked again, whatever the call: after 1 s, for a query at once.
 * @see https://learn.microsoft.com/graph/throttling
 */
export function createGraph(deps: SendGraphDeps): Graph {
  return {
    ask: (call) => sendUntilAnswered(deps, call),
    async send(call) {
      const reply = await sendUntilAnswered(deps, call);
      if (isSuccess(reply)) return reply;
      throw graphErrorOf(call, reply);
    },
  };
}

async function sendUntilAnswered(deps: SendGraphDeps, call: GraphCall): Promise<GraphReply> {
  const mayRepeat = !deps.forQuery && (call.method !== 'POST' || call.changesNothing === true);
  let repeatedUnauthorized = false;
  for (let tried = 1; ; tried++) {
    const reply = await sendOnce(deps, call, tried);
    if (reply !== undefined && isSuccess(reply)) return reply;
    if (reply !== undefined && !repeatedUnauthorized && mayBeEarly(call, reply)) {
      repeatedUnauthorized = true;
      tried--;
      if (!deps.forQuery) await untilAborted(deps.signal, deps.wait(deps.firstWaitMs ?? FIRST_WAIT_MS));
      continue;
    }
    const waitMs = mayRepeat && tried < TRIES && !deps.signal?.aborted ? waitBefore(deps, tried, reply) : undefined;
    if (waitMs === undefined) {
      if (reply !== undefined && !reply.isForeign) return reply;
      throw new GraphUnreachableError({ operation: call.operation, status: reply?.status ?? null });
    }
    await untilAborted(deps.signal, deps.wait(waitMs));
  }
}

/** undefined: no answer came. Errors of the credential pass through: they say who must sign in. */
async function sendOnce(deps: SendGraphDeps, call: GraphCall, tried: number): Promise<GraphReply | undefined> {
  const boundMs = deps.timeoutSeconds === undefined ? undefined : deps.timeoutSeconds * 1000;
  const timeout = AbortSignal.timeout(boundMs ?? call.timeoutMs ?? deps.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  const signal = deps.signal ? AbortSignal.any([timeout, deps.signal]) : timeout;
  const startedAt = performance.now();
  const fields = () => ({ operation: call.operation, tried, durationMs: Math.round(performance.now() - startedAt) });
  try {
    const received = await deps.transport(call, patientCredential(deps), signal);
    const reply = call.judge && isSuccess(received) ? call.judge(received) : received;
    const { status, requestId } = reply;
    if (isSuccess(reply) || status === 404) deps.log?.debug({ ...fields(), status, requestId }, 'Graph answered');
    else deps.log?.warn({ ...fields(), status, requestId, graphCode: errorOf(reply.body).code }, 'Graph answered with an error');
    return reply;
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    deps.log?.warn({ ...fields(), why: error.why }, 'Graph gave no answer');
    return undefined;
  }
}

/** The token service may be away for a moment: nothing was sent to Graph by then, so asking again is safe for every call. */
function patientCredential({ credential, forQuery, wait, firstWaitMs = FIRST_WAIT_MS }: SendGraphDeps): TokenCredential {
  return {
    async getToken(scopes, options) {
      for (let tried = 1; ; tried++) {
        try {
          return await credential.getToken(scopes, options);
        } catch (error) {
          const mayPass = codeOf(error) === 'token_service_unreachable' && !options?.abortSignal?.aborted;
          if (!mayPass || forQuery || tried >= TRIES) throw error;
          await wait(firstWaitMs * 2 ** (tried - 1));
        }
      }
    },
  };
}

/** undefined: repeating is of no use. */
function waitBefore(
  { random, firstWaitMs = FIRST_WAIT_MS }: SendGraphDeps,
  tried: number,
  reply: GraphReply | undefined,
): number | undefined {
  if (reply !== undefined && !reply.isForeign && !REPEATED_STATUSES.has(reply.status)) return undefined;
  const asked = reply?.retryAfterMs ?? null;
  if (asked !== null) return asked <= LONGEST_RETRY_AFTER_MS ? asked : undefined;
  return Math.round(firstWaitMs * 2 ** (tried - 1) * (0.8 + 0.4 * random()));
}

/**
 * 401 from /synchronization while rights or a new app still spread through Entra: worth one more call with a fresh token,
 * a POST too, since a call that was not let in changed nothing.
 */
function mayBeEarly(call: GraphCall, reply: GraphReply): boolean {
  return call.area === 'synchronization' && reply.status === 401 && !isChallenge(reply) && !isCredentialFailure(reply);
}

function isSuccess({ status, isForeign }: GraphReply): boolean {
  return status >= 200 && status < 300 && !isForeign;
}

function untilAborted(signal: AbortSignal | undefined, waiting: Promise<void>): Promise<void> {
  if (!signal) return waiting;
  return new Promise((resolve, reject) => {
    const stop = () => resolve(); // the next look at the signal ends the loop
    signal.addEventListener('abort', stop, { once: true });
    waiting.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
