import { parsePeople } from '../../src/provisioning/addresses';

const people = (text: string) => parsePeople(text).people;
const codes = (text: string) => parsePeople(text).problems.map((problem) => problem.code);

describe('parsePeople', () => {
  it.each<[string, string, string[]]>([
    ['one address', 'alice@contoso.com', ['alice@contoso.com']],
    ['capitals', 'Alice@CONTOSO.com', ['alice@contoso.com']],
    [
      'commas, semicolons, spaces and lines',
      'a@x.com, b@x.com;c@x.com d@x.com\ne@x.com\r\nf@x.com',
      'abcdef'.split('').map((n) => `${n}@x.com`),
    ],
    ['"and" between addresses', 'a@x.com and b@x.com & c@x.com, and d@x.com', ['a@x.com', 'b@x.com', 'c@x.com', 'd@x.com']],
    ['the same person twice', 'a@x.com, A@X.com; <a@x.com>', ['a@x.com']],
    ['mailto:', 'mailto:alice@contoso.com?subject=hi, MAILTO:bob@contoso.com', ['alice@contoso.com', 'bob@contoso.com']],
    ['angle brackets', '<alice@contoso.com>', ['alice@contoso.com']],
    ['a name before the address', 'Alice Nowak <alice@contoso.com>', ['alice@contoso.com']],
    [
      'a quoted name before the address',
      '"Nowak, Alice" <alice@contoso.com>, bob@contoso.com',
      ['alice@contoso.com', 'bob@contoso.com'],
    ],
    [
      "Outlook's list",
      'Nowak, Alice <alice@contoso.com>; Keller, Bruno <bruno@contoso.com>;',
      ['alice@contoso.com', 'bruno@contoso.com'],
    ],
    ['a Markdown link', '[Alice](mailto:alice@contoso.com), [b@x.com](mailto:b@x.com?cc=me)', ['alice@contoso.com', 'b@x.com']],
    ['an HTML link', '<a href="mailto:alice@contoso.com" title="x">alice</a>&nbsp;', ['alice@contoso.com']],
    ['paragraphs of HTML', '<p>a@x.com</p><div>b@x.com<br/></div>', ['a@x.com', 'b@x.com']],
    ['an address that begins like a tag', '<p@x.com>', ['p@x.com']],
    ['non-breaking spaces', '&nbsp;a@x.com\u00a0b@x.com&#160;', ['a@x.com', 'b@x.com']],
    [
      'an apostrophe in any typing',
      "sean.o'neill@contoso.com sean.o’neill@contoso.com sean.o&#39;neill@contoso.com",
      ["sean.o'neill@contoso.com"],
    ],
    ["a guest's user principal name", 'pat_partner.example#EXT#@contoso.com', ['pat_partner.example#ext#@contoso.com']],
    ['a full stop at the end', 'alice@contoso.com.', ['alice@contoso.com']],
    ['plus and umlaut', 'alice+unity@contoso.com, zoë@münchen.example', ['alice+unity@contoso.com', 'zoë@münchen.example']],
    ['an object id', '7B0C1D2E-0000-4000-8000-000000000004', ['7b0c1d2e-0000-4000-8000-000000000004']],
    ['one bare name', 'Alice', ['Alice']],
    ['bare names with commas', "Alice, O'Neill", ['Alice', "O'Neill"]],
    ['the speaker', 'me', ['me']],
    ['the speaker beside an address', 'me and bob@contoso.com', ['me', 'bob@contoso.com']],
    ['several words in quotes', '"Alice Nowak", “Emma Lee”', ['Alice Nowak', 'Emma Lee']],
    ['somebody mentioned', '<at>Alice Nowak</at>', ['Alice Nowak']],
    ['an invisible joiner', 'ali\u200bce@contoso.com', ['alice@contoso.com']],
  ])('reads %s', (_, text, expected) => {
    expect(parsePeople(text)).toEqual({ people: expected, problems: [] });
  });

  it.each<[string, string, string[]]>([
    ['nothing', ' \n, ; ', ['nobody']],
    ['several words without quotes', 'Alice Nowak', ['name_needs_quotes']],
    ['a comma that may part two people', 'Nowak, Alice <alice@contoso.com>', ['name_needs_quotes']],
    ['a word behind an address', 'alice@contoso.com please', ['not_an_address']],
    ['two words before an address without brackets', 'please do alice@contoso.com', ['not_an_address', 'not_an_address']],
    ['half an address', 'alice@, @contoso.com, alice@@contoso.com', ['not_an_address', 'not_an_address', 'not_an_address']],
    ['a domain without a dot', 'alice@localhost', ['not_an_address']],
    ['a web page', 'https://evil.example/alice', ['not_an_address']],
    ['a quote that is never closed', '"Alice Nowak, bob@contoso.com', ['not_an_address', 'not_an_address']],
    ['code', "'; drop table people; --", ['not_an_address', 'name_needs_quotes', 'not_an_address']],
  ])('has a problem with %s', (_, text, expected) => {
    expect(codes(text)).toEqual(expected);
  });

  it('keeps what it understood beside the problem, so that the answer can name it', () => {
    expect(parsePeople('alice@contoso.com, bob@')).toEqual({
      people: ['alice@contoso.com'],
      problems: [{ code: 'not_an_address', text: 'bob@' }],
    });
  });

  it('takes fifty people and says so at fifty-one', () => {
    const list = (count: number) => Array.from({ length: count }, (_, index) => `p${index}@contoso.com`).join(', ');
    expect(codes(list(50))).toEqual([]);
    expect(people(list(50))).toHaveLength(50);
    expect(parsePeople(list(51)).problems).toEqual([{ code: 'too_many_people', limit: 50, count: 51 }]);
  });

  it('reads at most 3,000 characters, and says how many there were', () => {
    const text = `${'x'.repeat(2988)}@contoso.com`;
    expect(parsePeople(`${text}m`)).toEqual({ people: [], problems: [{ code: 'text_too_long', limit: 3000, length: 3001 }] });
    expect(codes(text)).toEqual(['not_an_address']);
  });

  it.each([
    'a'.repeat(3000),
    `${'a-'.repeat(1490)}@`,
    `a@${'b-'.repeat(1400)}`,
    '<'.repeat(3000),
    '"'.repeat(3000),
    ' '.repeat(2999),
    `a@${'b.'.repeat(1400)}`,
  ])('answers quickly whatever is typed (%#)', (text) => {
    const began = performance.now();
    parsePeople(text);
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});
