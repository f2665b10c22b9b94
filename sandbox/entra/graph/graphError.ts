import { randomUUID } from 'node:crypto';
import type { GraphAnswer } from './graphCall';

/** An answer of Graph that says no. */
export class GraphError extends Error {
  override readonly name = 'GraphError';
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
  }
}

export const notFound = (what: string) =>
  new GraphError(
    404,
    'Request_ResourceNotFound',
    `Resource '${what}' does not exist or one of its queried reference-property objects are not present.`,
  );
export const badRequest = (message: string) => new GraphError(400, 'Request_BadRequest', message);
export const unsupportedQuery = (message: string) => new GraphError(400, 'Request_UnsupportedQuery', message);
export const forbidden = () =>
  new GraphError(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
export const tooManyRequests = (retryAfterSeconds: number | undefined) =>
  new GraphError(
    429,
    'TooManyRequests',
    'Too many requests have been made. Try again later.',
    retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
  );

/** The error body of section 7.1 with the ids that a support case needs. */
export function errorAnswer(
  error: GraphError,
  request: { requestId: string; clientRequestId?: string | undefined; date: string },
): GraphAnswer {
  const innerError = {
    date: request.date.slice(0, 19),
    'request-id': request.requestId,
    'client-request-id': request.clientRequestId ?? request.requestId,
  };
  return {
    status: error.status,
    headers: error.headers,
    body: { error: { code: error.code, message: error.message, innerError, details: [] } },
  };
}

const faultCodes: Record<number, string> = {
  400: 'Request_BadRequest',
  401: 'InvalidAuthenticationToken',
  403: 'Authorization_RequestDenied',
  404: 'Request_ResourceNotFound',
  429: 'TooManyRequests',
  500: 'InternalServerError',
  502: 'BadGateway',
  503: 'serviceNotAvailable',
  504: 'GatewayTimeout',
};

/** How Graph words a fault of the fault table that has no body of its own. */
export function faultError(status: number): GraphError {
  return new GraphError(status, faultCodes[status] ?? 'UnknownError', `The sandbox was told to answer ${status}.`);
}

/** Ids of one request, made when the caller sent none. */
export function requestIds(clientRequestId: string | undefined) {
  return { requestId: randomUUID(), clientRequestId };
}
