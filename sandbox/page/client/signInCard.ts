import type { MessageView } from '../../teams/clientTypes';
import { el, freshId } from './dom.js';
import { icon } from './icons.js';
import type { Page } from './page.js';

const POPUP = 'popup,width=480,height=640';

/** The link of the card, with the person who signs in named, so that the sign-in page need not ask. */
function linkFor(page: Page, link: string): string {
  const url = new URL(link, location.href);
  url.searchParams.set('login_hint', page.client.me.objectId);
  return url.href;
}

/**
 * An OAuth card that could not be answered silently: its button opens the sign-in page in a popup, whose code comes back by
 * itself; the field takes the six digits when it does not.
 */
export function signInCard(page: Page, message: MessageView, signIn: { text: string; link: string }): HTMLElement {
  const id = freshId('code');
  const note = el('p', { class: 'cardNote', role: 'status' });
  const field = el('input', {
    id,
    inputmode: 'numeric',
    autocomplete: 'one-time-code',
    maxlength: 6,
    'data-testid': 'sign-in-code',
  });

  const finish = async (options: { code: string } | { cancel: true }): Promise<void> => {
    try {
      await page.client.signIn(message, options);
    } catch (error) {
      note.textContent = error instanceof Error ? error.message : 'Signing in did not work.';
    }
  };
  const open = (): void => {
    const popup = window.open(linkFor(page, signIn.link), 'signIn', POPUP);
    if (!popup) {
      note.textContent = 'The browser blocked the sign-in window. Allow popups for this page and try again.';
      return;
    }
    note.textContent = 'Finish signing in in the window that opened.';
    const answered = (event: MessageEvent): void => {
      if (event.source !== popup) return;
      const { type, code } = (event.data ?? {}) as { type?: string; code?: unknown };
      if (type !== 'signedIn' && type !== 'signInCancelled') return;
      window.removeEventListener('message', answered);
      popup.close();
      void finish(type === 'signedIn' ? { code: String(code) } : { cancel: true });
    };
    window.addEventListener('message', answered);
  };

  return el(
    'div',
    { class: 'card signIn', 'data-testid': 'sign-in-card' },
    el('p', { class: 'signInText' }, icon('lock'), signIn.text || 'Sign in to continue'),
    el('button', { type: 'button', class: 'button primary', 'data-testid': 'sign-in', click: open }, 'Sign in'),
    el(
      'form',
      {
        class: 'signInCode',
        submit: (event: SubmitEvent) => {
          event.preventDefault();
          if (/^\d{6}$/.test(field.value.trim())) void finish({ code: field.value.trim() });
          else note.textContent = 'The code has six digits.';
        },
      },
      el('label', { for: id }, 'Code from the sign-in page'),
      el('div', { class: 'row' }, field, el('button', { type: 'submit', class: 'button' }, 'Verify')),
    ),
    note,
  );
}
