import type { RunState } from '../../provisioning/runs';
import { type Markup, md } from '../markdown';
import { dayAndTime } from '../times';

export const buttons = {
  start: 'Start',
  renew: 'Renew',
  cancel: 'Cancel',
  undo: 'Cancel and undo',
  retry: 'Retry',
  retryWith: 'Retry with this person',
  startWithoutTest: 'Start without a test',
  portal: 'Open the Entra portal',
  checked: 'What was checked',
  openSetup: 'Open the form',
  signIn: 'Sign in',
} as const;

export const welcome = {
  title: 'Unity Provisioning',
  what: 'This bot lets Microsoft Entra create people in your Unity organization by itself: it sets up SCIM once, and then you provision people from this chat.',
  rights:
    'It has no rights of its own. Every change is made with the rights of the person who asks, after you have seen the plan.',
  begin: 'To begin, type **setup**. To see everything, type **help**.',
} as const;

export const help = {
  title: 'What you can type',
  commands: [
    ['setup', 'Join a Unity organization and an Entra app. You see a plan before anything changes.'],
    ['provision alice@contoso.com', 'Create one or several people in Unity now. Put a name of several words in quotes.'],
    [
      'request alice@contoso.com',
      'Ask somebody with the right to do it. Behind “because” stands your reason; without people a form opens.',
    ],
    ['requests', 'Your requests, and those that wait for you. With a number, as in “request 42”, you see one.'],
    ['settings', 'Who may ask and who approves. For administrators of the app.'],
    ['audit', 'Who did what and when. For administrators of the app.'],
    ['status', 'What is set up, how the last cycle went, and who watches it.'],
    ['sign in', 'Let the bot act with your rights.'],
    ['sign out', 'Take that back. Runs that need you then wait.'],
    ['help', 'This card.'],
  ] as [string, string][],
  note: 'In group chats and channels mention the bot first. Private parts go on in your personal chat.',
} as const;

export const setupStart = {
  title: 'Set up Unity provisioning',
  what: 'You need about ten minutes, the right to manage the app in Entra, and Owner or Manager in Unity.',
  found: 'Apps found in Entra',
  none: 'No app in Entra looks like Unity’s. In the form you can look for any other.',
  several: 'Several apps look right; choose one in the form.',
  steps: [
    'Fill in a form: organization, app, domains',
    'Make a token in Unity and paste it',
    'Look at the plan, then confirm it',
  ],
  once: 'Nothing changes before you confirm the plan.',
} as const;

const nothing = { what: '', next: '' };

export const setupRun = {
  title: (organizationId: string) => md`Setup of organization ${organizationId}`,
  headline: {
    requested: 'Waiting for its turn',
    looking: 'Looking; nothing is changed yet',
    running: 'Under way',
    plan: 'Plan to confirm',
    signIn: 'Waiting for a sign-in',
    approval: 'Waiting for approval',
    waiting: 'Waiting',
    stopped: 'Stopped before any change',
    failed: 'Failed',
    cancelling: 'Cancelling',
    cancelled: 'Cancelled',
    done: 'Provisioning is started',
    donePaused: 'Renewed; the job stays paused',
    expired: 'Expired',
    replaced: 'A newer attempt goes on',
  },
  signInHeadline: (actingAs: string) => `Waiting for ${actingAs} to sign in`,
  explanation: {
    requested: nothing,
    looking: nothing,
    running: nothing,
    plan: { what: 'Nothing has been changed so far.', next: '' },
    signIn: { what: 'The bot acts with this person’s rights only.', next: 'After the sign-in the run goes on by itself.' },
    approval: {
      what: 'The rules want a second administrator to approve this plan. Nothing has been changed so far.',
      next: 'After the approval it goes on by itself. Type **requests** to see the request.',
    },
    waiting: nothing,
    stopped: nothing,
    failed: { what: 'The run stopped.', next: 'Retry: finished steps are only confirmed.' },
    cancelling: { what: 'What this setup made is undone, newest first.', next: '' },
    cancelled: {
      what: 'What was undone, and what is left, stands below. Where nothing stands, nothing was changed.',
      next: 'Type **setup** to begin again.',
    },
    done: {
      what: 'Entra’s first cycle comes next. The bot tells you when it has finished.',
      next: 'To create somebody at once, type **provision** and the address. Leave the attribute mappings in Entra as they are: which others Unity takes is not verified.',
    },
    donePaused: { what: 'Entra keeps the new token.', next: 'Resume the job in the Entra portal when you want it to run.' },
    expired: { what: 'Nobody went on within 24 hours. What was made stays as it is.', next: 'Type **setup** to begin again.' },
    replaced: nothing,
  },
  plan: {
    do: 'What will be done',
    overwritten: 'Cannot be brought back',
    people: 'People',
    warnings: 'Please note',
    testPerson: 'Test person',
  },
  testPersonHint: 'Is assigned and created first, to prove that it works. Somebody else means a new plan.',
  testPersonMissing: 'Choose a test person.',
  steps: 'Steps',
  checked: 'What was checked',
  checks: 'Check Entra and Unity',
  checksPassed: (passed: number, total: number) => `${passed} of ${total} checks passed; nothing was changed by them.`,
  undoing: 'Undone',
  stepsDone: (done: number, total: number) => `${done} of ${total} steps`,
  accountStays: (displayName: string) =>
    md`Nobody is removed from Unity: if Entra made an account for ${displayName}, it stays. Remove it in the Unity dashboard if you do not want it.`,
  expires: (iso: string) => md`Waits until ${dayAndTime(iso)}.`,
  actingAs: 'acting as',
} as const;

export const provisionRun = {
  title: (count: number) => (count === 1 ? 'Provision a person' : `Provision ${count} people`),
  doing: {
    looking: 'Looking in Entra',
    assigning: 'Assigning to the app',
    provisioning: 'Entra provisions',
    waiting: 'Waiting for Entra',
    queued: 'Waits for its turn',
  },
  waiting: (next: Markup, end: Markup | undefined) =>
    end === undefined
      ? md`Entra has not seen the assignment yet. Next try at ${next}.`
      : md`Entra has not seen the assignment yet. Next try at ${next}; gives up at ${end}.`,
  through: (group: string) => md`Assigned through ${group}.`,
  actingAs: 'acting as',
  choice: 'Choose a person',
  cancelling: 'Cancelling',
  chooseOne: (count: number) =>
    count === 1
      ? 'If this is who is meant, choose the name. The choice becomes a run of its own.'
      : 'Choose who is meant. The choice becomes a run of its own.',
  chooseByAddress: (addresses: readonly string[]) =>
    addresses.length === 1
      ? md`If this is who is meant, ask again with the address: ${addresses[0] ?? ''}.`
      : md`Ask again with the address. Among them: ${addresses.join(', ')}.`,
  chooseMore: (count: number) => `There are ${count} more. If nobody here is meant, ask again with the address.`,
  whatCancelDoes: 'Cancel stops before the next person. Nobody is removed.',
  signIn: (actingAs: string) => md`Waiting for ${actingAs} to sign in. The run then goes on by itself.`,
  expired: 'Nobody went on within 24 hours. Ask again for those who are left.',
  summary: { good: 'done', skipped: 'skipped', failed: 'failed', choose: 'to choose', open: 'under way' },
} as const;

export const runStateWords: Record<RunState, string> = {
  requested: 'Waiting for its turn',
  running: 'Under way',
  waiting: 'Waiting',
  failed: 'Failed',
  done: 'Finished',
  cancelled: 'Cancelled',
  expired: 'Expired',
  replaced: 'Replaced by a newer attempt',
};
