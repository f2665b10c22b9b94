import { approvals } from './approvals';
import { claims } from './claims';
import { conversationTitles } from './conversationTitles';
import { firstTables } from './firstTables';
import { waitingClicks } from './waitingClicks';

interface Migration {
  number: number;
  name: string;
  statements: readonly string[];
}

/** In order, never changed once released: a change of tables is a new number. */
export const MIGRATIONS: readonly Migration[] = [
  { number: 1, name: 'firstTables', statements: firstTables },
  { number: 2, name: 'approvals', statements: approvals },
  { number: 3, name: 'conversationTitles', statements: conversationTitles },
  { number: 4, name: 'claims', statements: claims },
  { number: 5, name: 'waitingClicks', statements: waitingClicks },
];
