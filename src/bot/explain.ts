import { randomUUID } from 'node:crypto';
import { plainText } from '../cards/markdown';
import { speakerWords } from '../cards/words/chatWords';
import { errorWords } from '../cards/words/errorWords';
import { codeOf, factsOf } from '../errors';
import type { BotDeps } from './deps';

const PROBE_MS = 200;

/** What a person reads of an error; plain text. */
export type Explain = (error: unknown, about: Record<string, unknown>) => Promise<string>;

/**
 * The words of the error's code; that the database is away, when it is; for an error that nobody foresaw a number that finds it in
 * the log.
 */
export function createExplain({ log, store }: Pick<BotDeps, 'log' | 'store'>): Explain {
  return async (error, about) => {
    const code = codeOf(error);
    if (code !== undefined && code !== 'unexpected_error') {
      log.info({ ...about, code, facts: factsOf(error) }, 'A turn ended with a known error');
      const { what, next } = errorWords(code, factsOf(error));
      return plainText(`${what} ${next}`);
    }
    const correlationId = randomUUID();
    log.error({ ...about, err: error, correlationId }, 'A turn failed');
    return (await store.isAlive(PROBE_MS)) ? speakerWords.failed(correlationId) : speakerWords.databaseAway;
  };
}
