import type * as AdaptiveCardsLibrary from 'adaptivecards';
import type MarkdownIt from 'markdown-it';

declare global {
  /** Put there by /vendor/adaptivecards.js. */
  const AdaptiveCards: typeof AdaptiveCardsLibrary;
  /** Put there by /vendor/markdown-it.js. */
  const markdownit: typeof MarkdownIt;
}
