/** A part of a card as plain data. */
export type Part = Record<string, unknown> & { type?: string };

/** Every object of a card that has a type, in the order of the card; fallbacks are left out, since clients show one or the other. */
export function partsOf(card: unknown): Part[] {
  if (Array.isArray(card)) return card.flatMap(partsOf);
  if (typeof card !== 'object' || card === null) return [];
  const { fallback: _, ...rest } = card as Part;
  const inside = Object.values(rest).flatMap(partsOf);
  return typeof rest.type === 'string' ? [card as Part, ...inside] : inside;
}

/** What a person can read, line by line: texts, labels, titles of buttons and choices. */
export function wordsOf(card: unknown): string[] {
  return partsOf(card)
    .flatMap(({ text, label, title, choices, placeholder }) => [text, label, title, placeholder, ...titlesOf(choices)])
    .filter((word): word is string => typeof word === 'string');
}

function titlesOf(choices: unknown): unknown[] {
  return Array.isArray(choices) ? choices.map((choice: { title?: unknown }) => choice.title) : [];
}

export function readable(card: unknown): string {
  return wordsOf(card).join('\n');
}

/** Verbs of the buttons, in their order; buttons without a verb by their type. */
export function buttonsOf(card: { actions?: unknown }): string[] {
  return ((card.actions ?? []) as Part[]).map((action) => {
    const data = action.data as { verb?: string } | undefined;
    return String(action.verb ?? data?.verb ?? action.type);
  });
}

export function sizeOf(card: unknown): number {
  return Buffer.byteLength(JSON.stringify(card), 'utf16le');
}
