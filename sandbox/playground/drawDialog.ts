import { escapeHtml } from '../core/escapeHtml';

export interface DialogCard {
  title: string;
  card: Record<string, unknown>;
}

type Part = Record<string, unknown> & { type?: string };
/** A button that submits. */
interface DialogButton {
  title: string;
  data: Record<string, unknown>;
  associatedInputs?: unknown;
}

/** The parts of a card in reading order; containers are only walked through, columns with nothing but text are one line. */
function* partsOf(value: unknown): Generator<Part> {
  if (Array.isArray(value)) for (const item of value) yield* partsOf(item);
  else if (typeof value === 'object' && value !== null) {
    const { fallback: _, actions, ...rest } = value as Part;
    const line = rest.type === 'ColumnSet' ? textsOf(rest.columns) : undefined;
    if (line !== undefined) return yield { type: 'TextBlock', text: line };
    if (typeof rest.type === 'string') yield rest;
    for (const item of Object.values(rest)) yield* partsOf(item);
    yield* partsOf(actions); // they stand below everything else
  }
}

function textsOf(columns: unknown): string | undefined {
  const parts = [...partsOf(columns)].filter(({ type }) => type !== 'Column');
  return parts.every(({ type }) => type === 'TextBlock') ? parts.map(({ text }) => text).join(' ') : undefined;
}

export function buttonsOf(card: Record<string, unknown>): DialogButton[] {
  return [...partsOf(card)]
    .filter(({ type }) => type === 'Action.Submit')
    .map(({ title, data, associatedInputs }) => ({
      title: String(title),
      data: (data ?? {}) as Record<string, unknown>,
      associatedInputs,
    }));
}

/** A page with the texts, inputs and buttons of a dialog's card: enough to use it, and no more. */
export function drawDialog({ title, card }: DialogCard): string {
  let buttons = 0;
  const rows = [...partsOf(card)].map((part) => {
    if (part.type === 'TextBlock') return `<p>${inline(part.text)}</p>`;
    if (part.type === 'Action.OpenUrl')
      return `<p><a href="${escaped(part.url)}" target="_blank" rel="noreferrer">${escaped(part.title)}</a></p>`;
    if (part.type === 'Input.Text') return `<label>${escaped(part.label)}<input ${attributesOf(part)}></label>`;
    if (part.type === 'Action.Submit') {
      const novalidate = part.associatedInputs === 'none' ? ' formnovalidate' : '';
      return `<button name="button" value="${buttons++}"${novalidate}>${escaped(part.title)}</button>`;
    }
    return '';
  });
  return page(title, `<form method="post" autocomplete="off">${rows.join('\n')}</form>`);
}

export function drawText(title: string, text: string): string {
  return page(title, `<p role="status">${escaped(text)}</p>`);
}

function attributesOf({ id, style, value, isRequired }: Part): string {
  const type = style === 'Password' ? 'password' : style === 'Url' ? 'url' : 'text';
  return `name="${escaped(id)}" type="${type}" value="${escaped(value)}"${isRequired === true ? ' required' : ''}`;
}

const escaped = (text: unknown): string => escapeHtml(String(text ?? ''));

/** Bold, which is all the Markdown that forms use; a backslash keeps the character after it. */
const inline = (text: unknown): string =>
  escaped(text)
    .replace(/\*\*(.+?)\*\*/g, '<b>$1</b>')
    .replace(/\\([^\w\s])/g, '$1');

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title>
<style>
:root { color-scheme: light dark }
body { font: 15px/1.45 "Segoe UI", system-ui, sans-serif; max-width: 32rem; margin: 2rem auto; padding: 0 1rem }
p { margin: .4rem 0 }
label { display: block; margin: 1rem 0 }
input { display: block; width: 100%; box-sizing: border-box; font: inherit; padding: .4rem }
button { font: inherit; padding: .45rem 1rem; margin: 1rem .5rem 0 0 }
</style>
<main><h1>${escaped(title)}</h1>${body}</main></html>`;
