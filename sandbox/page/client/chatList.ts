import type { ChatView } from '../../teams/clientTypes';
import { chatAvatar } from './avatar.js';
import { el } from './dom.js';
import type { Page } from './page.js';
import { previewOf, timeOf } from './words.js';

/** The chats, newest state of each: title, last message, time, and how much of it is unread. */
export function createChatList(page: Page, unread: (conversationId: string) => number) {
  const list = el('ul', { class: 'chats' });
  const element = el('nav', { class: 'chatList', 'aria-label': 'Chats' }, el('h2', {}, 'Chat'), list);

  function row(chat: ChatView): HTMLElement {
    const last = page.client.messages(chat.conversationId).at(-1);
    const isOpen = page.currentChat()?.conversationId === chat.conversationId;
    const count = unread(chat.conversationId);
    const who = last?.from.kind === 'person' && last.from.objectId === page.client.me.objectId ? 'You: ' : '';
    return el(
      'li',
      {},
      el(
        'button',
        {
          type: 'button',
          class: `chat${isOpen ? ' open' : ''}${count > 0 ? ' unread' : ''}`,
          'data-testid': `chat-${chat.scope}`,
          'aria-current': isOpen ? 'true' : undefined,
          click: () => page.openChat(chat.conversationId),
        },
        chatAvatar(chat),
        el(
          'span',
          { class: 'chatLines' },
          el(
            'span',
            { class: 'chatLine' },
            el('span', { class: 'chatName' }, chat.title),
            last && el('span', { class: 'chatTime' }, timeOf(last.sentAt)),
          ),
          el(
            'span',
            { class: 'chatLine' },
            el('span', { class: 'chatPreview' }, last ? `${who}${previewOf(last)}` : 'No messages yet'),
            count > 0 && el('span', { class: 'badge' }, String(count), el('span', { class: 'hiddenText' }, ' unread')),
          ),
        ),
      ),
    );
  }

  let drawn = '';
  function draw(): void {
    const rows = page.client.chats().map(row);
    const html = rows.map((entry) => entry.outerHTML).join('');
    if (html === drawn) return;
    drawn = html;
    const focused = [...list.children].findIndex((entry) => entry.contains(document.activeElement));
    list.replaceChildren(...rows);
    if (focused >= 0) rows[focused]?.querySelector('button')?.focus();
  }

  return { element, draw };
}
