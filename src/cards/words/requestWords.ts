import type { FrozenPerson, RequestState } from '../../provisioning/requests';
import { markup, md } from '../markdown';
import { dayAndTime } from '../times';
import { peopleWords } from './countWords';

export const requestStateWords: Record<RequestState, string> = {
  requested: 'Waiting for approval',
  approved: 'Approved, not run yet',
  running: 'Approved, under way',
  done: 'Done',
  partly_done: 'Partly done',
  failed: 'Failed',
  declined: 'Declined',
  expired: 'Expired',
  withdrawn: 'Withdrawn',
  superseded: 'Replaced by a newer request',
};

export const request = {
  title: (number: number) => `Request ${number}`,
  asks: (displayName: string, people: number) => md`${displayName} asks to provision ${peopleWords(people)}`,
  asksSetup: (displayName: string) => md`${displayName} asks to set up provisioning`,
  setupMeans: 'Your approval lets the bot carry out this plan once, with your rights. Your rights are checked at the click.',
  facts: {
    reason: 'Reason',
    approvals: 'Approvals',
    actingAs: 'Acting as',
    asked: 'Asked',
    expires: 'Valid until',
    ended: 'Ended',
    fingerprint: 'Fingerprint',
    links: 'See also',
  },
  noReason: 'none given',
  approvedBy: (by: string, at: string) => md`${by} (${dayAndTime(at)})`,
  approvals: (given: number, needed: number) => `${given} of ${needed}`,
  approvalsBy: (given: number, needed: number, by: readonly string[]) => md`${given} of ${needed} by ${markup(by.join(' and '))}`,
  autoApproved: 'none needed: the rules approve this',
  supersedes: (number: number) => `takes the place of request ${number}`,
  supersededBy: (number: number) => `went on as request ${number}`,
  people: 'What would change',
  peopleThen: 'What would have changed',
  outcomes: 'People',
  cannot: 'Not part of this request',
  wouldAssign: 'Assign and create',
  wouldUpdate: 'Create or update',
  summary: {
    good: 'done',
    skipped: 'skipped',
    failed: 'failed',
    choose: 'to choose',
    open: 'under way',
    not_reached: 'not reached',
  },
  unreachable: (names: readonly string[]) =>
    md`The bot cannot reach ${names.join(', ')}: they have not added the app or have blocked it. Tell them yourself.`,
  clickMeans:
    'Your approval lets the bot act with your rights, once, on exactly these people. Your rights are checked at the click.',
  ownRequest: 'You asked for this yourself, so somebody else has to approve it.',
  runMeans: 'Running it acts with your rights, once, on exactly these people. Your rights are checked at the click.',
  channelMeans: 'Whoever may decide gets the buttons. Rights are checked at each click.',
  decline: {
    label: 'Why do you decline?',
    placeholder: 'The person who asked reads this',
    missing: 'Say why you decline.',
  },
} as const;

/** What each state means, and what comes next; empty where other lines say it. */
export const requestExplanation: Record<RequestState, { what: string; next: string }> = {
  requested: { what: 'Nothing has been changed so far.', next: '' },
  approved: { what: 'Nothing has been changed so far.', next: '' },
  running: { what: '', next: '' },
  done: { what: '', next: '' },
  partly_done: { what: 'Not everybody could be done; each person has the reason below.', next: '' },
  failed: { what: 'Nobody was provisioned.', next: '' },
  declined: { what: 'Nothing was changed.', next: '' },
  expired: { what: 'Its time ran out. Nothing was changed, and nobody declined it.', next: '' },
  withdrawn: { what: 'Nothing was changed.', next: '' },
  superseded: { what: 'It is closed: nobody can approve it any more.', next: '' },
};

/** The same for a setup, whose own card shows the steps. */
export const setupRequestExplanation: Partial<typeof requestExplanation> = {
  running: { what: 'The card of the setup, with whoever asked, shows each step.', next: '' },
  done: { what: 'Provisioning is started.', next: '' },
  failed: { what: 'The setup stopped. Its own card says where, and what is left.', next: '' },
};

/** Approved by the rules alone: somebody still has to run it. */
export const waitsForActor = 'The rules approved it; an approver still has to run it. Nothing has been changed so far.';

export function declinedWords(by: string, at: string): string {
  return md`By ${by}, ${dayAndTime(at)}.`;
}

/** What was known of a person when the request was frozen. */
export function frozenWords({ enabled, userType, assigned, mail, userPrincipalName }: FrozenPerson): string {
  const known = [
    userType === 'Guest' ? 'guest' : 'member',
    enabled ? 'enabled' : 'disabled',
    assigned ? 'assigned to the app' : 'not assigned yet',
  ];
  const address = mail !== null && mail.toLowerCase() !== userPrincipalName.toLowerCase() ? md`, mail ${mail}` : '';
  return `Now: ${known.join(', ')}${address}.`;
}

/** What the run would do for a person. */
export function wouldWords({ assigned }: Pick<FrozenPerson, 'assigned'>): string {
  return assigned ? request.wouldUpdate : request.wouldAssign;
}

export const requestRun = {
  title: (people: number) => (people === 0 ? 'A request' : `Request for ${peopleWords(people)}`),
  preparing: 'Being prepared',
  preparingWhat: 'The bot reads what is known of these people and who may decide. Nobody is asked before that.',
  refused: 'Not asked',
  signInTitle: 'Waiting for your sign-in',
  signIn: 'Sign in, so that the bot can read these people with your rights. The request then goes on by itself.',
  expired: 'Nobody went on within 24 hours. Ask again if it is still wanted.',
} as const;

export const requestList = {
  title: 'Requests',
  none: 'There is no request of yours, and none waits for you.',
  row: (first: string, more: number) => (more === 0 ? first : md`${markup(first)} and ${more} more`),
  by: (displayName: string) => md`asked by ${displayName}`,
  own: 'asked by you',
  until: (iso: string) => md`until ${dayAndTime(iso)}`,
  yours: 'Waits for your decision',
  hint: 'To see any of them, type **request** and its number.',
} as const;

export const approvedWaiting = {
  title: (count: number) => (count === 1 ? 'Run an approved request' : `Run ${count} approved requests`),
  what: 'The rules approved them; nothing has been changed so far. An approver has to run them.',
  means: 'They run with your rights, once each. Your rights are checked at the click.',
  none: 'Nothing waits any more: all of them were run, withdrawn or have expired.',
} as const;

export const requestForm = {
  title: 'Request',
  heading: 'Ask for people in Unity',
  what: 'Approvers see whom you name and why. Nothing changes before they approve.',
  connection: { label: 'Unity organization', placeholder: 'Choose', missing: 'Choose an organization.' },
  people: { label: 'People', placeholder: 'Type a name' },
  addresses: {
    label: 'Or their addresses',
    placeholder: 'alice@contoso.com, bob@contoso.com',
    hint: 'For people whom the list does not find. Separate them by commas.',
  },
  reason: { label: 'Reason', placeholder: 'What they need Unity for', missing: 'Say why you ask.' },
  submit: 'Ask',
} as const;

/** On the buttons of a request. */
export const requestButtons = {
  ask: 'Ask for people',
  approve: 'Approve',
  decline: 'Decline',
  confirmDecline: 'Decline with this reason',
  run: 'Run',
  runAll: (count: number) => (count === 1 ? 'Run it' : `Run all ${count}`),
  plan: 'Show the plan',
  withdraw: 'Withdraw',
  again: 'Ask again',
  decide: 'Decide',
  show: (number: number) => `Show request ${number}`,
  administer: 'I administer this app',
} as const;
