import { closest, distance } from 'fastest-levenshtein';
import { type PeopleProblem, parsePeople } from './addresses';
import { LONGEST_REASON } from './requests';

/** What a message asks for. `unclear` and `unknown` are answered with words and change nothing. */
export type Command =
  | { kind: 'help' | 'signIn' | 'signOut' | 'setup' | 'status' | 'settings' | 'audit' | 'requests' | 'requestForm' }
  | { kind: 'provision'; people: string[]; organization: string | null }
  | { kind: 'request'; people: string[]; organization: string | null; reason: string | null }
  | { kind: 'showRequest'; number: number }
  | { kind: 'unclear'; command: 'provision' | 'request'; problems: CommandProblem[] }
  | { kind: 'unknown'; nearest: string };

export type CommandProblem =
  | PeopleProblem
  | { code: 'organization_unclear'; text: string }
  | { code: 'reason_missing' }
  | { code: 'reason_too_long'; limit: number; length: number };

/** Anchored at both ends: `provision` is not in `deprovision`, and `status please` is no command. */
const fixedCommands: [RegExp, Command][] = [
  [/^(help|\?)$/, { kind: 'help' }],
  [/^(sign[ -]?in|log[ -]?in)$/, { kind: 'signIn' }],
  [/^(sign[ -]?out|log[ -]?out)$/, { kind: 'signOut' }],
  [/^set[ -]?up$/, { kind: 'setup' }],
  [/^status$/, { kind: 'status' }],
  [/^requests$/, { kind: 'requests' }],
  [/^request$/, { kind: 'requestForm' }],
  [/^settings$/, { kind: 'settings' }],
  [/^audit$/, { kind: 'audit' }],
];
const numbered = /^request(?:\s+|\s*#)(?<number>[1-9]\d{0,8})$/;

/** What can be typed, as text to copy. */
export const COMMAND_FORMS = [
  'help',
  'sign in',
  'sign out',
  'setup',
  'status',
  'provision alice@contoso.com',
  'request alice@contoso.com',
  'requests',
  'settings',
  'audit',
] as const;

/** Asking to remove somebody is never answered with the command that adds them. */
const opposites = /^(de|un|dis)[ -]?provision|^(remove|delete|revoke|offboard|unassign)\b/;

/**
 * Reads a message whose mentions of the bot are already gone. White space of any kind counts as one space, capitals do not
 * matter, one full stop or mark at the end is forgiven; anything else that does not belong makes it no command.
 */
export function parseCommand(text: string): Command {
  const normalized = normalize(text);
  const words = normalized.toLowerCase().replace(/(?<=\S)\s*[.!?]$/, '');
  const fixed = fixedCommands.find(([pattern]) => pattern.test(words));
  if (fixed !== undefined) return fixed[1];
  const number = numbered.exec(words)?.groups?.number;
  if (number !== undefined) return { kind: 'showRequest', number: Number(number) };
  const asked = /^(?<command>provision|request)(?:\s+(?<rest>[\s\S]*))?$/i.exec(normalized);
  if (asked === null) return { kind: 'unknown', nearest: nearestTo(normalized) };
  const rest = asked.groups?.rest ?? '';
  return asked.groups?.command?.toLowerCase() === 'request' ? parseRequest(rest) : parseProvision(rest);
}

function parseProvision(rest: string): Command {
  const { people, organization, problems } = parseWhoAndWhere(rest);
  if (problems.length > 0) return { kind: 'unclear', command: 'provision', problems };
  return { kind: 'provision', people, organization };
}

/** A bare number names a request, never a person: `request 42, 43` asks for nobody. */
function parseRequest(rest: string): Command {
  const { before, reason } = splitReason(rest);
  const { people, organization, problems } = parseWhoAndWhere(before);
  for (const name of people) if (/^#?\d+$/.test(name)) problems.push({ code: 'not_an_address', text: name });
  if (reason === '') problems.push({ code: 'reason_missing' });
  if (reason !== null && reason.length > LONGEST_REASON)
    problems.push({ code: 'reason_too_long', limit: LONGEST_REASON, length: reason.length });
  if (problems.length > 0) return { kind: 'unclear', command: 'request', problems };
  return { kind: 'request', people, organization, reason };
}

function parseWhoAndWhere(text: string): { people: string[]; organization: string | null; problems: CommandProblem[] } {
  const { who, organization } = splitOrganization(text);
  const { people, problems: peopleProblems } = parsePeople(who);
  const problems: CommandProblem[] = [...peopleProblems];
  if (organization !== null && !isOrganization(organization)) problems.push({ code: 'organization_unclear', text: organization });
  return { people, organization, problems };
}

/** Cuts at the first ` because ` outside quotes; what stands behind it is free text. */
function splitReason(rest: string): { before: string; reason: string | null } {
  const because = [...rest.matchAll(/"[^"]*"|\S+/g)].find((word) => word[0].toLowerCase() === 'because');
  if (because === undefined) return { before: rest, reason: null };
  return { before: rest.slice(0, because.index), reason: rest.slice(because.index + 'because'.length).trim() };
}

/** Cuts at the last ` to ` outside quotes. */
function splitOrganization(rest: string): { who: string; organization: string | null } {
  const words = [...rest.matchAll(/"[^"]*"|\S+/g)];
  const to = words.findLast((word) => word[0].toLowerCase() === 'to');
  if (to === undefined || to.index === 0) return { who: rest, organization: null };
  const organization = rest
    .slice(to.index + 2)
    .trim()
    .replace(/^"|"?\.?$/g, '');
  return { who: rest.slice(0, to.index), organization };
}

/** A number, an address of Unity, or the name of an app; a person's address is none of these. */
function isOrganization(text: string): boolean {
  return text !== '' && text.length <= 200 && !text.includes('@') && !/[,;\n]/.test(text);
}

/** Keeps new lines (they separate people), turns every other white space into one space. */
function normalize(text: string): string {
  return text
    .replace(/&nbsp;|&#160;/gi, ' ')
    .replace(/[“”„]/g, '"')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n[ \n]*/g, '\n')
    .trim();
}

/** The nearest command as text to copy; a mistyped `provision` or `request` keeps the people that were named. */
function nearestTo(text: string): string {
  const typed = text.toLowerCase();
  if (typed === '' || opposites.test(typed)) return 'help';
  const [first = '', ...rest] = text.split(/\s+/);
  if (rest.length > 0 && distance(first.toLowerCase(), 'provision') <= 3) return `provision ${rest.join(' ')}`;
  if (rest.length > 0 && !['requests', 'request'].includes(first.toLowerCase()) && distance(first.toLowerCase(), 'request') <= 2)
    return `request ${rest.join(' ')}`;
  const forms = ['help', 'sign in', 'sign out', 'setup', 'status', 'provision', 'requests', 'request', 'settings', 'audit'];
  const starts = forms.find((form) => typed === form || typed.startsWith(`${form} `));
  const near = starts ?? closest(typed.slice(0, 40), forms);
  const isNear = starts !== undefined || distance(typed.slice(0, 40), near) <= Math.ceil(near.length / 2);
  return asForm(isNear ? near : 'help');
}

function asForm(command: string): string {
  return COMMAND_FORMS.find((form) => form === command || form.startsWith(`${command} `)) ?? 'help';
}
