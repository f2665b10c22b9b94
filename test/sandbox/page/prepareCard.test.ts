import { prepareCard } from '../../../sandbox/page/client/cards/prepareCard';
import type { Card } from '../../../sandbox/teams/clientTypes';

const withMention = (name: string): Card => ({
  type: 'AdaptiveCard',
  body: [{ type: 'TextBlock', text: 'Asked by <at>Alex</at>' }],
  msteams: { entities: [{ type: 'mention', text: '<at>Alex</at>', mentioned: { id: '29:x', name } }] },
});
const textOf = (card: Card) => (card.body as { text: string }[])[0]?.text;

describe('preparing a card', () => {
  it('turns a mention into a bold name [teams 4 mention]', () => {
    expect(textOf(prepareCard(withMention('Alex Wilber')))).toBe('Asked by **Alex Wilber**');
  });
  it('keeps a name from being read as markdown', () => {
    expect(textOf(prepareCard(withMention('[x](https://evil.example)')))).toBe(
      'Asked by **\\[x\\]\\(https://evil\\.example\\)**',
    );
  });
  it('leaves a text without a matching entity as it is', () => {
    const card: Card = { type: 'AdaptiveCard', body: [{ type: 'TextBlock', text: '<at>Nobody</at>' }] };
    expect(prepareCard(card)).toEqual(card);
  });
  it('does not change the card it was given', () => {
    const card = withMention('Alex');
    const before = structuredClone(card);
    prepareCard(card);
    expect(card).toEqual(before);
  });
});
