import type { IAdaptiveCard } from '@microsoft/teams.cards';
import { card, text } from './kit';

/** With `FORMS=card`, in the place of a form that was taken, so that nobody sends it twice. */
export function formTakenCard(title: string, what: string): IAdaptiveCard {
  return card({ title, fallback: what, body: [text(what)] });
}
