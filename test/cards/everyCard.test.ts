import type * as AdaptiveCards from 'adaptivecards';
import { cardSamples } from '../support/cardSamples';
import { type Part, partsOf, sizeOf, wordsOf } from '../support/readCard';

/** Microsoft's own parser asks for a window although it only reads. */
Object.assign(globalThis, { window: globalThis });
const renderer: typeof AdaptiveCards = require('adaptivecards/dist/adaptivecards.js');

const KNOWN_IN_1_5 = new Set(
  `AdaptiveCard TextBlock Image RichTextBlock TextRun Container ColumnSet Column FactSet ImageSet ActionSet Table Data.Query
  Input.Text Input.Number Input.Date Input.Time Input.Toggle Input.ChoiceSet
  Action.OpenUrl Action.Submit Action.ShowCard Action.ToggleVisibility Action.Execute task/fetch`.split(/\s+/),
);
const samples = cardSamples();
const isInput = (part: Part) => part.type?.startsWith('Input.') === true;

describe('every card', () => {
  it('has a name of its own among the samples', () => {
    expect(new Set(samples.map(({ name }) => name)).size).toBe(samples.length);
  });

  describe.each(samples)('$name', ({ card, frame }) => {
    const parts = partsOf(card);

    it('is version 1.5 and says in plain text what it is about [teams 4 schema]', () => {
      expect(card).toMatchObject({ type: 'AdaptiveCard', version: '1.5' });
      expect(card.fallbackText).toMatch(/^[^*\\{]{6,}$/);
    });

    it('uses nothing newer than 1.5 without a fallback [teams 4 fallback]', () => {
      const newer = parts.filter(({ type, fallback }) => !KNOWN_IN_1_5.has(type ?? '') && fallback === undefined);
      expect(newer).toEqual([]);
    });

    it('is read without a complaint by the parser of Teams, apart from what Teams takes in 1.5 [teams 4 schema]', () => {
      const context = new renderer.SerializationContext(renderer.Versions.v1_5);
      new renderer.AdaptiveCard().parse(card, context);
      const complaints = Array.from({ length: context.eventCount }, (_, index) => context.getEventAt(index).message);
      expect(complaints.filter((complaint) => !/"choices\.data"|"ProgressBar"/.test(complaint))).toEqual([]);
    });

    it('begins with a heading, after small words at most [teams 4 heading]', () => {
      const [first, second] = parts.filter(({ type }) => type === 'TextBlock');
      expect([first?.style, second?.style]).toContain('heading');
    });

    it('labels every input, gives it an id of its own, and says what is missing [teams 4 label]', () => {
      const inputs = parts.filter(isInput);
      expect(new Set(inputs.map(({ id }) => id)).size).toBe(inputs.length);
      for (const input of inputs) {
        expect(input.type === 'Input.Toggle' ? input.title : input.label).toEqual(expect.stringMatching(/.{4,}/));
        if (input.isRequired === true) expect(input.errorMessage).toEqual(expect.stringMatching(/.{8,}\.$/));
      }
    });

    it('wraps its text, so that a phone shows all of it', () => {
      const sentences = parts.filter(({ type, text }) => type === 'TextBlock' && String(text).length > 2);
      expect(sentences.filter(({ wrap }) => wrap !== true)).toEqual([]);
    });

    it('holds no HTML, no hole in a sentence, and only times that clients understand', () => {
      for (const word of wordsOf(card)) {
        expect(word).not.toMatch(/<[a-z/]|undefined|null|NaN|\[object|\(\)|“”| {2}|\.\.$|`/);
        expect(word.replace(/\{\{(DATE\([\dTZ:-]+,SHORT\)|TIME\([\dTZ:-]+\))\}\}/g, '')).not.toContain('{{');
      }
    });

    it('carries no token: a masked field is empty [teams 4 masked]', () => {
      const masked = parts.filter(({ style }) => style === 'Password');
      expect(masked.filter(({ value }) => value !== undefined)).toEqual([]);
      expect(JSON.stringify(card)).not.toMatch(/scimTokenRef|eyJ/);
    });

    it('sends the same verb and data from old clients [teams 4 Execute]', () => {
      for (const { verb, data, fallback } of parts.filter(({ type }) => type === 'Action.Execute')) {
        expect(fallback).toMatchObject({ type: 'Action.Submit', data: { verb, ...(data as object) } });
      }
    });

    it('uses only what its place knows: no Action.Execute in a dialog [teams 1.6 dialog]', () => {
      const actions = parts.filter(({ type }) => type?.startsWith('Action.')).map(({ type }) => type);
      if (frame === 'dialog') expect(actions).not.toContain('Action.Execute');
      expect((card.actions ?? []).length).toBeLessThanOrEqual(6);
    });

    it('says in words what it says in colour: a symbol stands beside text [teams 4 colour]', () => {
      const rows = parts.filter(({ type }) => type === 'ColumnSet') as { columns: Part[] }[];
      for (const { columns } of rows) expect(columns.slice(1).flatMap(wordsOf).join('').length).toBeGreaterThan(2);
    });

    it('stays under 20 KB [teams 4 size]', () => {
      expect(sizeOf(card)).toBeLessThan(20 * 1024 * 2);
      expect(JSON.stringify(card).length).toBeLessThan(20 * 1024);
    });
  });
});
