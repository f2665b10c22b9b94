import type { SandboxClock } from '../core/clock';

/** Calls allowed per window, most urgent first: 20 in 1 s and 4000 in 30 min, counted per organization. */
const WINDOWS = [
  { limit: 20, seconds: 1 },
  { limit: 4000, seconds: 1800 },
] as const;

interface Window {
  endsAt: number;
  used: number;
}

interface RateVerdict {
  allowed: boolean;
  /** `RateLimit-Policy`, `RateLimit`, `Unity-RateLimit`, and `Retry-After` (whole seconds) when refused. */
  headers: Record<string, string>;
}

/** Counts calls in fixed windows of sandbox time. A refused call is not counted. */
export function createRateLimit(clock: SandboxClock): (key: string) => RateVerdict {
  const counted = new Map<string, Window[]>();
  return (key) => {
    const now = clock.now();
    const windows = counted.get(key) ?? WINDOWS.map(() => ({ endsAt: 0, used: 0 }));
    counted.set(key, windows);
    windows.forEach((window, index) => {
      if (now >= window.endsAt) Object.assign(window, { endsAt: now + WINDOWS[index]!.seconds * 1000, used: 0 });
    });
    const full = windows.filter((window, index) => window.used >= WINDOWS[index]!.limit);
    if (full.length === 0) for (const window of windows) window.used += 1;
    const secondsLeft = (window: Window) => Math.max(1, Math.ceil((window.endsAt - now) / 1000));
    const described = windows.map((window, index) => {
      const { limit } = WINDOWS[index]!;
      return `limit=${limit}, remaining=${limit - window.used}, reset=${secondsLeft(window)}`;
    });
    const tightest = full.length > 0 ? windows.indexOf(full.at(-1)!) : 0;
    return {
      allowed: full.length === 0,
      headers: {
        'RateLimit-Policy': WINDOWS.map(({ limit, seconds }) => `${limit};w=${seconds}`).join(', '),
        RateLimit: described[tightest]!,
        'Unity-RateLimit': described.join(';'),
        ...(full.length > 0 ? { 'Retry-After': String(Math.max(...full.map(secondsLeft))) } : {}),
      },
    };
  };
}
