import type { IAdaptiveCard } from '@microsoft/teams.cards';
import { card, text } from './kit';
import { welcome } from './words';

/** The first message after the app was added. */
export function welcomeCard(): IAdaptiveCard {
  return card({
    title: welcome.title,
    fallback: welcome.begin,
    body: [text(welcome.what), text(welcome.rights), text(welcome.begin)],
  });
}
