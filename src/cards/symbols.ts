import type { RequestState } from '../provisioning/requests';
import type { StepState } from '../provisioning/runs';
import type { Tone } from './kit';

export interface Sign {
  symbol: string;
  tone: Tone;
}

/** Characters of text, not emoji and no Markdown; each stands beside a word that says the same. */
export const signs = {
  done: { symbol: '✓', tone: 'Good' },
  failed: { symbol: '✕', tone: 'Attention' },
  skipped: { symbol: '–', tone: 'Warning' },
  question: { symbol: '?', tone: 'Warning' },
  running: { symbol: '●', tone: 'Accent' },
  waiting: { symbol: '◔', tone: 'Warning' },
  todo: { symbol: '○', tone: 'Default' },
  make: { symbol: '•', tone: 'Good' },
  overwrite: { symbol: '!', tone: 'Attention' },
  off: { symbol: '–', tone: 'Default' },
  keep: { symbol: '=', tone: 'Default' },
} as const satisfies Record<string, Sign>;

export function stepSign(state: StepState | 'todo'): Sign {
  return signs[state];
}

/** Nothing has a tick before Entra has reported the result. */
const requestSigns: Record<RequestState, Sign> = {
  requested: signs.waiting,
  approved: { ...signs.waiting, tone: 'Accent' },
  running: signs.running,
  done: signs.done,
  partly_done: { symbol: '◑', tone: 'Warning' },
  failed: signs.failed,
  declined: signs.failed,
  expired: signs.skipped,
  withdrawn: signs.off,
  superseded: signs.off,
};

export function requestSign(state: RequestState): Sign {
  return requestSigns[state];
}
