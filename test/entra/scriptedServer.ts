import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answering } from '../support/answering';

export interface SeenRequest {
  method: string;
  /** Path and query as they came over the wire. */
  url: string;
  headers: IncomingMessage['headers'];
  body: unknown;
}

export type Answer =
  | { status?: number; body?: unknown; headers?: Record<string, string> }
  /** Cuts the connection. */
  | 'drop'
  /** Never answers. */
  | 'hang'
  | ((request: SeenRequest) => Answer);

/** A real local server that answers what the test says, in order; an unforeseen call gets 418, which no client takes for good. */
export interface ScriptedServer {
  url: string;
  requests: SeenRequest[];
  /** What comes next. */
  answers(...answers: Answer[]): void;
  /** What comes whenever nothing else is queued. */
  always(answer: Answer): void;
  close(): Promise<void>;
}

export async function startScriptedServer(): Promise<ScriptedServer> {
  const requests: SeenRequest[] = [];
  const queue: Answer[] = [];
  let fallback: Answer = { status: 418 };
  const server = createServer(
    answering(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const text = Buffer.concat(chunks).toString('utf8');
      const seen = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body: text ? JSON.parse(text) : undefined,
      };
      requests.push(seen);
      write(response, queue.shift() ?? fallback, seen);
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answers: (...answers) => queue.push(...answers),
    always(answer) {
      fallback = answer;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function write(response: ServerResponse, answer: Answer, seen: SeenRequest): void {
  if (typeof answer === 'function') {
    write(response, answer(seen), seen);
    return;
  }
  if (answer === 'hang') return;
  if (answer === 'drop') {
    response.destroy();
    return;
  }
  const { status = 200, body, headers = {} } = answer;
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body));
}
