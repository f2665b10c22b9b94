export type PeopleProblem =
  | { code: 'nobody' }
  | { code: 'too_many_people'; limit: number; count: number }
  | { code: 'text_too_long'; limit: number; length: number }
  | { code: 'not_an_address'; text: string }
  | { code: 'name_needs_quotes'; text: string };

export const MOST_PEOPLE = 50;
const LONGEST_TEXT = 3000;

const ADDRESS = String.raw`[^\s@<>()[\],;:"]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,63}`;
const wholeAddress = new RegExp(`^${ADDRESS}$`, 'u');
/** Outlook's way to copy a person: a name with or without quotes, then the address in angle brackets, and nothing else. */
const namedAddress = new RegExp(`^(?<name>"[^"]*"|[^<>@"]*?)\\s*<(?<address>${ADDRESS})>$`, 'u');
const bareName = /^[\p{L}\p{M}' .-]+$/u;
const objectId = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const joiningWords = new Set(['and', '&']);

/**
 * Reads whom a message names: addresses in any case, `mailto:` and links, `Name <a@b>`, names, `me`, object ids; separated by
 * commas, semicolons, new lines, and between addresses by spaces. Addresses come back in lower case, names as typed, everybody once.
 * Whatever is left over is a problem, never a person and never ignored: a list with problems must not be acted on.
 */
export function parsePeople(text: string): { people: string[]; problems: PeopleProblem[] } {
  if (text.length > LONGEST_TEXT) {
    return { people: [], problems: [{ code: 'text_too_long', limit: LONGEST_TEXT, length: text.length }] };
  }
  const people = new Map<string, string>();
  const problems: PeopleProblem[] = [];
  for (const part of splitParts(plainText(text))) {
    for (const found of readPart(part)) {
      if (typeof found === 'string') people.set(found.toLowerCase(), people.get(found.toLowerCase()) ?? found);
      else problems.push(found);
    }
  }
  if (people.size > MOST_PEOPLE) problems.push({ code: 'too_many_people', limit: MOST_PEOPLE, count: people.size });
  if (people.size === 0 && problems.length === 0) problems.push({ code: 'nobody' });
  return { people: [...people.values()], problems };
}

/** The speaker, as nobody is called: `provision me`. */
export function isMe(asked: string): boolean {
  return asked.toLowerCase() === 'me';
}

/** `isRow`: it stood between semicolons or on a line of its own, so a comma in it cannot part two people. */
type Part = { text: string; isRow: boolean };

/** One form for what Teams, Outlook and browsers paste: no tags, no entities, straight quotes, no `mailto:`. */
function plainText(text: string): string {
  return text
    .replace(/<at[^>]*>([^<]*)<\/at>/gi, ' "$1" ')
    .replace(/<a\s[^>]*href="mailto:([^"?]+)[^"]*"[^>]*>.*?<\/a>/gis, ' $1 ')
    .replace(/<\/?(p|div|br|span|li|ul|ol)(?=[\s/>])[^>]*>/gi, '\n')
    .replace(/\[[^\]]*\]\(mailto:([^)?]+)[^)]*\)/gi, ' $1 ')
    .replace(/&nbsp;|&#160;|[\u00a0\u2007\u202f]/gi, ' ')
    .replace(/&#39;|&apos;|[‘’]/gi, "'")
    .replace(/&quot;|[“”„]/gi, '"')
    .replace(/&lt;/gi, '<')
    .replace(/&gt;/gi, '>')
    .replace(/&amp;/gi, '&')
    .replace(/\u200b|\u200c|\u200d|\ufeff/g, '')
    .replace(/mailto:([^\s?<>,;]+)(\?[^\s<>,;]*)?/gi, '$1');
}

/**
 * Cuts at semicolons and new lines, then at commas that are not inside quotes. A list with semicolons keeps
 * `Nowak, Alice <a@b>` whole: its commas belong to the names.
 */
function splitParts(text: string): Part[] {
  const rows = cutOutsideQuotes(text, ';\n\r').map((row) => row.trim());
  const byRows = rows.filter((row) => row !== '').length > 1;
  return rows
    .flatMap((row): Part[] =>
      byRows && namedAddress.test(row) ? [{ text: row, isRow: true }] : splitRow(row).map((text) => ({ text, isRow: false })),
    )
    .filter((part) => part.text !== '');
}

/** `Nowak, Alice <a@b>` may be one person or two: it stays one part, which readPart() does not guess at. */
function splitRow(row: string): string[] {
  const parts = cutOutsideQuotes(row, ',').map((part) => part.trim());
  return parts.flatMap((part, index) => {
    const before = parts[index - 1];
    if (before !== undefined && bareName.test(before) && isNamed(part)) return [`${before}, ${part}`];
    const after = parts[index + 1];
    return after !== undefined && bareName.test(part) && isNamed(after) ? [] : [part];
  });
}

function isNamed(part: string): boolean {
  const name = namedAddress.exec(part)?.groups?.name ?? '';
  return name !== '' && !name.startsWith('"');
}

function cutOutsideQuotes(text: string, separators: string): string[] {
  const parts = [''];
  let isQuoted = false;
  for (const character of text) {
    if (character === '"') isQuoted = !isQuoted;
    if (!isQuoted && separators.includes(character)) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts;
}

function readPart({ text: part, isRow }: Part): (string | PeopleProblem)[] {
  const named = namedAddress.exec(part)?.groups;
  if (named?.address !== undefined) {
    const isUndecided = named.name?.includes(',') === true && !named.name.startsWith('"') && !isRow;
    return isUndecided ? [{ code: 'name_needs_quotes', text: part }] : [named.address.toLowerCase()];
  }
  const tokens = part.match(/"[^"]*"|<[^<>\s]+>|\S+/g) ?? [];
  const read = tokens.map(readToken);
  if (read.every((token) => token.kind === 'name' && !token.isQuoted) && read.length > 1) {
    return [{ code: 'name_needs_quotes', text: part }];
  }
  const isAlone = read.length === 1;
  return read.flatMap((token): (string | PeopleProblem)[] => {
    if (token.kind === 'address' || token.kind === 'objectId') return [token.text];
    if (token.kind === 'name' && !token.isQuoted && joiningWords.has(token.text.toLowerCase())) return [];
    if (token.kind === 'name' && (token.isQuoted || isAlone || isMe(token.text))) return token.text === '' ? [] : [token.text];
    return [{ code: 'not_an_address', text: token.text }];
  });
}

type Token = { kind: 'address' | 'objectId' | 'rubbish'; text: string } | { kind: 'name'; text: string; isQuoted: boolean };

function readToken(token: string): Token {
  const quoted = /^"([^"]*)"$/.exec(token)?.[1];
  const bare = (quoted ?? token).replace(/^[<(]+|[>).!?:]+$/g, '').trim();
  if (wholeAddress.test(bare)) return { kind: 'address', text: bare.toLowerCase() };
  if (objectId.test(bare)) return { kind: 'objectId', text: bare.toLowerCase() };
  const isName = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}'. -]*$/u.test(bare) || bare === '&' || bare === '';
  return isName ? { kind: 'name', text: bare, isQuoted: quoted !== undefined } : { kind: 'rubbish', text: token };
}
