import type { Policy, PolicyProblem, WhyNoDecider } from '../../provisioning/policy';
import { markup, md } from '../markdown';
import { peopleWords } from './countWords';

type PlainProblem = Exclude<PolicyProblem, WhyNoDecider> | 'channel_not_reachable';

const problems: Record<PlainProblem, { what: string; next: string }> = {
  no_approver: { what: 'Nobody is named who may approve.', next: 'Name people, a group, or both.' },
  approver_group_gone: {
    what: 'The group of approvers is not in Entra any more.',
    next: 'Choose another group, or name people.',
  },
  approver_group_empty: {
    what: 'Nobody who may approve is left: the group has no members who can, and nobody else is named. Guests and disabled accounts cannot.',
    next: 'Add members to the group, or name people.',
  },
  no_approver_reachable: {
    what: 'The bot cannot reach any approver: none of them has added the app.',
    next: 'One of them adds the app in Teams, or requests are posted to a channel.',
  },
  quorum_above_approvers: {
    what: 'More approvals are needed than there are people who may give them.',
    next: 'Ask for fewer approvals, or name more approvers.',
  },
  only_the_requester: {
    what: 'The only approver is the person who asks, who may not approve this themselves.',
    next: 'Name another approver. People may approve their own requests where the rules say so, but never their own setup.',
  },
  approvals_missing: {
    what: 'It is not clear how many approvals a request needs.',
    next: 'Give a number of at least 1 for small and for larger requests.',
  },
  approvals_not_ascending: {
    what: 'The sizes of requests do not grow from one line to the next.',
    next: 'Give each size once, the smaller first.',
  },
  lifetime_out_of_range: {
    what: 'A request can be valid for 10 minutes to 30 days.',
    next: 'Choose a lifetime in between, for example 8 hours.',
  },
  reminder_out_of_range: {
    what: 'The first reminder comes after the request has expired, or within a minute.',
    next: 'Choose between 1 minute and the lifetime of a request.',
  },
  escalation_to_nobody: {
    what: 'There is a time after which somebody else is asked, but nobody is named for it.',
    next: 'Name people, or leave the time empty.',
  },
  auto_approval_of_everybody: {
    what: 'Automatic approval without a domain or a group would let everybody through.',
    next: 'Name a domain or a group, or leave the daily number empty.',
  },
  channel_not_reachable: {
    what: 'The bot cannot post to the chosen channel.',
    next: 'Add the app to its team, or choose another place.',
  },
};

const noDeciders: Record<WhyNoDecider, (names: string) => string> = {
  approver_gone: (names) => md`Not in Entra any more, so they cannot decide: ${names}.`,
  approver_disabled: (names) => md`Disabled in Entra, so they cannot decide: ${names}.`,
  approver_guest: (names) => md`Guests of the company, who never decide: ${names}.`,
};

export function isPolicyProblem(problem: string): problem is PolicyProblem | 'channel_not_reachable' {
  return isPlain(problem) || Object.hasOwn(noDeciders, problem);
}

function isPlain(problem: string): problem is PlainProblem {
  return Object.hasOwn(problems, problem);
}

/** What makes rules that nobody could satisfy, and what to change. `names`: the people, where it is a problem of certain ones. */
export function policyProblemWords(problem: PolicyProblem | 'channel_not_reachable', names = ''): { what: string; next: string } {
  return isPlain(problem) ? problems[problem] : { what: noDeciders[problem](names), next: 'Name other people in their place.' };
}

export const policyForm = {
  title: 'Rules for requests',
  heading: (organizationId: string) => md`Organization ${organizationId}`,
  what: 'Who may ask, who approves, and how. They hold for requests that are made from now on.',
  sections: {
    approvers: 'Who approves',
    ask: 'Who may ask',
    time: 'Time',
    auto: 'Approved by the rules',
    post: 'Where approvers are asked',
    setup: 'Setup',
  },
  fields: {
    approvers: { label: 'People', placeholder: 'Type a name' },
    approverGroupId: { label: 'Members of a group', placeholder: 'Type the group’s name' },
    approvalsSmall: { label: 'Approvals for a small request' },
    smallUpTo: { label: 'Most people in a small request' },
    approvalsLarge: { label: 'Approvals for a larger request' },
    whoMayAsk: { label: 'May ask' },
    askerGroupId: { label: 'Which group may ask', placeholder: 'Type the group’s name' },
    lifetimeHours: { label: 'Hours until a request expires' },
    remindMinutes: { label: 'Minutes until the first reminder' },
    escalateMinutes: { label: 'Minutes until others are asked too' },
    escalateTo: { label: 'Who is asked then', placeholder: 'Type a name' },
    autoDomains: { label: 'For these e-mail domains', placeholder: 'contoso.com' },
    autoGroupId: { label: 'For members of a group', placeholder: 'Type the group’s name' },
    autoPerDay: { label: 'People a day (UTC) at most' },
    postTo: { label: 'Requests go to' },
    channelId: { label: 'Which channel', placeholder: 'Choose' },
  },
  toggles: {
    guestsMayAsk: 'Guests of the company may ask too',
    selfApproval: 'Approvers may approve their own requests',
    reasonRequired: 'A reason is required',
    setupNeedsApproval: 'A second administrator approves each setup',
  },
  choices: {
    everyone: 'Everyone in the company',
    group: 'Only members of a group',
    approvers: 'The approvers’ personal chats',
    channel: 'One channel',
  },
  hints: {
    approvers: 'An approval also takes the right to provision: Application Administrator or Cloud Application Administrator.',
    remind: 'The pause doubles with each further reminder.',
    escalate: 'Leave both empty when nobody else is to be asked.',
    auto: 'The rules decide and never act: an approver still runs what they approved. Leave all empty for none.',
    noChannels: 'The app is in no channel or group chat yet.',
  },
  submit: 'Check and save',
} as const;

export const policyRun = {
  title: (organizationId: string) => md`Rules for requests, organization ${organizationId}`,
  checking: 'Being checked',
  checkingWhat: 'The bot reads the people and groups in Entra with your rights. The rules before hold until then.',
  refused: 'Not saved',
  before: (version: number) => `Version ${version} stays in force.`,
  noneBefore: 'There are no rules, so nobody can ask.',
  inForce: (version: number) => `In force, version ${version}`,
  signInTitle: 'Waiting for your sign-in',
  signIn: 'Sign in, so that the bot can check the rules with your rights. It then goes on by itself.',
  expired: 'Nobody went on within 24 hours. Nothing was saved.',
  cancelled: 'Nothing was saved.',
  facts: {
    ask: 'May ask',
    approvers: 'Approve',
    approvals: 'How many',
    self: 'Own request',
    reason: 'Reason',
    time: 'Valid for',
    remind: 'Reminder',
    escalate: 'Then',
    auto: 'By the rules',
    post: 'Asked in',
    setup: 'Setup',
  },
} as const;

export const policyButtons = { open: 'Change the rules', begin: 'Write the rules', again: 'Open the form again' } as const;

/** A policy in short sentences, each with its title. */
export function policyLines(policy: Policy): [string, string][] {
  const { facts } = policyRun;
  const { whoMayAsk, approvers, escalation, autoApproval } = policy;
  const askers = whoMayAsk.kind === 'everyone' ? 'everyone in the company' : md`members of ${whoMayAsk.group.displayName}`;
  const named = approvers.people.map(({ displayName }) => displayName);
  const group = approvers.group === null ? [] : [`members of ${approvers.group.displayName}`];
  return [
    [facts.ask, `${askers}${policy.guestsMayAsk ? ', guests too' : ', no guests'}`],
    [facts.approvers, md`${[...named, ...group].join(', ') || 'nobody'}`],
    [facts.approvals, approvalsLine(policy)],
    [facts.self, policy.selfApproval ? 'may be approved by oneself' : 'needs somebody else'],
    [facts.reason, policy.reasonRequired ? 'required' : 'not required'],
    [facts.time, durationWords(policy.lifetimeMs)],
    [facts.remind, `after ${durationWords(policy.remindAfterMs)}, then each pause doubles`],
    ...(escalation === null
      ? []
      : ([
          [
            facts.escalate,
            md`after ${durationWords(escalation.afterMs)} also ${escalation.people.map(({ displayName }) => displayName).join(', ') || 'nobody'}`,
          ],
        ] as [string, string][])),
    [facts.auto, autoApproval === null ? 'nothing' : autoLine(autoApproval)],
    [facts.post, policy.postTo.kind === 'approvers' ? 'the approvers’ personal chats' : 'one channel'],
    [facts.setup, policy.setupNeedsApproval ? 'needs a second administrator' : 'needs no approval'],
  ];
}

function approvalsLine({ approvals }: Policy): string {
  const [first] = approvals;
  if (approvals.every(({ needed }) => needed === first?.needed)) return `${first?.needed ?? 1} for each request`;
  return approvals
    .map(({ upTo, needed }) => (upTo === null ? `${needed} above` : `${needed} up to ${peopleWords(upTo)}`))
    .join(', ');
}

function autoLine({ domains, group, perDay }: NonNullable<Policy['autoApproval']>): string {
  const whom = [...domains, ...(group === null ? [] : [`members of ${group.displayName}`])].join(', ');
  return md`${whom || 'nobody'}; ${markup(peopleWords(perDay))} a day (UTC)`;
}

const MINUTE_MS = 60_000;

/** `45 min`, `8 h`, `1 h 30 min`, `3 days`. */
export function durationWords(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / MINUTE_MS));
  if (minutes < 60) return `${minutes} min`;
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (rest > 0) return `${hours} h ${rest} min`;
  return hours % 24 === 0 && hours >= 48 ? `${hours / 24} days` : `${hours} h`;
}
