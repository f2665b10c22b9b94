import type { IAdaptiveCard } from '@microsoft/teams.cards';
import type { Access } from '../auth/signIn';
import type { Turn } from './turn';

/** What a dialog does next: shows a card (a first one, the next step, or the same with problems), or closes. */
export type DialogAnswer =
  | { kind: 'show'; title: string; card: IAdaptiveCard; size: 'small' | 'medium' | 'large' }
  | { kind: 'close'; message?: string };

/**
 * What a click on a card gives to whoever clicked: a new card in its place, or a line of text. `own` is a card that nobody else may
 * see; where a client can only show it to everybody, its text is said instead.
 */
export type ActionAnswer =
  | { kind: 'card'; card: IAdaptiveCard }
  | { kind: 'own'; card: IAdaptiveCard; text: string }
  | { kind: 'message'; text: string };

/** `access`: what the person's sign-in is good for; commands that need none get `acts`. */
export type CommandHandler<C> = (turn: Turn, command: C, access: Access) => Promise<void>;
export type DialogHandler = (turn: Turn, data: unknown) => Promise<DialogAnswer>;
export type ActionHandler = (turn: Turn, data: unknown) => Promise<ActionAnswer>;

/** One choice of a typeahead: what is shown, and what the form sends. */
export interface SearchResult {
  title: string;
  value: string;
}
export type SearchHandler = (turn: Turn, query: { text: string; top: number }) => Promise<SearchResult[]>;
