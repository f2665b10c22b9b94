import { codeOf, type ErrorCode, type Facts } from '../../errors';
import type { PersonOutcome, SkipCode } from '../../provisioning/provision';
import { type Markup, markup, md } from '../markdown';
import { entryErrorWords, notProvenWords, skipWords } from './entraWords';
import { errorWords } from './errorWords';

/** Where it stopped: Entra's own steps of an on-demand run, and the two calls before them. */
const entraSteps: Record<string, string> = {
  import: 'reading the person from Entra',
  scoping: 'deciding whether the person is in scope',
  matching: 'looking for the person in Unity',
  export: 'writing to Unity',
  assign: 'assigning the person to the app',
  provision: 'asking Entra to provision',
};

export interface OutcomeWords {
  symbol: 'done' | 'failed' | 'skipped' | 'question';
  /** One or two words. */
  label: string;
  /** What proves it, or what happened. */
  what: string;
  /** What to do; empty where nothing is to be done. */
  next: string;
}

/** A person's outcome. Success is only what Entra reports; the words never claim to have looked into Unity. */
export function outcomeWords(outcome: PersonOutcome, asked: string): OutcomeWords {
  switch (outcome.kind) {
    case 'created':
      return { symbol: 'done', label: 'Created', what: md`Entra reports it created${change(outcome.changeId)}.`, next: '' };
    case 'updated':
      return { symbol: 'done', label: 'Updated', what: md`Entra reports it updated${change(outcome.changeId)}.`, next: '' };
    case 'in_step':
      return { symbol: 'done', label: 'Already in step', what: 'Entra reports nothing to change: both sides match.', next: '' };
    case 'skipped':
      return { symbol: 'skipped', label: 'Skipped', ...skipped(outcome.why, outcome.facts) };
    case 'failed':
      return { symbol: 'failed', label: 'Failed', ...failed(outcome.step, outcome.code, outcome.facts) };
    case 'not_proven':
      return {
        symbol: 'question',
        label: 'Not proven',
        ...notProvenWords(String(outcome.facts.code ?? '')),
      };
    case 'not_found':
      return {
        symbol: 'skipped',
        label: 'Not found',
        what: md`Nobody in Entra fits “${asked}”.`,
        next: 'Check the spelling, or use the address with which the person signs in.',
      };
    case 'choose':
      return { symbol: 'question', label: 'Who?', what: fits(asked, outcome.candidates.length), next: '' };
    case 'not_reached':
      return {
        symbol: 'skipped',
        label: 'Not reached',
        what: 'The run ended before this person’s turn; nothing was changed.',
        next: '',
      };
  }
}

/** One candidate alone is asked about too: the text was only the beginning of the name. */
function fits(asked: string, count: number): string {
  return count === 1 ? md`“${asked}” is the beginning of one person’s name.` : md`“${asked}” fits ${count} people.`;
}

function change(changeId: string | null): Markup {
  return markup(changeId === null ? '' : md` (change ${changeId})`);
}

function skipped(why: SkipCode, facts: Facts): { what: string; next: string } {
  const { what, next } = skipWords(why);
  const domains = typeof facts.domains === 'string' ? md` It names ${facts.domains}.` : '';
  const reason = why === 'other' && typeof facts.skipReason === 'string' ? md` Its reason: ${facts.skipReason}.` : '';
  return { what: `${what}${domains}${reason}`, next };
}

/** The code is one of Entra's for a person, or one of ours when a call failed before Entra came to the person. */
function failed(step: string, code: string, facts: Facts): { what: string; next: string } {
  const ours = codeOf({ code });
  const known = ours === undefined ? entryErrorWords(code) : errorWords(ours, facts);
  const where = Object.hasOwn(entraSteps, step.toLowerCase()) ? `Stopped while ${entraSteps[step.toLowerCase()]}` : 'Stopped';
  return {
    what: `${where}${ours === undefined ? inBrackets(code) : ''}. ${known?.what ?? ''}`.trim(),
    next: (ours && askAgain(ours, facts)) ?? known?.next ?? 'The provisioning logs in the Entra portal say more.',
  };
}

/** A person's outcome ends with no Retry to press: what may pass is asked for anew. */
function askAgain(code: ErrorCode, { retryAfterSeconds }: Facts): string | undefined {
  if (code === 'graph_throttled') {
    const wait = typeof retryAfterSeconds === 'number' ? `${retryAfterSeconds} seconds` : 'a few minutes';
    return `Ask again in ${wait}.`;
  }
  return code === 'graph_unreachable' || code === 'token_service_unreachable' ? 'Ask again in a few minutes.' : undefined;
}

function inBrackets(code: string): string {
  return code === '' || code === 'unknown' ? '' : md` (${code})`;
}
