import { escapeHtml } from '../../core/escapeHtml';

/** Text that is already HTML and goes into a page as it is. */
export class Html {
  constructor(readonly text: string) {}
}

type Content = Html | string | number | undefined | false | Content[];

function asText(content: Content): string {
  if (content instanceof Html) return content.text;
  if (Array.isArray(content)) return content.map(asText).join('');
  return content === undefined || content === false ? '' : escapeHtml(String(content));
}

/** Template tag that escapes everything but other templates; undefined and false leave nothing. */
export function html(strings: TemplateStringsArray, ...contents: Content[]): Html {
  return new Html(strings.reduce((text, part, index) => text + asText(contents[index - 1]) + part));
}
