import type MarkdownIt from 'markdown-it';
import { isWebLink } from '../links.js';

/** Rules of Markdown that Teams does not draw in cards: the text stays as it was written. */
const NOT_IN_CARDS = ['heading', 'lheading', 'image', 'table', 'code', 'fence', 'backticks', 'blockquote', 'hr', 'reference'];

/**
 * Turns the Markdown of a TextBlock or Fact into HTML. Raw HTML is shown as text, and links lead to http and https only,
 * because cards hold names and messages that others wrote.
 */
export function createCardMarkdown(createMarkdown: typeof MarkdownIt): (text: string) => string {
  const markdown = createMarkdown({ html: false, linkify: false, breaks: true });
  markdown.disable(NOT_IN_CARDS, true);
  markdown.validateLink = isWebLink;
  markdown.renderer.rules.link_open = (tokens, index, options, _environment, self) => {
    tokens[index]?.attrSet('target', '_blank');
    tokens[index]?.attrSet('rel', 'noopener noreferrer');
    return self.renderToken(tokens, index, options);
  };
  return (text) => markdown.render(text);
}
