import MarkdownIt from 'markdown-it';
import { createCardMarkdown } from '../../../sandbox/page/client/cards/cardMarkdown';
import { isPersonalChatLink, isWebLink } from '../../../sandbox/page/client/links';

const toHtml = createCardMarkdown(MarkdownIt);

describe('markdown in cards', () => {
  it('draws bold, italics, lists and links [teams 4 markdown]', () => {
    expect(toHtml('**bold** and _italic_')).toContain('<strong>bold</strong> and <em>italic</em>');
    expect(toHtml('- one\n- two')).toContain('<li>one</li>');
    expect(toHtml('[guide](https://docs.example/)')).toContain('href="https://docs.example/"');
  });
  it('shows HTML as text [teams 4 markdown]', () => {
    const html = toHtml('<img src=x onerror=alert(1)> <b>x</b>');
    expect(html).not.toMatch(/<(img|b)\b/);
    expect(html).toContain('&lt;img');
  });
  it.each(['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'vbscript:x', '//host/path', 'ftp://host/x'])(
    'makes no link to %s',
    (address) => {
      expect(toHtml(`[click](${address})`)).not.toContain('<a');
    },
  );
  it('leaves headings, images, tables and code as they were written', () => {
    const html = toHtml('# title\n\n![x](https://host.example/x.png)\n\n`code`\n\n|a|b|\n|-|-|\n|1|2|');
    expect(html).not.toMatch(/<(h1|img|code|table)/);
    expect(html).toContain('# title');
  });
  it('opens links in a new tab that cannot reach back', () => {
    expect(toHtml('[guide](https://docs.example/)')).toContain('target="_blank" rel="noopener noreferrer"');
  });
});

describe('links', () => {
  it('are web links only with http or https', () => {
    expect(isWebLink('https://entra.microsoft.com/')).toBe(true);
    expect(isWebLink('http://127.0.0.1:4000/x')).toBe(true);
    expect(isWebLink('JavaScript:alert(1)')).toBe(false);
    expect(isWebLink('not a link')).toBe(false);
  });
  it('lead to the personal chat when they are Teams deep links', () => {
    expect(isPersonalChatLink('https://teams.microsoft.com/l/chat/0/0?users=28:x')).toBe(true);
    expect(isPersonalChatLink('https://teams.microsoft.com.evil.example/l/chat/0/0')).toBe(false);
  });
});
