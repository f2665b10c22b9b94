/** The sandbox's own time: it moves the pretend services only, never the bot. */
export interface SandboxClock {
  /** Milliseconds since 1970 in sandbox time. */
  now(): number;
  /** ISO 8601 instant in sandbox time. */
  iso(): string;
  /** Moves sandbox time forward and wakes whatever became due. */
  advance(ms: number): void;
  /** How many sandbox milliseconds pass in one real millisecond; 1 is real time. */
  setSpeed(speed: number): void;
  readonly speed: number;
  /** Runs `work` once sandbox time has passed `delayMs`. Returns a function that forgets it. */
  after(delayMs: number, work: () => void): () => void;
  /** Forgets everything that waits; the sandbox is stopping. */
  stop(): void;
}

interface Waiting {
  dueAt: number;
  work: () => void;
  timer: NodeJS.Timeout | undefined;
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

export function createClock(initialSpeed = 1): SandboxClock {
  let speed = initialSpeed;
  let sandboxBase = Date.now();
  let realBase = Date.now();
  const waiting = new Set<Waiting>();

  const now = () => sandboxBase + (Date.now() - realBase) * speed;
  const rebase = (at: number) => {
    sandboxBase = at;
    realBase = Date.now();
  };

  const arm = (entry: Waiting) => {
    clearTimeout(entry.timer);
    const realDelay = Math.min(Math.max(0, (entry.dueAt - now()) / speed), LONGEST_TIMER_MS);
    entry.timer = setTimeout(() => {
      if (now() < entry.dueAt) return arm(entry);
      waiting.delete(entry);
      entry.work();
    }, realDelay);
    entry.timer.unref();
  };
  const rearm = () => {
    for (const entry of waiting) arm(entry);
  };

  return {
    now,
    iso: () => new Date(now()).toISOString(),
    advance(ms) {
      rebase(now() + ms);
      rearm();
    },
    setSpeed(next) {
      if (!(next > 0)) throw new RangeError(`speed must be greater than 0, got ${next}`);
      rebase(now());
      speed = next;
      rearm();
    },
    get speed() {
      return speed;
    },
    after(delayMs, work) {
      const entry: Waiting = { dueAt: now() + delayMs, work, timer: undefined };
      waiting.add(entry);
      arm(entry);
      return () => {
        clearTimeout(entry.timer);
        waiting.delete(entry);
      };
    },
    stop() {
      for (const entry of waiting) clearTimeout(entry.timer);
      waiting.clear();
    },
  };
}
