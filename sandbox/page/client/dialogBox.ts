import type { ActionAnswer, DialogView } from '../../teams/clientTypes';
import { drawCard } from './cards/drawCard.js';
import { el, freshId } from './dom.js';
import { icon } from './icons.js';
import { choicesFor, type Page } from './page.js';

const WIDTHS: Record<string, number> = { small: 400, medium: 600, large: 900 };
const HEIGHTS: Record<string, number> = { small: 300, medium: 520, large: 720 };

function pixels(size: string | number | undefined, names: Record<string, number>): number {
  if (typeof size === 'number') return size;
  return names[size ?? 'medium'] ?? names.medium!;
}

/** The one dialog of the page: modal, Escape and the cross close it, focus stays inside and goes back where it came from. */
export function createDialogBox(page: Page) {
  const titleId = freshId('dialog');
  const title = el('h2', { id: titleId });
  const body = el('div', { class: 'dialogBody' });
  const close = el('button', { type: 'button', class: 'iconButton', 'aria-label': 'Close', click: () => leave() }, icon('close'));
  const element = el(
    'dialog',
    {
      class: 'dialog',
      'data-testid': 'dialog',
      'aria-labelledby': titleId,
      cancel: (event: Event) => {
        event.preventDefault();
        leave();
      },
    },
    el('header', { class: 'dialogHead' }, title, close),
    body,
  );
  let shown: DialogView | undefined;
  let shownTheme = '';

  function leave(): void {
    page.client.closeDialog();
    hide();
  }
  function hide(): void {
    shown = undefined;
    body.replaceChildren();
    if (element.open) element.close();
  }

  function show(dialog: DialogView): void {
    const isNew = !element.open;
    shown = dialog;
    shownTheme = page.settings.theme;
    title.textContent = dialog.title;
    element.style.width = `${pixels(dialog.width, WIDTHS)}px`;
    element.style.setProperty('--dialogHeight', `${pixels(dialog.height, HEIGHTS)}px`);
    body.replaceChildren(
      drawCard(dialog.card, {
        theme: page.settings.theme,
        openUrl: page.openUrl,
        act: (action, inputs) => submit(action, inputs),
        choices: choicesFor(page, page.currentChat()?.conversationId ?? ''),
      }),
    );
    if (isNew) element.showModal();
    body.scrollTop = 0;
    body.querySelector<HTMLElement>('input, select, textarea, .ac-pushButton')?.focus();
  }

  async function submit(action: Record<string, unknown>, inputs: Record<string, string>): Promise<ActionAnswer> {
    const answer = await page.client.submitDialog(action, inputs);
    if (answer.kind === 'message') say(answer.text);
    return answer;
  }

  /** A dialog that only says something, the answer of type `message`. */
  function say(text: string): void {
    page.client.closeDialog();
    shown = undefined;
    body.replaceChildren(
      el('p', { class: 'dialogText', role: 'status' }, text),
      el('button', { type: 'button', class: 'button primary', click: hide }, 'OK'),
    );
    element.style.setProperty('--dialogHeight', 'auto');
    if (!element.open) element.showModal();
    body.querySelector('button')?.focus();
  }

  function draw(): void {
    const dialog = page.client.dialog();
    if (dialog && (dialog !== shown || shownTheme !== page.settings.theme)) show(dialog);
    else if (!dialog && shown) hide();
  }
  return { element, draw };
}
