import {
  filterChoices,
  joinValues,
  mergeChoices,
  moveHighlight,
  splitValues,
} from '../../../sandbox/page/client/cards/choiceList';

const people = [
  { title: 'Bruno Keller', value: 'b' },
  { title: "Sean O'Neill", value: 's' },
  { title: 'Alice Nowak', value: 'a' },
];

describe('choices of a combo box', () => {
  it('are found by every word, whatever its case', () => {
    expect(filterChoices(people, 'kell BRU')).toEqual([people[0]]);
    expect(filterChoices(people, 'kell alice')).toEqual([]);
  });
  it('come with word beginnings first', () => {
    expect(filterChoices(people, 'n').map(({ value }) => value)).toEqual(['a', 'b', 's']);
  });
  it('are all there for an empty text', () => {
    expect(filterChoices(people, '  ')).toEqual(people);
  });
  it('are merged by value, the first title stays', () => {
    expect(mergeChoices(people.slice(0, 1), [{ title: 'Other', value: 'b' }, people[2]!])).toEqual([people[0], people[2]]);
  });
  it('are submitted as one text with commas, each once [teams 4 people picker]', () => {
    expect(joinValues([people[0]!, people[2]!, people[0]!])).toBe('b,a');
  });
  it('are preset by a text with commas in a multi-select only', () => {
    expect(splitValues('b, a', true)).toEqual(['b', 'a']);
    expect(splitValues('Keller, Bruno', false)).toEqual(['Keller, Bruno']);
    expect(splitValues(undefined, true)).toEqual([]);
  });
  it('are walked through with arrows and do not wrap', () => {
    expect([moveHighlight(-1, 1, 3), moveHighlight(-1, -1, 3), moveHighlight(2, 1, 3), moveHighlight(0, -1, 3)]).toEqual([
      0, 2, 2, 0,
    ]);
    expect(moveHighlight(-1, 1, 0)).toBe(-1);
  });
});
