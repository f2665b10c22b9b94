import type { Card } from '../../../teams/clientTypes';

type Json = string | number | boolean | null | undefined | Json[] | { [name: string]: Json };

/** Characters that Markdown would read as formatting. */
const FORMATTING = /[\\`*_{}[\]()#+\-.!|<>]/g;

function mentionTexts(card: Card): Map<string, string> {
  const texts = new Map<string, string>();
  const entities = (card.msteams as { entities?: unknown } | undefined)?.entities;
  for (const entity of Array.isArray(entities) ? entities : []) {
    const { type, text, mentioned } = (entity ?? {}) as { type?: string; text?: string; mentioned?: { name?: string } };
    if (type !== 'mention' || !text) continue;
    const name = mentioned?.name ?? text.replace(/<\/?at>/g, '');
    texts.set(text, `**${name.replace(FORMATTING, '\\$&')}**`);
  }
  return texts;
}

function replaceTexts(value: Json, texts: Map<string, string>): Json {
  if (typeof value === 'string') {
    let replaced = value;
    for (const [text, shown] of texts) replaced = replaced.replaceAll(text, () => shown);
    return replaced;
  }
  if (Array.isArray(value)) return value.map((entry) => replaceTexts(entry, texts));
  if (value && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, replaceTexts(entry, texts)]));
  return value;
}

/** The card as Teams reads it: mentions named in `msteams.entities` become bold names; all else, and the input, stays as it was. */
export function prepareCard(card: Card): Card {
  const texts = mentionTexts(card);
  if (texts.size === 0) return card;
  const { msteams, ...drawn } = card;
  return { ...(replaceTexts(drawn as Json, texts) as Card), msteams };
}
