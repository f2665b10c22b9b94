import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { codeOf, factsOf, UnexpectedError } from '../errors';

/** Long runs of token-like characters, which an error of a library may quote. */
const TOKEN_LIKE = /[A-Za-z0-9_\-.~+/=]{24,}/g;

/** What a log may keep of a foreign error: names and messages down its causes, anything token-like masked. */
export function describeError(error: unknown): string {
  const lines: string[] = [];
  for (let current: unknown = error, depth = 0; current !== undefined && current !== null && depth < 5; depth += 1) {
    lines.push(current instanceof Error ? `${current.name}: ${current.message.split('\n')[0]}` : typeof current);
    current = current instanceof Error ? current.cause : undefined;
  }
  return lines.join(' <- ').replace(TOKEN_LIKE, '***').slice(0, 1000);
}

/**
 * Logs an error, then rebuilds it from its code and its allow-listed facts, since DBOS writes errors to the database:
 * cause, stack and anything else are dropped. What is not ours becomes UnexpectedError with a number to find it by.
 */
export function storableError(error: unknown, log: Logger, step: string): Error {
  const known = innermostKnown(error);
  if (known === undefined) {
    const correlationId = randomUUID();
    log.error({ step, correlationId, error: describeError(error), at: stackOf(error) }, 'unexpected error');
    return bare(Object.assign(new UnexpectedError(correlationId), { step }));
  }
  log.warn({ step, code: codeOf(known), facts: factsOf(known), error: describeError(error) }, 'step failed');
  const source = known as Error;
  return bare(
    Object.assign(new Error(source.message), {
      name: source.name,
      code: codeOf(known),
      facts: factsOf(known),
      step: stepIn(known) ?? step,
    }),
  );
}

/** The error itself if it is ours, else the last of a DBOS "max retries" list, else a cause that is ours. */
export function innermostKnown(error: unknown): unknown {
  if (codeOf(error)) return error;
  if (typeof error !== 'object' || error === null) return undefined;
  const { errors, cause } = error as { errors?: unknown; cause?: unknown };
  const last = Array.isArray(errors) ? errors.at(-1) : undefined;
  return codeOf(last) ? last : codeOf(cause) ? cause : undefined;
}

/** The innermost step that failed, as an earlier rebuilding wrote it down. */
export function stepIn(error: unknown): string | undefined {
  const step = typeof error === 'object' && error !== null ? (error as { step?: unknown }).step : undefined;
  return typeof step === 'string' ? step : undefined;
}

function bare(error: Error): Error {
  error.stack = `${error.name}: ${error.message}`;
  return error;
}

/** Where it came from, without the message: file and line only. */
function stackOf(error: unknown): string[] {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return stack
    .split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .slice(0, 6)
    .map((line) => line.trim());
}
