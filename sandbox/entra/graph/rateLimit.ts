/** Counts calls in a sliding window of real time; refused calls count too. */
interface RateLimit {
  /** Seconds to wait when the call is one too many, else undefined. */
  exceeded(): number | undefined;
}

export function createRateLimit(calls: number, windowMs: number): RateLimit {
  let recent: number[] = [];
  return {
    exceeded() {
      const now = Date.now();
      recent = [...recent.filter((at) => now - at < windowMs), now];
      const oldestThatCounts = recent.at(-calls - 1);
      const frees = recent.at(-calls) ?? now;
      return oldestThatCounts === undefined ? undefined : Math.max(1, Math.ceil((frees + windowMs - now) / 1000));
    },
  };
}
