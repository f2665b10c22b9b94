import type { Card, MessageView } from '../teams/clientTypes';

type Json = Record<string, unknown>;

/** Every object in a card, wherever it stands. */
function* objectsIn(value: unknown): Generator<Json> {
  if (Array.isArray(value)) for (const item of value) yield* objectsIn(item);
  else if (typeof value === 'object' && value !== null) {
    yield value as Json;
    for (const item of Object.values(value)) yield* objectsIn(item);
  }
}

/** The action with this verb; fallbacks do not count. undefined: the card does not offer it now. */
export function findAction(card: Card | undefined, verb: string): Json | undefined {
  if (!card) return undefined;
  for (const object of objectsIn(card)) {
    if (object.verb === verb && object.type === 'Action.Execute') return object;
    const data = object.data as Json | undefined;
    if (object.type === 'Action.Submit' && data?.verb === verb) return object;
  }
  return undefined;
}

/** @throws Error with the card's text when it does not offer the action */
export function actionOf(card: Card | undefined, verb: string): Json {
  const action = findAction(card, verb);
  if (!action) throw new Error(`No action ${verb} in: ${card ? textOf(card) : 'no card'}`);
  return action;
}

/** What a person can read of a card, one piece a line. */
export function textOf(card: Card): string {
  const lines: string[] = [];
  for (const { type, text, title, label, value } of objectsIn({ ...card, fallbackText: undefined })) {
    if (type === 'TextBlock' || type === 'TextRun') lines.push(String(text));
    else if (typeof type === 'string' && type.startsWith('Action.') && title) lines.push(`[${title}]`);
    else if (typeof type === 'string' && type.startsWith('Input.')) lines.push(`(${label ?? title ?? ''}: ${value ?? ''})`);
    else if (type === undefined && title && value) lines.push(`${title}: ${value}`);
  }
  return lines.join('\n');
}

/** Text and cards of a message, as lines. */
export function readMessage(message: MessageView): string {
  return [message.text, ...message.cards.map(textOf)].filter(Boolean).join('\n');
}
