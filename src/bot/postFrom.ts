import type { IAdaptiveCard } from '@microsoft/teams.cards';
import type { MessageContent } from '../notify/messenger';

/** What a handler says, as a message. */
export function contentOf(said: string | IAdaptiveCard): MessageContent {
  return typeof said === 'string' ? { text: said } : { card: said };
}
