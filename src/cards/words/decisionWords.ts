import type { AskRefusal } from '../../provisioning/policy';
import type { DecisionRefusal, MaterialChange, Verdict } from '../../provisioning/requests';
import { markup, md, plainText } from '../markdown';
import type { RequestView } from '../requestViews';
import { dayAndTime } from '../times';

/** Who was faster, when (ISO), and the request that took its place; all as the command's answer has them. */
export interface DecisionFactsShown {
  by?: string | undefined;
  at?: string | undefined;
  number?: number | undefined;
}

const pim = 'If you activate roles with PIM, activate it, type **sign out**, then **sign in**, and click again.';

interface Late {
  /** ` by Alex`, or nothing. */
  who: string;
  /** `, ` and the time, or nothing. */
  when: string;
  number: number | undefined;
}

const refusals: Record<DecisionRefusal | 'failed', (late: Late) => string> = {
  request_unknown: () => 'This request is not there any more. Nothing was changed.',
  not_an_approver: () => 'You may not decide about this request: you are not, or no longer, among its approvers.',
  own_request: () => 'You asked for this yourself, and the rules want somebody else to approve it.',
  already_decided_by_you: ({ when }) => `You have already decided${when}. A verdict stays as it is.`,
  already_ended: ({ who, when }) => `It was already decided${who}${when}. Your click changed nothing.`,
  expired: ({ when }) => `The request has expired${when}. Your click changed nothing.`,
  withdrawn: ({ who, when }) => `The request was withdrawn${who}${when}. Your click changed nothing.`,
  superseded: ({ who, when, number }) =>
    number === undefined
      ? `The request was closed${who}${when}: its people are provisioned without it. Your click changed nothing.`
      : `The request was replaced by request ${number}${when}. Your click changed nothing.`,
  no_right: () => `Entra does not let your account provision to this app now. ${pim}`,
  account_disabled: () => 'Your account is disabled in Entra. Your click changed nothing.',
  guest_may_not_decide: () => 'You are a guest of this company in Entra, and guests may not decide. Your click changed nothing.',
  decline_reason_missing: () => 'Say why you decline. Nothing was changed.',
  not_yours: () => 'Only the person who asked can do this. Nothing was changed.',
  clicked_again: () => 'You clicked something else afterwards, and that counts instead.',
  waited_too_long: () =>
    'It waited for your sign-in for more than 24 hours and was dropped. Nothing was changed; click again if it is still right.',
  signed_out: () => 'You signed out while it waited for your sign-in, so it was dropped. Nothing was changed; click again.',
  given_up: () => 'Your click could not be checked: the check was interrupted too often. Nothing was changed; click again.',
  failed: () => 'Your click could not be checked: Entra gave no usable answer. Nothing was changed; click again in a minute.',
};

/** Why a click changed nothing; Markdown, the time as the reader's client writes it. */
export function decisionRefusalWords(
  why: DecisionRefusal | 'failed',
  { by = '', at = '', number }: DecisionFactsShown = {},
): string {
  const who = by === '' ? '' : md` by ${by}`;
  const when = at === '' ? '' : md`, ${dayAndTime(at)}`;
  return refusals[why]({ who, when, number });
}

/** The same as plain text, for the answer to the click itself. */
export function decisionRefusalText(why: DecisionRefusal | 'failed', facts: DecisionFactsShown = {}): string {
  return plainText(decisionRefusalWords(why, facts));
}

export const verdictWords: Record<Verdict, string> = {
  approve: 'Your approval',
  decline: 'Your decline',
  run: 'Your click on Run',
};

/**
 * What this viewer's newest click came to.
 * @param missing - approvals that the request still needs
 */
export function mineWords(
  { verdict, state, why, by, at }: NonNullable<RequestView['mine']>,
  missing: number,
): { label: string; what: string } {
  const label = verdictWords[verdict];
  switch (state) {
    case 'checking':
      return { label, what: 'Checking…' };
    case 'waiting':
      return { label, what: 'Waits for your sign-in, then goes on by itself.' };
    case 'counted':
      return { label, what: countedWords(verdict, missing) };
    case 'declined':
      return { label, what: 'Counted: the request is declined.' };
    case 'refused':
      return { label, what: decisionRefusalWords(why ?? 'failed', { by, at }) };
  }
}

function countedWords(verdict: Verdict, missing: number): string {
  if (verdict === 'run') return 'Accepted: it runs with your rights.';
  if (missing <= 0) return 'Counted: it was the last one needed.';
  return missing === 1 ? 'Counted. One more is needed.' : `Counted. ${missing} more are needed.`;
}

const askRefusals: Record<AskRefusal, { what: string; next: string }> = {
  no_policy: {
    what: 'There are no rules yet for who may ask and who approves, so nobody can ask.',
    next: 'An administrator of the app writes them with **settings**.',
  },
  guest_may_not_ask: {
    what: 'Guests of your company may not ask here.',
    next: 'Ask a colleague who is a member.',
  },
  account_disabled: { what: 'Your account is disabled in Entra.', next: 'Talk to whoever manages accounts in your company.' },
  not_in_group: {
    what: 'Only members of a certain group may ask, and you are not in it.',
    next: 'Ask an administrator of the app to add you, or somebody in the group to ask for you.',
  },
  reason_missing: { what: 'The rules want a reason, and none was given.', next: 'Ask again with the form and say why.' },
};

export function isAskRefusal(why: string): why is AskRefusal {
  return Object.hasOwn(askRefusals, why);
}

/** Why somebody may not ask. */
export function askRefusalWords(why: AskRefusal): { what: string; next: string } {
  return askRefusals[why];
}

const changes: Record<MaterialChange['code'], (person: string) => string> = {
  person_gone: (person) => md`${markup(person)} is no longer in Entra.`,
  person_disabled: (person) => md`${markup(person)}’s account was disabled.`,
  person_became_guest: (person) => md`${markup(person)} has become a guest.`,
  address_changed: (person) => md`${markup(person)}’s address has changed.`,
  app_replaced: () => 'The Entra app was replaced.',
  job_replaced: () => 'The provisioning job was replaced.',
  role_replaced: () => 'The app’s role for people was replaced.',
};
export const materialChangeCodes = Object.keys(changes) as MaterialChange['code'][];
const beforeNextChange = new RegExp(`, (?=(?:${materialChangeCodes.join('|')})(?:[:,]|$))`);

/** What differs from what was approved. @param facts - `code:name` of each change, comma-joined, as the run's failure has it */
export function changesWords(facts: string): string[] {
  return facts.split(beforeNextChange).flatMap((change) => {
    const [code = '', ...name] = change.split(':');
    if (!Object.hasOwn(changes, code)) return [];
    const person = name.join(':').trim();
    return [changes[code as MaterialChange['code']](person === '' ? 'Somebody' : md`${person}`)];
  });
}
