import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answering } from '../../../support/answering';

type Json = Record<string, unknown>;

export interface ScimRequestSeen {
  method: string;
  /** Path and query exactly as on the wire. */
  url: string;
  headers: IncomingMessage['headers'];
  body: Json;
}

export interface FakeScim {
  baseUrl: string;
  requests: ScimRequestSeen[];
  users: Map<string, Json>;
  groups: Map<string, Json>;
  token: string;
  /** Looks at a request first; what it returns is sent instead of the usual answer. 'hang' never answers. */
  intercept: ((seen: ScimRequestSeen) => { status: number; body?: unknown; html?: string } | 'hang' | undefined) | undefined;
  stop(): Promise<void>;
}

/** A tiny SCIM server: enough to see what the engine sends and to answer it well or badly. */
export async function startFakeScim(): Promise<FakeScim> {
  const server = createServer(
    answering(async (request, response) => {
      const seen = await read(request);
      fake.requests.push(seen);
      const { status, body, html } = answer(seen);
      if (status === 0) return;
      response.statusCode = status;
      response.setHeader('content-type', html === undefined ? 'application/scim+json' : 'text/html');
      response.end(html ?? (body === undefined ? '' : JSON.stringify(body)));
    }),
  );

  const answer = (seen: ScimRequestSeen): { status: number; body?: unknown; html?: string } => {
    const intercepted = fake.intercept?.(seen);
    if (intercepted === 'hang') return { status: 0 };
    if (intercepted) return intercepted;
    if (seen.headers.authorization !== `Bearer ${fake.token}`) return { status: 401, body: { title: 'Unauthorized', code: 51 } };
    const { pathname, searchParams } = new URL(seen.url, fake.baseUrl);
    const [, , , kind, id] = pathname.split('/');
    const store = kind === 'Groups' ? fake.groups : fake.users;
    if (kind !== 'Users' && kind !== 'Groups') return { status: 404, body: { code: 4 } };
    if (seen.method === 'POST') {
      const created = { ...seen.body, id: randomUUID() };
      store.set(created.id, created);
      return { status: 201, body: created };
    }
    if (!id) return { status: 200, body: listOf([...store.values()].filter(matcher(searchParams.get('filter') ?? ''))) };
    const known = store.get(decodeURIComponent(id));
    if (!known) return { status: 404, body: { status: '404' } };
    if (seen.method === 'DELETE') store.delete(String(known.id));
    if (seen.method === 'PATCH') for (const operation of seen.body.Operations as Json[]) applyPatch(known, operation);
    return seen.method === 'DELETE' ? { status: 204 } : { status: 200, body: known };
  };

  const fake: FakeScim = {
    baseUrl: '',
    requests: [],
    users: new Map(),
    groups: new Map(),
    token: 'secret-token-of-the-test',
    intercept: undefined,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  fake.baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/scim/v2`;
  return fake;
}

async function read(request: IncomingMessage): Promise<ScimRequestSeen> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return {
    method: request.method ?? '',
    url: request.url ?? '',
    headers: request.headers,
    body: text ? (JSON.parse(text) as Json) : {},
  };
}

function matcher(filter: string): (resource: Json) => boolean {
  const [, attribute = '', value = ''] = /^(\w+) eq "(.*)"$/.exec(filter) ?? [];
  return (resource) => attribute === '' || String(resource[attribute]).toLowerCase() === value.toLowerCase();
}

function listOf(resources: Json[]): Json {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: resources.length,
    ...(resources.length > 0 ? { Resources: resources } : {}),
    startIndex: 1,
    itemsPerPage: 20,
  };
}

function applyPatch(resource: Json, { op, path, value }: Json): void {
  if (path === 'members') {
    const given = (value as { value: string }[]).map((member) => member.value);
    const members = (resource.members ?? []) as string[];
    resource.members = String(op).toLowerCase() === 'add' ? [...members, ...given] : members.filter((id) => !given.includes(id));
  } else if (path === 'active') resource.active = String(value).toLowerCase() === 'true';
  else if (typeof path === 'string' && !path.includes('[') && !path.includes('.')) resource[path] = value;
  else if (path === undefined) Object.assign(resource, value);
}
