import type { Logger } from 'pino';
import type { Store } from './sql';

interface Watchdog {
  /** Whether the last look found the database answering. */
  isWell(): boolean;
  stop(): void;
}

/**
 * Looks at the database all the time. Embedded, it is part of this process: after `givesUpMs` without an answer only a new process helps.
 * On Postgres the process stays up, not ready, until the database is back.
 */
export function watchDatabase(
  store: Store,
  { everyMs, givesUpMs, log, onGivingUp }: { everyMs: number; givesUpMs: number; log: Logger; onGivingUp: () => void },
): Watchdog {
  let silentSince: number | undefined;
  let looking = false;
  const timer = setInterval(async () => {
    if (looking) return;
    looking = true;
    const answers = await store.isAlive();
    looking = false;
    if (answers) {
      if (silentSince !== undefined) log.info('the database answers again');
      silentSince = undefined;
      return;
    }
    silentSince ??= Date.now();
    log.error({ silentForMs: Date.now() - silentSince }, 'the database does not answer');
    if (store.engine === 'pglite' && Date.now() - silentSince >= givesUpMs) onGivingUp();
  }, everyMs);
  timer.unref();
  return { isWell: () => silentSince === undefined, stop: () => clearInterval(timer) };
}
