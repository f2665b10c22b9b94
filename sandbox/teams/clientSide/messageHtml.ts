import { escapeHtml } from '../../core/escapeHtml';

/** Spans of Markdown that Teams draws in messages; the text is escaped already, so no rule can bring markup in. */
const SPANS: [RegExp, string][] = [
  [/`([^`]+)`/g, '<code>$1</code>'],
  [/\*\*(\S(?:.*?\S)?)\*\*/g, '<strong>$1</strong>'],
  [/(?<![\w*])\*(\S(?:[^*]*?\S)?)\*(?![\w*])/g, '<em>$1</em>'],
  [/(?<!\w)_(\S(?:[^_]*?\S)?)_(?!\w)/g, '<em>$1</em>'],
  [/~~(\S(?:.*?\S)?)~~/g, '<s>$1</s>'],
  [/\[([^\]]+)\]\((https?:\/\/[^\s)]+)\)/g, '<a href="$2" target="_blank" rel="noopener noreferrer">$1</a>'],
];

const spans = (line: string): string => SPANS.reduce((text, [rule, html]) => text.replace(rule, html), escapeHtml(line));

function block(paragraph: string): string {
  const lines = paragraph.split('\n');
  if (lines.every((line) => /^\s*[-*] /.test(line))) {
    return `<ul>${lines.map((line) => `<li>${spans(line.replace(/^\s*[-*] /, ''))}</li>`).join('')}</ul>`;
  }
  if (lines.every((line) => /^\s*\d+\. /.test(line))) {
    return `<ol>${lines.map((line) => `<li>${spans(line.replace(/^\s*\d+\. /, ''))}</li>`).join('')}</ol>`;
  }
  return `<p>${lines.map(spans).join('<br>')}</p>`;
}

/** The text of a message as HTML that is safe to show. Mentions, `<at>…</at>`, become `<span class="mention">`. */
export function messageHtml(text: string, textFormat: string): string {
  if (text === '') return '';
  const shown =
    textFormat === 'markdown'
      ? text
          .trim()
          .split(/\n{2,}/)
          .map(block)
          .join('')
      : `<p>${escapeHtml(text).replace(/\n/g, '<br>')}</p>`;
  return shown.replace(/&lt;at&gt;(.*?)&lt;\/at&gt;/g, '<span class="mention">$1</span>').replace(/&amp;nbsp;/g, '&nbsp;');
}
