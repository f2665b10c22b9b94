import type { AddressInfo } from 'node:net';
import type { Activity, TurnContext } from 'botbuilder';
import restify, { type Request, type Response } from 'restify';
import { z } from 'zod';
import type { Logger } from '../log';
import type { BotAdapter } from './adapter';

const LARGEST_BODY_BYTES = 262_144;
const LONGEST_STOP_MS = 8_000;

interface ServerDeps {
  adapter: BotAdapter;
  onTurn: (context: TurnContext) => Promise<void>;
  /** What `/readyz` asks: the parts by name, true when each can work now. Says nothing that could help an attacker. */
  readiness: () => Promise<Record<string, boolean>>;
  log: Logger;
}

export interface BotServer {
  /** Resolves with the port in use. @throws PortInUseError */
  start(): Promise<number>;
  /** Takes no new calls, lets running turns end, and closes what is left after 8 s. */
  stop(): Promise<void>;
}

export class PortInUseError extends Error {
  override readonly name = 'PortInUseError';
  constructor(port: number, options?: ErrorOptions) {
    super(`Port ${port} is in use. Set PORT to another port, or stop the process that holds it.`, options);
  }
}

/** What an activity must have before the SDKs may see it; `null` where Teams means an empty list would make them throw. */
const incoming = z.looseObject({
  type: z.string().min(1),
  channelId: z.literal('msteams'),
  serviceUrl: z.url(),
  from: z.looseObject({ id: z.string().min(1) }),
  recipient: z.looseObject({ id: z.string().min(1) }),
  conversation: z.looseObject({ id: z.string().min(1) }),
  entities: z
    .array(z.looseObject({}))
    .nullish()
    .transform((entities) => entities ?? []),
});

/** restify with `POST /api/messages`, `/healthz` (this process lives) and `/readyz` (it can work). */
export function createServer({ host, port }: { host: string; port: number }, deps: ServerDeps): BotServer {
  const { adapter, onTurn, readiness, log } = deps;
  const server = restify.createServer({ name: 'unity-provisioning' });
  const running = new Set<Promise<void>>();
  let isStopping = false;

  server.pre((request, response, next) => {
    response.header('Server', '');
    response.header('Cache-Control', 'no-store');
    // Bot Service packs nothing; restify would unpack without a limit, and what is not gzip would end the process.
    if (request.headers['content-encoding'] === undefined) return next();
    response.send(415);
    next(false);
  });
  server.on(
    'restifyError',
    (_request: Request, _response: Response, error: { toJSON?: unknown; toString?: unknown }, done: () => void) => {
      error.toJSON = () => ({});
      error.toString = () => '';
      done();
    },
  );
  server.on('uncaughtException', (_request: Request, response: Response, _route: unknown, error: unknown) => {
    log.error({ err: error }, 'A route failed');
    if (!response.headersSent) response.send(500);
  });

  server.get('/healthz', async (_request: Request, response: Response) => {
    response.send(200, { status: 'alive' });
  });
  server.get('/readyz', async (_request: Request, response: Response) => {
    const parts = isStopping ? { running: false } : await readiness();
    const isReady = Object.values(parts).every(Boolean);
    response.send(isReady ? 200 : 503, { status: isReady ? 'ready' : 'notReady', parts });
  });
  server.post(
    '/api/messages',
    // JSON alone: the plugin for every kind of body would write an upload to a file.
    restify.plugins.bodyReader({ maxBodySize: LARGEST_BODY_BYTES }),
    restify.plugins.jsonBodyParser({ mapParams: false }),
    async (request: Request, response: Response) => {
      const turn = answerActivity(request, response);
      running.add(turn);
      await turn.finally(() => running.delete(turn));
    },
  );

  async function answerActivity(request: Request, response: Response): Promise<void> {
    const activity = incoming.safeParse(request.body);
    if (!activity.success) return void response.send(400);
    const { status, body } = await adapter.answer(
      request.header('authorization') ?? '',
      activity.data as unknown as Activity,
      onTurn,
      (error) => log.error({ err: error }, 'An activity could not be handled'),
    );
    if (body === undefined) response.send(status);
    else response.send(status, body);
  }

  return {
    start: () =>
      new Promise((resolve, reject) => {
        server.once('error', (error: NodeJS.ErrnoException) =>
          reject(error.code === 'EADDRINUSE' ? new PortInUseError(port, { cause: error }) : error),
        );
        server.listen(port, host, () => resolve((server.server.address() as AddressInfo).port));
      }),
    async stop() {
      isStopping = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const timer = setTimeout(() => server.server.closeAllConnections(), LONGEST_STOP_MS);
      await Promise.race([Promise.allSettled(running), new Promise((resolve) => setTimeout(resolve, LONGEST_STOP_MS).unref())]);
      server.server.closeIdleConnections();
      await closed;
      clearTimeout(timer);
    },
  };
}
