import type { AskRefusal } from '../../provisioning/policy';
import { plainText } from '../markdown';
import { askRefusalWords } from './decisionWords';

/** Plain sentences with which turns answer about requests and their rules. */
export const requestEdge = {
  checking: 'Checking…',
  checkingAll: (count: number) => (count === 1 ? 'Checking 1 request…' : `Checking ${count} requests…`),
  nothingToRun: 'Nothing waits any more: all of them were run, withdrawn or have expired. Nothing was changed.',
  withdrawn: 'Withdrawn. Nothing was changed.',
  seeOwn: (number: number) => `To see request ${number} and decide, type in your own chat with this bot: request ${number}`,
  wentOnAs: (number: number) => `It went on as request ${number}. Nothing was changed.`,
  setupAgain: 'A setup is asked for by a new plan. To begin again type: setup',
  administers: 'It goes on with your own rights, in its own card. The request ends only when your rights are proven.',
  noSuchNumber: (number: number) => `There is no request ${number}. To see yours type: requests`,
  notForYou: (number: number) =>
    `You may not see request ${number}: you neither asked for it nor decide about it. To see yours type: requests`,
  requested: 'The bot looks at what is known of these people. The request appears in the chat.',
  policyRequested: 'The bot checks the rules with your rights. What comes of it appears in the chat.',
  onlyPersonal: 'This form opens only in your own chat with this bot. Type there: request',
  onlyPersonalSettings: 'This form opens only in your own chat with this bot. Type there: settings',
  typeSettings: 'Your rights were not checked today, or not for this organization. To begin type: settings',
  signInToRead: (why: string) =>
    `${why} Sign in, so that the bot can read the people you name with your rights. It changes nothing with this sign-in.`,
  moved: (displayName: string) =>
    `This goes on in ${displayName}’s personal chat with this bot, because it shows more than this conversation should see.`,
} as const;

/** Why somebody may not ask, as one plain message. */
export function askRefusalText(why: AskRefusal): string {
  const { what, next } = askRefusalWords(why);
  return plainText(`${what} ${next}`);
}

export const requestStart = {
  title: 'Ask for people in Unity',
  what: 'Name people and say why. Approvers see exactly that, and nothing changes before they approve.',
  faster: 'Faster, in one line: **request alice@contoso.com because …**',
} as const;

export const settingsWords = {
  title: 'Rules for requests',
  what: 'Who may ask, who approves, and how, for each Unity organization that you administer.',
  none: 'No rules yet: nobody can ask.',
  changed: (by: string, at: string) => `Changed by ${by}, ${at}.`,
  version: (version: number) => `Version ${version}`,
} as const;

/** What is wrong with a field of a form; plain text, shown beside it. */
export const fieldProblems = {
  nobody: 'Choose people, or write their addresses.',
  noPerson: 'Choose people from the list.',
  noGroup: 'Choose a group from the list.',
  groupMissing: 'Choose the group whose members may ask.',
  channelMissing: 'Choose a channel.',
  wholeNumber: (least: number, most: number) => `Write a whole number from ${least} to ${most}.`,
  notFewer: 'A larger request cannot need fewer approvals than a small one.',
  escalationTime: 'Say after how many minutes these people are asked, or name nobody.',
  escalationLate: 'A request has expired by then. Choose fewer minutes.',
  perDayMissing: 'Say how many people a day the rules may approve.',
  tooMany: (limit: number, count: number) => `These are ${count} people; one request takes ${limit}.`,
} as const;
