import type { CommandProblem } from '../../provisioning/commands';
import type { Refusal } from '../../workflows/runCommands';
import { utcTime } from '../times';
import { commandProblemText } from './problemWords';

/** Who may have been faster, and when (ISO); both as the command's answer has them. */
export interface RefusalFacts {
  by?: string | undefined;
  at?: string | undefined;
}

const refusals: Record<Refusal, (facts: { by: string; at: string }) => string> = {
  run_unknown: () => 'This run is not there any more. Runs are removed some months after they ended. Type the command again.',
  not_yours: ({ by }) =>
    `Only ${by || 'the person who asked'} can do this. Nothing was changed. Ask them, or type the command yourself.`,
  already_confirmed: ({ by, at }) =>
    `The plan was already confirmed${doneBy(by, at)}. Nothing was changed. Look at the card for how it goes.`,
  already_ended: ({ by, at }) =>
    `The run has already ended${doneBy(by, at)}. Nothing was changed. For a new one type the command again.`,
  not_failed: () => 'There is nothing to retry: the run has not failed. Nothing was changed. Look at the card for how it goes.',
  already_cancelling: ({ by, at }) =>
    `The run is already being cancelled${doneBy(by, at)}. Wait for the card to say what was undone.`,
  run_open_elsewhere: ({ by, at }) =>
    `A setup of this organization is under way${by ? `, asked for by ${by}` : ''}${at ? ` at ${utcTime(at)}` : ''}. Finish or cancel it on its card, or ask whoever began it.`,
};

/** Why a click or a command changed nothing; plain text. */
export function refusalText(why: Refusal, { by = '', at = '' }: RefusalFacts = {}): string {
  return refusals[why]({ by, at });
}

function doneBy(by: string, at: string): string {
  return `${by ? ` by ${by}` : ''}${at ? ` at ${utcTime(at)}` : ''}`;
}

/** @param nearest - a command as text to copy */
export function unknownCommandText(nearest: string): string {
  return nearest === 'help'
    ? 'This is not a command. Nothing was done. Type: help'
    : `This is not a command. Nothing was done. Did you mean: ${nearest}`;
}

/** The bot understood the command, but not what stands behind it. */
export function unclearCommandText(problems: readonly CommandProblem[], command: 'provision' | 'request' = 'provision'): string {
  const shown = problems.slice(0, 5).map((problem) => commandProblemText(problem, command));
  const more = problems.length - shown.length;
  return [...shown, ...(more > 0 ? [`And ${more} more of this kind.`] : [])].join('\n\n');
}

export const signInWords = {
  /** On the sign-in card. */
  text: (why?: string) =>
    `${why === undefined ? '' : `${why} `}Sign in, so that the bot can act with your rights. It has none of its own.`,
  signedIn: (displayName: string, runs: number) =>
    `Signed in as ${displayName}.${runs === 0 ? '' : runs === 1 ? ' Your waiting run goes on.' : ` Your ${runs} waiting runs go on.`}`,
  signedOut: 'Signed out. Runs that need you wait until you type: sign in',
  already: (displayName: string) => `You are signed in as ${displayName}. To use another account type: sign out`,
  challenge: 'Your company asks for another check of who you are.',
  /** The same, said when Teams' silent way was refused; only the button leads to the check. */
  challengedBy: (code: number | null) =>
    `Your company asks for another check of who you are${code === null ? '' : ` (AADSTS${code})`}. Press the button, and what waits goes on by itself.`,
} as const;

/** In a group chat or channel: the private part goes on in the personal chat. */
export function runMovedText(displayName: string, what: 'setup' | 'status' | 'provision'): string {
  const goesOn = { setup: 'The setup goes on', status: 'The status is', provision: 'The run goes on' }[what];
  return `${goesOn} in ${displayName}’s personal chat with this bot, because it shows more than this conversation should see.`;
}

/** The person has not added the app for themselves, so the bot cannot write to them. */
export function needInstallText(displayName: string): string {
  return `${displayName}, add this app for yourself first: Apps, search for Unity Provisioning, Add. What you asked for then goes on by itself.`;
}

/** What a conversation is called in a list, when Teams has no one name for it. */
export const titleWords = {
  /** Teams does not name the first channel of a team. */
  channel: (team: string, channel: string) => [team, channel || 'General'].filter((part) => part !== '').join(' › '),
  groupChat: (names: readonly string[], more: boolean) => `Chat with ${names.join(', ')}${more ? ' and others' : ''}`,
  unknown: (index: number) => `Channel or chat ${index}, whose name Teams has not told`,
};

export const speakerWords = {
  databaseAway: 'The bot’s database is away. Nothing was done; try again in a minute.',
  failed: (correlationId: string) =>
    `Something went wrong. Nothing is known to have changed. Try again; if it happens again, tell whoever runs the bot: the log has more under ${correlationId}.`,
  whichConnection: (names: readonly string[]) =>
    `Several organizations are set up: ${names.join(', ')}. Write “to” and its number behind the people.`,
  unknownConnection: (typed: string, names: readonly string[]) =>
    `“${typed}” is not set up here.${names.length === 0 ? '' : ` There are: ${names.join(', ')}.`} Nothing was done.`,
} as const;
