import type { ChatView, MessageView } from '../../teams/clientTypes';
import { chatAvatar } from './avatar.js';
import { el } from './dom.js';
import { messageItem, signatureOf } from './messageItem.js';
import type { Page } from './page.js';
import { type Thread, threadsOf } from './threads.js';
import { dayOf } from './words.js';

const GROUP_WITHIN_MS = 5 * 60_000;

function sameAuthor(before: MessageView | undefined, message: MessageView): boolean {
  if (!before || before.from.kind !== message.from.kind) return false;
  if (before.from.kind === 'person' && message.from.kind === 'person' && before.from.objectId !== message.from.objectId)
    return false;
  return Date.parse(message.sentAt) - Date.parse(before.sentAt) < GROUP_WITHIN_MS;
}

function isVisible(message: MessageView): boolean {
  return message.text !== '' || message.cards.length > 0 || (message.signIn !== undefined && !message.signIn.hidden);
}

/** Whoever pressed a button of the message that is drawn anew stays at that message. */
function keepFocus(element: HTMLElement): void {
  element.tabIndex = -1;
  queueMicrotask(() => element.focus({ preventScroll: true }));
}

/** The rows of one chat: days, messages and, in a channel, a reply button under each post. What did not change is not drawn again. */
export function createMessageRows(page: Page) {
  const drawn = new Map<string, { signature: string; element: HTMLElement }>();
  const days = new Map<string, HTMLElement>();
  const replies = new Map<string, HTMLElement>();
  const introText = el('p', {});
  let intro: HTMLElement | undefined;

  function introRow(chat: ChatView): HTMLElement {
    const words = chat.installed
      ? 'Write help to see what the bot can do.'
      : `Add ${page.botName} to this chat, then write help.`;
    const row = intro ?? el('div', { class: 'intro' }, chatAvatar(chat, 64), el('h2', {}, chat.title), introText);
    introText.textContent = chat.scope === 'personal' ? words : `${words} Here the bot hears only what mentions it.`;
    intro = row;
    return row;
  }

  function messageRow(message: MessageView, isGrouped: boolean, isReply: boolean): HTMLElement {
    const signature = signatureOf(message, page.settings.theme, isGrouped);
    const known = drawn.get(message.id);
    if (known?.signature === signature) return known.element;
    const element = messageItem(page, message, isGrouped);
    if (known?.element.contains(document.activeElement)) keepFocus(element);
    element.classList.toggle('reply', isReply);
    drawn.set(message.id, { signature, element });
    return element;
  }

  function dayRow(day: string): HTMLElement {
    const row = days.get(day) ?? el('div', { class: 'day' }, el('span', {}, day));
    days.set(day, row);
    return row;
  }

  function replyRow(thread: Thread): HTMLElement {
    const [root] = thread.messages;
    const button = () =>
      el('button', { type: 'button', class: 'linkButton', 'data-testid': 'reply', click: () => page.replyTo(root) }, 'Reply');
    const row = replies.get(thread.id) ?? el('div', { class: 'replyRow' }, button());
    replies.set(thread.id, row);
    return row;
  }

  function inThreads(messages: readonly MessageView[]): HTMLElement[] {
    let shownDay = '';
    return threadsOf(messages).flatMap((thread) => {
      const day = dayOf(thread.messages[0]!.sentAt, new Date());
      const isNewDay = day !== shownDay;
      shownDay = day;
      const rows = thread.messages.map((message, index) => messageRow(message, false, index > 0));
      return [...(isNewDay ? [dayRow(day)] : []), ...rows, replyRow(thread)];
    });
  }

  function inOrder(messages: readonly MessageView[]): HTMLElement[] {
    let shownDay = '';
    return messages.flatMap((message, index) => {
      const day = dayOf(message.sentAt, new Date());
      const isNewDay = day !== shownDay;
      shownDay = day;
      const row = messageRow(message, !isNewDay && sameAuthor(messages[index - 1], message), false);
      return isNewDay ? [dayRow(day), row] : [row];
    });
  }

  return {
    rows(chat: ChatView, messages: readonly MessageView[]): HTMLElement[] {
      const visible = messages.filter(isVisible);
      if (visible.length === 0) return [introRow(chat)];
      return chat.scope === 'channel' ? inThreads(visible) : inOrder(visible);
    },
    /** Forgets everything drawn: another chat is shown. */
    clear(): void {
      for (const cache of [drawn, days, replies]) cache.clear();
      intro = undefined;
    },
  };
}
