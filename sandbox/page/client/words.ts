import type { Card, MessageView, Scope } from '../../teams/clientTypes';

/** Up to two letters for a round picture: first and last name. */
export function initialsOf(name: string): string {
  const words = name.split(/[\s(]+/).filter((word) => /^\p{L}/u.test(word));
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters.map((word) => word?.[0]?.toUpperCase() ?? '').join('');
}

export function scopeName(scope: Scope): string {
  return { personal: 'Personal chat', groupChat: 'Group chat', channel: 'Team channel' }[scope];
}

function firstText(value: unknown): string | undefined {
  if (Array.isArray(value)) {
    for (const entry of value) {
      const text = firstText(entry);
      if (text) return text;
    }
    return undefined;
  }
  if (!value || typeof value !== 'object') return undefined;
  const element = value as { type?: string; text?: unknown; body?: unknown; items?: unknown; columns?: unknown };
  if (element.type === 'TextBlock' && typeof element.text === 'string') return element.text;
  return firstText(element.body) ?? firstText(element.items) ?? firstText(element.columns);
}

/** The first text a card shows, for a preview. */
export function cardTitle(card: Card): string {
  return firstText(card)?.replace(/\*\*/g, '') ?? (typeof card.fallbackText === 'string' ? card.fallbackText : 'Card');
}

const ENTITIES: Record<string, string> = { nbsp: ' ', lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' };

/** The text of HTML that the client made: blocks apart, tags gone, the few entities it uses turned back. */
function textOfHtml(html: string): string {
  return html
    .replace(/<br>|<\/(?:p|li|ul|ol)>/g, ' ')
    .replace(/<[^>]*>/g, '')
    .replace(/&(nbsp|lt|gt|quot|#39|amp);/g, (whole, name: string) => ENTITIES[name] ?? whole)
    .trim();
}

/** One plain line about a message: its summary, its text without tags, or its card's first text. */
export function previewOf(message: MessageView): string {
  const line =
    message.summary ||
    textOfHtml(message.html) ||
    (message.cards[0] ? cardTitle(message.cards[0]) : '') ||
    message.signIn?.text ||
    '';
  return line.replace(/\*\*/g, '').replace(/\s+/g, ' ').trim();
}

/** The hour and minute of an instant, as the reader's language writes them. */
export function timeOf(instant: string, locale?: string): string {
  return new Date(instant).toLocaleTimeString(locale, { hour: 'numeric', minute: '2-digit' });
}

/** `Today`, or the date, of an instant as seen at `now`. */
export function dayOf(instant: string, now: Date, locale?: string): string {
  const day = new Date(instant);
  if (day.toDateString() === now.toDateString()) return 'Today';
  return day.toLocaleDateString(locale, { weekday: 'long', month: 'long', day: 'numeric' });
}
