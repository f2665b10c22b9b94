import MarkdownIt from 'markdown-it';
import { escapeMarkdown, markup, md, plainText } from '../../src/cards/markdown';
import { dayAndTime, secondsTaken, timeOfDay, timeTaken, utcTime } from '../../src/cards/times';

const markdown = new MarkdownIt({ html: false, breaks: true });
/** What a reader sees of a text that was escaped and then drawn as Markdown. */
const drawn = (text: string) => markdown.renderInline(escapeMarkdown(text));

describe('escapeMarkdown', () => {
  it.each([
    '[click](https://evil.example)',
    '**bold** _italic_ `code`',
    '<b>html</b>',
    '![picture](https://evil.example/x.png)',
    'a_b_c@contoso.com',
    'C:\\temp\\x',
    '~~gone~~ | table',
    '<https://evil.example>',
  ])('draws %j as it was typed', (text) => {
    const html = drawn(text);
    expect(html).not.toMatch(/<(a|b|em|strong|code|img|s)\b/);
    expect(plainText(escapeMarkdown(text))).toBe(text);
  });

  it.each(['- a list', '+ a list', '1. a list', '2) a list', '# a title', '## a title', '###### a title', '= under'])(
    'makes no list and no title of %j',
    (text) => {
      expect(markdown.render(escapeMarkdown(text))).toMatch(/^<p>/);
      expect(plainText(escapeMarkdown(text))).toBe(text);
    },
  );

  it('keeps a name on one line and lets nobody write a time function', () => {
    expect(escapeMarkdown('Alice\r\nNowak')).toBe('Alice Nowak');
    for (const braces of ['{{', '{{{', '{{{{'])
      expect(escapeMarkdown(`${braces}DATE(2026-01-05T10:04:00Z)}}`)).not.toContain('{{');
  });

  it('leaves usual names and addresses alone', () => {
    for (const text of ["Sean O'Neill", 'pat@contoso.com', 'Zoë-Anne Müller', 'https://x.example/a-b']) {
      expect(escapeMarkdown(text)).toBe(text);
    }
  });
});

describe('md', () => {
  it('escapes what comes from outside, and neither numbers nor sentences', () => {
    expect(md`**${'a*b'}** has ${3} ${markup('**people**')}`).toBe('**a\\*b** has 3 **people**');
  });
});

describe('times', () => {
  it('are written by the client, without fractions of a second, which it would not understand', () => {
    expect(dayAndTime('2026-01-05T10:04:30.123Z').text).toBe(
      '{{DATE(2026-01-05T10:04:30Z,SHORT)}} {{TIME(2026-01-05T10:04:30Z)}}',
    );
    expect(timeOfDay('2026-01-05T11:04:30+01:00').text).toBe('{{TIME(2026-01-05T10:04:30Z)}}');
  });

  it('stay readable when they are none', () => {
    expect(timeOfDay('soon_').text).toBe('soon\\_');
    expect(utcTime('soon')).toBe('soon');
  });

  it.each([
    [0, '< 0.1 s'],
    [440, '0.4 s'],
    [9_940, '9.9 s'],
    [9_960, '10 s'],
    [59_400, '59 s'],
    [59_600, '1 min'],
    [125_000, '2 min 5 s'],
    [-5, '< 0.1 s'],
  ])('say how long %d ms are: %s', (ms, words) => {
    const start = Date.UTC(2026, 0, 5);
    expect(timeTaken(secondsTaken(new Date(start).toISOString(), new Date(start + ms).toISOString()))).toBe(words);
  });
});
