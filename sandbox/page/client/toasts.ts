import type { ToastView } from '../../teams/clientTypes';
import { botAvatar } from './avatar.js';
import { el, setChildren } from './dom.js';
import { icon } from './icons.js';
import type { Page } from './page.js';

const SHOWN_MS = 8_000;
const MOST = 3;

/** Notifications, always silent. Each goes by itself after 8 seconds, unless the pointer rests on it or a control in it has focus. */
export function createToasts(page: Page) {
  const element = el('div', { class: 'toasts', role: 'region', 'aria-label': 'Notifications', 'aria-live': 'polite' });
  const drawn = new Map<string, HTMLElement>();
  const own: ToastView[] = [];

  function dismiss(toast: ToastView): void {
    drawn.delete(toast.id);
    const place = own.indexOf(toast);
    if (place >= 0) own.splice(place, 1);
    else page.client.dismissToast(toast.id);
    draw();
  }

  function make(toast: ToastView): HTMLElement {
    let timer = setTimeout(() => dismiss(toast), SHOWN_MS);
    const stay = (): void => clearTimeout(timer);
    const goLater = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => dismiss(toast), SHOWN_MS);
    };
    const open = (): void => {
      clearTimeout(timer);
      dismiss(toast);
      if (toast.conversationId) page.openChat(toast.conversationId);
    };
    const lines = el(
      'span',
      { class: 'toastLines' },
      el('strong', {}, toast.title),
      el('span', { class: 'toastText' }, toast.text),
    );
    const picture = toast.kind === 'warning' ? icon('sandbox', 24) : botAvatar(36);
    return el(
      'div',
      {
        class: `toast ${toast.kind}`,
        'data-testid': 'toast',
        mouseenter: stay,
        mouseleave: goLater,
        focusin: stay,
        focusout: goLater,
      },
      el('button', { type: 'button', class: 'toastOpen', click: open }, picture, lines),
      el(
        'button',
        { type: 'button', class: 'iconButton', 'aria-label': 'Dismiss', click: () => dismiss(toast) },
        icon('close', 16),
      ),
    );
  }

  function draw(): void {
    const wanted = [...page.client.toasts(), ...own].slice(-MOST);
    const elements = wanted.map((toast) => {
      const known = drawn.get(toast.id) ?? make(toast);
      drawn.set(toast.id, known);
      return known;
    });
    setChildren(element, elements);
  }

  /** A warning of the page itself. */
  function warn(title: string, text: string): void {
    own.push({ id: `own-${Date.now()}-${own.length}`, kind: 'warning', title, text });
    draw();
  }
  return { element, draw, warn };
}
