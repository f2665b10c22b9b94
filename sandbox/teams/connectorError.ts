import type { Response } from 'express';

/** What the connector answers instead of doing the work. `retryAfterSeconds` becomes the header. */
export class ConnectorError extends Error {
  override readonly name = 'ConnectorError';
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly retryAfterSeconds?: number,
  ) {
    super(message);
  }
}

/** The connector's error body, `{error: {code, message}}`. */
export function sendConnectorError(response: Response, error: ConnectorError): void {
  if (error.retryAfterSeconds !== undefined) response.set('Retry-After', String(error.retryAfterSeconds));
  response.status(error.status).json({ error: { code: error.code, message: error.message } });
}

const CODES: Record<number, string> = {
  400: 'BadArgument',
  401: 'BotNotRegistered',
  403: 'BotNotInConversationRoster',
  404: 'ActivityNotFoundInConversation',
  412: 'PreconditionFailed',
  413: 'MessageSizeTooBig',
  429: 'Throttled',
};

/** The error body for a status that a row of the fault table asks for. */
export function sendConnectorFault(response: Response, status: number): void {
  sendConnectorError(
    response,
    new ConnectorError(status, CODES[status] ?? 'ServiceError', `The sandbox was told to answer ${status}`),
  );
}
