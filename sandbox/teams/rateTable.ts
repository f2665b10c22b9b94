import { ConnectorError } from './connectorError';

export type RateKind = 'send' | 'create' | 'read';

/** Calls of one bot to one conversation: at most `calls` in `seconds`. */
const PER_CONVERSATION: Record<RateKind, { calls: number; seconds: number }[]> = {
  send: [
    { calls: 7, seconds: 1 },
    { calls: 8, seconds: 2 },
    { calls: 60, seconds: 30 },
    { calls: 1800, seconds: 3600 },
  ],
  create: [
    { calls: 7, seconds: 1 },
    { calls: 8, seconds: 2 },
    { calls: 60, seconds: 30 },
    { calls: 1800, seconds: 3600 },
  ],
  read: [
    { calls: 14, seconds: 1 },
    { calls: 16, seconds: 2 },
    { calls: 120, seconds: 30 },
    { calls: 3600, seconds: 3600 },
  ],
};
const PER_TENANT = [{ calls: 50, seconds: 1 }];

/**
 * The limits Teams publishes per bot and conversation, and per app and tenant. A call over a limit is not counted.
 * @param isOn - asked at each call; off counts nothing
 * @param now - milliseconds; real time, because the bot waits in real time
 */
export function createRateTable(isOn: () => boolean = () => true, now: () => number = Date.now) {
  const taken = new Map<string, number[]>();

  const secondsUntilFree = (times: number[], limits: { calls: number; seconds: number }[]): number => {
    const at = now();
    const waits = limits.map(({ calls, seconds }) => {
      const oldest = times[times.length - calls];
      return oldest === undefined ? 0 : (oldest + seconds * 1000 - at) / 1000;
    });
    return Math.max(0, ...waits);
  };
  const timesOf = (key: string, seconds: number): number[] => {
    const times = (taken.get(key) ?? []).filter((at) => at > now() - seconds * 1000);
    taken.set(key, times);
    return times;
  };

  return {
    /** @throws ConnectorError 429 with `Retry-After` in whole seconds when a window is full */
    take(kind: RateKind, conversationId: string): void {
      if (!isOn()) return;
      const own = timesOf(`${kind} ${conversationId}`, 3600);
      const all = timesOf('tenant', 1);
      const wait = Math.max(secondsUntilFree(own, PER_CONVERSATION[kind]), secondsUntilFree(all, PER_TENANT));
      if (wait > 0) throw new ConnectorError(429, 'Throttled', 'Too many requests', Math.max(1, Math.ceil(wait)));
      own.push(now());
      all.push(now());
    },
  };
}
export type RateTable = ReturnType<typeof createRateTable>;
