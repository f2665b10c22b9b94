import type { ChatView } from '../../teams/clientTypes';
import { createChatList } from './chatList.js';
import { createConversation } from './conversation.js';
import { createDialogBox } from './dialogBox.js';
import { el } from './dom.js';
import { type IconName, icon } from './icons.js';
import { isPersonalChatLink } from './links.js';
import type { Page } from './page.js';
import { writeSettings } from './settings.js';
import { createSidePanel, type PanelName } from './sidePanel.js';
import { createToasts } from './toasts.js';
import { createTopBar } from './topBar.js';

const PHONE = '(max-width: 600px)';

/** Puts the page together and keeps every part in step with the client. */
export function createShell(given: Pick<Page, 'client' | 'state' | 'commands' | 'settings'>): {
  element: HTMLElement;
  draw: () => void;
} {
  const { client } = given;
  const small = window.matchMedia(PHONE);
  const read = new Map<string, number>();
  let told: { theme: string; isViewing: boolean; conversationId: string | undefined } = {
    theme: 'light',
    isViewing: false,
    conversationId: undefined,
  };
  let openId = (client.chats().find(({ scope }) => scope === given.settings.chat) ?? client.chats()[0])?.conversationId;
  let showsList = false;
  const isPhone = () => small.matches || page.settings.width === 'phone';
  const find = (id: string | undefined): ChatView | undefined =>
    client.chats().find(({ conversationId }) => conversationId === id);

  const page: Page = {
    ...given,
    botName: client.chats().find(({ scope }) => scope === 'personal')?.title ?? 'Unity Provisioning',
    currentChat: () => (isPhone() && showsList ? undefined : find(openId)),
    openChat(conversationId) {
      openId = conversationId;
      showsList = false;
      page.change({ chat: find(conversationId)?.scope ?? 'personal' });
      conversation.focus();
    },
    change(changes) {
      const next = { ...page.settings, ...changes };
      const query = writeSettings(next, location.search);
      if (next.as !== page.settings.as) return location.assign(`${location.pathname}${query}`);
      page.settings = next;
      history.replaceState(null, '', `${location.pathname}${query}`);
      draw();
    },
    redraw: () => draw(),
    replyTo: (message) => conversation.replyTo(message),
    openUrl(url) {
      const personal = client.chats().find(({ scope }) => scope === 'personal');
      if (personal && isPersonalChatLink(url)) page.openChat(personal.conversationId);
      else window.open(url, '_blank', 'noopener');
    },
    complain: (error) => toasts.warn('That did not work', error instanceof Error ? error.message : String(error)),
  };

  const unread = (id: string) => Math.max(0, client.messages(id).length - (read.get(id) ?? 0));
  const topBar = createTopBar(page);
  const list = createChatList(page, unread);
  const conversation = createConversation(page, { back: () => back() });
  const dialog = createDialogBox(page);
  const toasts = createToasts(page);
  const panel = createSidePanel(page, (open) => markRail(open));

  const railButton = (name: IconName, label: string, panelName: PanelName) =>
    el(
      'button',
      {
        type: 'button',
        class: 'railButton',
        'aria-pressed': 'false',
        'data-testid': `rail-${panelName}`,
        click: () => panel.show(panelName),
      },
      icon(name, 22),
      el('span', {}, label),
    );
  const dashboard = railButton('dashboard', 'Unity', 'dashboard');
  const sandbox = railButton('sandbox', 'Sandbox', 'sandbox');
  const chats = el(
    'button',
    { type: 'button', class: 'railButton', 'aria-current': 'page', click: () => back() },
    icon('chat', 22),
    el('span', {}, 'Chat'),
  );
  const rail = el('nav', { class: 'rail', 'aria-label': 'Apps' }, chats, dashboard, sandbox);
  const device = el('div', { class: 'device' }, topBar.element, rail, list.element, conversation.element, panel.element);
  const element = el('div', { class: 'shell' }, device, dialog.element, toasts.element);

  function markRail(open: PanelName | undefined): void {
    dashboard.setAttribute('aria-pressed', String(open === 'dashboard'));
    sandbox.setAttribute('aria-pressed', String(open === 'sandbox'));
    element.classList.toggle('panelOpen', open !== undefined);
  }
  function back(): void {
    showsList = true;
    draw();
  }
  /** The client decides by it what refreshes and what pops up; told once per change, because telling it changes it. */
  function tellClient(conversationId: string | undefined): void {
    if (told.theme !== page.settings.theme) {
      told.theme = page.settings.theme;
      client.setTheme(page.settings.theme === 'dark' ? 'dark' : 'default');
    }
    if (told.isViewing && told.conversationId === conversationId) return;
    told = { ...told, isViewing: true, conversationId };
    client.view(conversationId);
  }
  function draw(): void {
    document.documentElement.dataset.theme = page.settings.theme;
    element.classList.toggle('phone', isPhone());
    element.classList.toggle('listOnly', isPhone() && showsList);
    const chat = page.currentChat();
    tellClient(chat?.conversationId);
    toasts.draw();
    if (chat) read.set(chat.conversationId, client.messages(chat.conversationId).length);
    topBar.draw();
    list.draw();
    conversation.draw();
    dialog.draw();
  }
  small.addEventListener('change', draw);
  return { element, draw };
}
