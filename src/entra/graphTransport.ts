import { randomUUID } from 'node:crypto';
import type { TokenCredential } from '@azure/identity';
import {
  Client,
  type Context,
  HTTPMessageHandler,
  type Middleware,
  type MiddlewareOptions,
  ResponseType,
} from '@microsoft/microsoft-graph-client';
import { SignInNeededError } from '../errors';
import { retryAfterMs } from '../provisioning/retryAfter';
import type { GraphCall } from './graphCall';
import { errorOf, type GraphReply, identifier } from './graphReply';

/** Sends a call once, with a fresh token. @throws NoAnswer when nothing usable came back */
export type GraphTransport = (call: GraphCall, credential: TokenCredential, signal: AbortSignal) => Promise<GraphReply>;

/** Nothing came back: refused connection, broken answer, or out of time. It keeps no cause, which could quote a header. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  constructor(readonly why: string) {
    super(`No answer: ${why}`);
  }
}

/** The address of Graph, and the only origin that ever gets a token. */
interface GraphAddress {
  origin: string;
  /** Origin and path before the version. */
  baseUrl: string;
}

/**
 * Reads GRAPH_URL, with or without a version at its end.
 * @throws Error when it is neither https nor on this machine: a token must not travel in the clear
 */
export function graphAddress(graphUrl: string): GraphAddress {
  const url = new URL(graphUrl);
  const onThisMachine = url.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  if (url.protocol !== 'https:' && !onThisMachine) throw new Error(`GRAPH_URL must be https: ${url.origin}`);
  return { origin: url.origin, baseUrl: url.origin + url.pathname.replace(/\/+$/, '').replace(/\/v1\.0$/, '') };
}

class OneTry implements MiddlewareOptions {
  constructor(
    readonly token: string,
    /** A nextLink is sent exactly as it came. */
    readonly exactUrl: string | undefined,
  ) {}
}

/**
 * Sets the Authorization header, only for the origin of GRAPH_URL. It stands where the SDK's own authentication would:
 * that one trusts a list of hosts without ports, and deletes the header on anything but https.
 */
class AuthorizeOwnOrigin implements Middleware {
  private next: Middleware | undefined;
  constructor(private readonly origin: string) {}

  setNext(next: Middleware): void {
    this.next = next;
  }

  async execute(context: Context): Promise<void> {
    const oneTry = context.middlewareControl?.getMiddlewareOptions(OneTry) as OneTry | undefined;
    const url = oneTry?.exactUrl ?? String(context.request);
    if (!oneTry || new URL(url).origin !== this.origin) throw new NoAnswer('address of another origin');
    context.request = url;
    context.options = {
      ...context.options,
      headers: { ...(context.options?.headers as Record<string, string>), Authorization: `Bearer ${oneTry.token}` },
    };
    await this.next?.execute(context);
  }
}

/**
 * Microsoft's SDK without its retries, redirects, telemetry and host list: what is left builds addresses and bodies.
 * @see https://learn.microsoft.com/graph/sdks/customize-client
 */
export function createGraphTransport(address: GraphAddress, graphScope: string): GraphTransport {
  const client = Client.initWithMiddleware({
    baseUrl: `${address.baseUrl}/`,
    defaultVersion: 'v1.0',
    middleware: [new AuthorizeOwnOrigin(address.origin), new HTTPMessageHandler()],
  });
  return async (call, credential, signal) => {
    const token = await untilAborted(signal, credential.getToken(graphScope, { abortSignal: signal }));
    if (!token) throw new SignInNeededError({ objectId: '', connectionName: '', reason: 'none' });
    const isLink = /^https?:/.test(call.path);
    const request = client
      .api(isLink ? '/' : call.path)
      .responseType(ResponseType.RAW)
      .options({ signal, redirect: 'error' })
      .headers({ 'client-request-id': randomUUID() })
      .middlewareOptions([new OneTry(token.token, isLink ? call.path : undefined)]);
    try {
      return await readReply(await sendBy(request, call));
    } catch (error) {
      throw error instanceof NoAnswer ? error : new NoAnswer(signal.aborted ? 'timeout' : 'network');
    }
  };
}

type Request = ReturnType<Client['api']>;

function sendBy(request: Request, { method, body }: GraphCall): Promise<Response> {
  const content = typeof body === 'function' ? (body as () => unknown)() : body;
  if (method === 'GET') return request.get();
  if (method === 'DELETE') return request.delete();
  return method === 'PUT' ? request.put(content) : request.post(content);
}

async function readReply(response: Response): Promise<GraphReply> {
  const content = await response.text();
  const body = parseJson(content);
  return {
    isForeign: response.ok && body === undefined && content.trim() !== '',
    status: response.status,
    body,
    retryAfterMs: retryAfterMs(response.headers.get('retry-after'), Date.now()),
    challenge: response.headers.get('www-authenticate') ?? '',
    requestId: identifier(response.headers.get('request-id')) ?? (response.ok ? null : errorOf(body).requestId),
  };
}

function parseJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined; // empty, or a page of whoever stands between us and Graph
  }
}

/** A credential may ignore its abort signal; the caller's time is up all the same. */
function untilAborted<Value>(signal: AbortSignal, promise: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new NoAnswer('timeout'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    promise
      .then(resolve, (error) => reject(signal.aborted ? new NoAnswer('timeout') : error))
      .finally(() => signal.removeEventListener('abort', stop));
  });
}
