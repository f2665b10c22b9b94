import { STATUS_CODES } from 'node:http';
import type { Secret } from '../entraStore';
import { makeJwt } from '../login/accessTokens';

const MEDIA_TYPE = 'application/scim+json';
const LIST_RESPONSE = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
/** Audience of the token Entra sends when no secret token is saved. */
const NON_GALLERY_APP = '8adf8e6e-67b2-4cf2-a259-e3dc5476c621';
const SHOWN_CHARACTERS = 400;

/** The SCIM endpoint of a job. */
export interface ScimTarget {
  /** Tenant URL without query and trailing slash. */
  baseUrl: string;
  token: string;
  /** `?aadOptscim062020` on the Tenant URL: cycles send the newer PATCH form. */
  usesNewPatch: boolean;
  timeoutMs: number;
}

type FailureKind = 'credentials' | 'notFound' | 'rejected' | 'unreadable' | 'timeout' | 'unreachable';

/** The endpoint did not do what was asked. `text` says it the way Entra's portal and logs do, without the token. */
export class ScimFailure extends Error {
  override readonly name = 'ScimFailure';
  constructor(
    readonly kind: FailureKind,
    readonly status: number,
    readonly text: string,
  ) {
    super(text);
  }
}

interface ScimAnswer {
  status: number;
  body: Record<string, unknown>;
}

interface ScimRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  query?: Record<string, string>;
  body?: unknown;
}

/** The endpoint that the saved or given secrets name; undefined when they name none. */
export function scimTarget(secrets: readonly Secret[], tenantId: string, timeoutMs: number): ScimTarget | undefined {
  const value = (key: string) => secrets.find((secret) => secret.key === key)?.value ?? '';
  const [address = '', query = ''] = value('BaseAddress').trim().split('?');
  if (!URL.canParse(address)) return undefined;
  const ownToken = () => makeJwt({ iss: `https://sts.windows.net/${tenantId}/`, aud: NON_GALLERY_APP });
  return {
    baseUrl: address.replace(/\/+$/, ''),
    token: value('SecretToken') || ownToken(),
    usesNewPatch: query.split('&').some((part) => part.split('=')[0] === 'aadOptscim062020'),
    timeoutMs,
  };
}

/**
 * Sends one request as Entra's provisioning service does. Only loopback addresses are contacted: the sandbox never
 * leaves the machine, any other address is as unreachable as a wrong one.
 * @throws ScimFailure for every answer but 2xx, for no answer, and for a body that is no JSON object
 */
export async function callScim(target: ScimTarget, request: ScimRequest): Promise<ScimAnswer> {
  const query = request.query ? `?${new URLSearchParams(request.query)}` : '';
  const url = `${target.baseUrl}${request.path}${query}`;
  const resource = `Resource: ${url} Operation: ${request.method}`;
  if (!isLoopback(url)) throw new ScimFailure('unreachable', 0, `No such host is known. ${resource}`);
  const { response, content } = await send(url, target, request).catch((error: unknown) => {
    if ((error as { name?: unknown }).name === 'TimeoutError')
      throw new ScimFailure('timeout', 0, `The operation has timed out. ${resource}`);
    throw new ScimFailure('unreachable', 0, `Unable to connect to the remote server. ${resource}`);
  });
  const text = describe(resource, response, content);
  if (!response.ok) throw new ScimFailure(kindOf(response.status), response.status, text);
  if (content === '') return { status: response.status, body: {} };
  const body = parseObject(content);
  if (!body) throw new ScimFailure('unreadable', response.status, text);
  return { status: response.status, body };
}

/** A list without its hits, or the hits. @throws ScimFailure `unreadable` when the answer is no ListResponse */
export async function findScim(
  target: ScimTarget,
  path: string,
  query: Record<string, string>,
): Promise<Record<string, unknown>[]> {
  const { status, body } = await callScim(target, { method: 'GET', path, query });
  const isList = Array.isArray(body.schemas) && body.schemas.includes(LIST_RESPONSE) && typeof body.totalResults === 'number';
  if (!isList)
    throw new ScimFailure('unreadable', status, `Not a ListResponse. Resource: ${target.baseUrl}${path} Operation: GET`);
  return (body.Resources as Record<string, unknown>[] | undefined) ?? [];
}

async function send(url: string, { token, timeoutMs }: ScimTarget, { method, body }: ScimRequest) {
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${token}`, accept: MEDIA_TYPE, 'content-type': MEDIA_TYPE },
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { response, content: await response.text() };
}

function isLoopback(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return /^https?:$/.test(protocol) && (hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname));
}

function kindOf(status: number): FailureKind {
  if (status === 401 || status === 403) return 'credentials';
  return status === 404 ? 'notFound' : 'rejected';
}

function describe(resource: string, response: Response, content: string): string {
  const status = (STATUS_CODES[response.status] ?? String(response.status)).replaceAll(/[^\w]/g, '');
  const type = response.headers.get('content-type') ?? '';
  return [
    `Received response from Web resource. ${resource} Response Status Code: ${status}`,
    `Response Headers: Content-Type: ${type} Response Content: ${content.slice(0, SHOWN_CHARACTERS)}`,
  ].join(' ');
}

function parseObject(content: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(content);
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined; // HTML and the like: the caller turns it into `unreadable`
  }
}
