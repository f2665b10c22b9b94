/** Text that goes into a card as it is: already Markdown, or a time that the client turns into the reader's own. */
export class Markup {
  constructor(readonly text: string) {}
}

/** What may stand in a sentence; strings come from people and services and are escaped. */
export type Piece = string | number | Markup;

/**
 * Makes a string harmless in the Markdown of a card: no link, no emphasis, no list, no heading comes out of it.
 * Line breaks become spaces.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\r\n]+/g, ' ')
    .replace(/[\\`*_[\]<>~|]/g, '\\$&')
    .replace(/\{(?=\{)/g, '{ ')
    .replace(/^(\s*)([-+=]|#{1,6}|\d+[.)])(?=\s|$)/, (_, space: string, mark: string) => `${space}${escapeListMark(mark)}`);
}

function escapeListMark(mark: string): string {
  return mark.startsWith('#') ? `\\${mark}` : `${mark.slice(0, -1)}\\${mark.slice(-1)}`;
}

/** A sentence in Markdown whose pieces are escaped: md`Entra reports it created ${displayName}`. */
export function md(sentence: TemplateStringsArray, ...pieces: Piece[]): string {
  return sentence.reduce((text, part, index) => text + shown(pieces[index - 1]) + part);
}

function shown(piece: Piece | undefined): string {
  if (piece instanceof Markup) return piece.text;
  return typeof piece === 'number' ? String(piece) : escapeMarkdown(piece ?? '');
}

/** A sentence put together elsewhere, to stand in another one without being escaped again. */
export function markup(markdown: string): Markup {
  return new Markup(markdown);
}

/** The same sentence without Markdown and with times in UTC, for notifications, `fallbackText` and plain messages. */
export function plainText(markdown: string): string {
  return markdown
    .replace(/\{\{DATE\((\d{4}-\d{2}-\d{2})T[^)]*\)\}\}/g, '$1')
    .replace(/\{\{TIME\(\d{4}-\d{2}-\d{2}T(\d{2}:\d{2})[^)]*\)\}\}/g, '$1 UTC')
    .replace(/(?<!\\)\[((?:\\.|[^\]\\])*)\]\([^)]*\)/g, '$1')
    .replace(/(?<!\\)\*\*/g, '')
    .replace(/\\([\\`*_[\]<>~|.)#=+-])/g, '$1');
}
