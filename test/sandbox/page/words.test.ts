import { cardTitle, dayOf, initialsOf, previewOf } from '../../../sandbox/page/client/words';
import type { Card, MessageView } from '../../../sandbox/teams/clientTypes';

const card: Card = {
  type: 'AdaptiveCard',
  body: [
    { type: 'Image', url: 'data:,' },
    { type: 'ColumnSet', columns: [{ items: [{ type: 'TextBlock', text: '**Setting up** Contoso' }] }] },
  ],
};
const message = (changes: Partial<MessageView>): MessageView => ({
  id: '1',
  conversationId: 'a:1',
  from: { kind: 'bot' },
  text: '',
  textFormat: 'plain',
  html: '',
  cards: [],
  sentAt: '2026-01-05T21:10:07.437Z',
  edits: 0,
  notifies: false,
  ...changes,
});

describe('words of the page', () => {
  it('shorten a name to first and last letter', () => {
    expect([initialsOf('Adele Vance'), initialsOf("Sean O'Neill"), initialsOf('Unity'), initialsOf('Kim (Guest)')]).toEqual([
      'AV',
      'SO',
      'U',
      'KG',
    ]);
  });
  it('take the first text of a card as its title, else its fallback text', () => {
    expect(cardTitle(card)).toBe('Setting up Contoso');
    expect(cardTitle({ type: 'AdaptiveCard', body: [], fallbackText: 'See Teams' })).toBe('See Teams');
  });
  it('preview a message by summary, then text, then card', () => {
    expect(previewOf(message({ summary: 'Finished', html: 'text', cards: [card] }))).toBe('Finished');
    expect(previewOf(message({ html: '<p>a &lt;b&gt;&nbsp;c</p>\n<p>d</p>', cards: [card] }))).toBe('a <b> c d');
    expect(previewOf(message({ html: '<p>by <strong>Alex</strong>, now</p>' }))).toBe('by Alex, now');
    expect(previewOf(message({ cards: [card] }))).toBe('Setting up Contoso');
  });
  it('turn an entity back once, never twice', () => {
    expect(previewOf(message({ html: '&amp;lt;script&amp;gt;' }))).toBe('&lt;script&gt;');
  });
  it('call this day Today and other days by date', () => {
    const now = new Date('2026-01-05T12:00:00');
    expect(dayOf('2026-01-05T08:00:00', now, 'en-US')).toBe('Today');
    expect(dayOf('2026-01-04T08:00:00', now, 'en-US')).toBe('Sunday, January 4');
  });
});
