import type { ChatView } from '../../teams/clientTypes';
import { chatAvatar } from './avatar.js';
import { createCompose } from './compose.js';
import { el, setChildren } from './dom.js';
import { icon } from './icons.js';
import { createMessageRows } from './messageRows.js';
import { type Page, personName } from './page.js';
import { scopeName } from './words.js';

const NEAR_END_PX = 120;

function membersOf(page: Page, chat: ChatView): string {
  if (chat.scope === 'personal') return scopeName(chat.scope);
  const names = chat.memberIds.map((id) => personName(page, id).split(' ')[0]);
  return `${scopeName(chat.scope)} · ${names.join(', ')}`;
}

/** The right part: who the chat is with, its messages, and the box to write in. */
export function createConversation(page: Page, options: { back: () => void }) {
  const messageRows = createMessageRows(page);
  const title = el('h1', { class: 'chatTitle' });
  const members = el('p', { class: 'chatMembers' });
  const picture = el('span', {});
  const back = el(
    'button',
    { type: 'button', class: 'iconButton back', 'aria-label': 'Back to chats', click: options.back },
    icon('back'),
  );
  const header = el('header', { class: 'chatHeader' }, back, picture, el('div', { class: 'chatNames' }, title, members));
  const log = el('div', { class: 'messages', role: 'log', tabindex: 0, 'aria-label': 'Messages', 'data-testid': 'messages' });
  const install = el(
    'div',
    { class: 'install', hidden: true },
    el('p', {}, `${page.botName} is not in this chat yet.`),
    el(
      'button',
      { type: 'button', class: 'button primary', 'data-testid': 'install', click: () => void add() },
      icon('add', 16),
      'Add app',
    ),
  );
  const typing = el('p', { class: 'typing', role: 'status', hidden: true }, `${page.botName} is typing…`);
  const compose = createCompose(page);
  const element = el(
    'main',
    { class: 'conversation', 'aria-label': 'Conversation' },
    header,
    log,
    typing,
    install,
    compose.element,
  );
  let shownChat: string | undefined;
  let lastId: string | undefined;

  async function add(): Promise<void> {
    const chat = page.currentChat();
    if (chat) await page.client.install(chat.conversationId).catch(page.complain);
  }

  function draw(): void {
    const chat = page.currentChat();
    element.classList.toggle('empty', !chat);
    if (!chat) return;
    const messages = page.client.messages(chat.conversationId);
    const isOther = chat.conversationId !== shownChat;
    if (isOther) {
      messageRows.clear();
      shownChat = chat.conversationId;
      title.textContent = chat.title;
      members.textContent = membersOf(page, chat);
      picture.replaceChildren(chatAvatar(chat, 36));
      log.setAttribute('aria-label', `Messages in ${chat.title}`);
    }
    install.hidden = chat.installed;
    typing.hidden = !chat.typing;
    compose.draw(chat);
    const wasNearEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END_PX;
    setChildren(log, messageRows.rows(chat, messages));
    const last = messages.at(-1);
    const justWrote = last?.id !== lastId && last?.from.kind === 'person' && last.from.objectId === page.client.me.objectId;
    lastId = last?.id;
    if (isOther || wasNearEnd || justWrote) log.scrollTop = log.scrollHeight;
  }

  return { element, draw, focus: compose.focus, replyTo: compose.replyTo };
}
