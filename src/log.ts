import pino, { type DestinationStream, type Logger } from 'pino';

/** Keys that may hold a credential, at any of the three outer levels of a logged object. */
const SECRET_KEYS = [
  'token',
  'scimToken',
  'ssoToken',
  'accessToken',
  'access_token',
  'refresh_token',
  'client_secret',
  'clientSecret',
  'botPassword',
  'secretsKey',
  'password',
  'authorization',
  'Authorization',
  'cookie',
  'SecretToken',
  'signInLink',
  'databaseUrl',
  'code_verifier',
]; // prettier-ignore

const paths = SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);

export type { Logger };

/**
 * The one logger: JSON lines, credentials by key name replaced, errors as name, code and message without their causes.
 * Handlers add `runId` and `correlationId` by `log.child`.
 */
export function createLog(level: string, destination?: DestinationStream): Logger {
  const options: pino.LoggerOptions = {
    level,
    redact: { paths, censor: '[removed]' },
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: describeError, error: describeError },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** Drops `cause` and anything else that could carry a request, a token or a body. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: typeof error === 'string' ? withoutTokens(error) : 'not an Error' };
  const { code, statusCode, facts } = error as Error & { code?: unknown; statusCode?: unknown; facts?: unknown };
  return {
    name: error.name,
    message: withoutTokens(error.message),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(typeof statusCode === 'number' ? { statusCode } : {}),
    ...(facts && typeof facts === 'object' ? { facts } : {}),
    stack: withoutTokens(error.stack?.split('\n').slice(1, 8).join('\n') ?? ''),
  };
}

/** Bearer values and JSON web tokens, wherever somebody else's message repeats one. */
function withoutTokens(text: string): string {
  return text.replace(/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, '$1 [removed]').replace(/\beyJ[\w-]+\.[\w-]+\.?[\w-]*/g, '[removed]');
}
