import { setTimeout as delay } from 'node:timers/promises';
import { codeOf, factsOf } from '../errors';

/** Graph may ask for any wait; longer than this, a person decides when to go on. */
const LONGEST_WAIT_MS = 60_000;

/**
 * Milliseconds until something that failed may be done again; undefined when that is of no use, or Graph asks for more than a minute.
 * @param otherwiseMs - the wait where Graph names none
 */
export function repeatAfterMs(error: unknown, otherwiseMs: number): number | undefined {
  const code = codeOf(error);
  if (code === 'graph_unreachable') return otherwiseMs;
  if (code !== 'graph_throttled') return undefined;
  const { retryAfterSeconds } = factsOf(error);
  const askedMs = typeof retryAfterSeconds === 'number' ? retryAfterSeconds * 1000 : otherwiseMs;
  return askedMs <= LONGEST_WAIT_MS ? askedMs : undefined;
}

/**
 * Does the whole work up to `tries` times: for work that holds a POST, which is sent once, and that looks what is there before it
 * sends it again. `work` hears which try it is, from 1.
 */
export async function lookThenRepeat<T>(tries: number, firstWaitMs: number, work: (tried: number) => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await work(tried);
    } catch (error) {
      const waitMs = tried < tries ? repeatAfterMs(error, firstWaitMs * 2 ** (tried - 1)) : undefined;
      if (waitMs === undefined) throw error;
      await delay(waitMs);
    }
  }
}
