import type { ChatView, MessageView, SayOptions } from '../../teams/clientTypes';
import { commandText, suggestCommands } from './commands.js';
import { el, freshId } from './dom.js';
import { icon } from './icons.js';
import type { Page } from './page.js';
import { previewOf } from './words.js';

const LONGEST_PX = 160;

/** The box to write in, with the bot's commands above it and, in group chats and channels, the mention as a switch. */
export function createCompose(page: Page) {
  let chat: ChatView | undefined;
  let mentions = true;
  let thread: MessageView | undefined;
  const id = freshId('compose');
  const suggestions = el('div', { class: 'suggestions', role: 'group', 'aria-label': 'Commands' });
  const mention = el(
    'button',
    { type: 'button', class: 'mentionSwitch', 'aria-pressed': 'true', 'data-testid': 'mention', click: () => switchMention() },
    `@${page.botName}`,
  );
  const box = el('textarea', {
    id,
    rows: 1,
    class: 'composeText',
    'data-testid': 'compose',
    'aria-label': 'Type a message',
    placeholder: 'Type a message',
    input: () => typed(),
    keydown: (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      void send();
    },
  });
  const button = el(
    'button',
    { type: 'submit', class: 'iconButton send', 'aria-label': 'Send', 'data-testid': 'send' },
    icon('send'),
  );
  const form = el(
    'form',
    {
      class: 'composeBox',
      submit: (event: SubmitEvent) => {
        event.preventDefault();
        void send();
      },
    },
    mention,
    box,
    button,
  );
  const replyName = el('span', { class: 'replyName' });
  const replying = el(
    'div',
    { class: 'replying', hidden: true },
    replyName,
    el(
      'button',
      { type: 'button', class: 'iconButton', 'aria-label': 'Write a new post instead', click: () => replyTo(undefined) },
      icon('close', 14),
    ),
  );
  const element = el('footer', { class: 'compose' }, suggestions, replying, form);

  /** In a channel: what is written next answers this post. */
  function replyTo(message: MessageView | undefined): void {
    thread = message;
    replying.hidden = !message;
    replyName.textContent = message ? `Replying to: ${previewOf(message)}` : '';
    box.focus();
  }

  function switchMention(): void {
    mentions = !mentions;
    mention.setAttribute('aria-pressed', String(mentions));
    box.focus();
  }

  function suggest(): void {
    const commands = chat ? suggestCommands(page.commands, chat.scope, box.value) : [];
    suggestions.replaceChildren(
      ...commands.map((command) =>
        el(
          'button',
          {
            type: 'button',
            class: 'suggestion',
            title: command.description,
            'data-testid': 'suggestion',
            click: () => {
              box.value = commandText(command);
              box.focus();
              typed();
            },
          },
          command.title,
        ),
      ),
    );
  }

  function typed(): void {
    box.style.height = 'auto';
    box.style.height = `${Math.min(box.scrollHeight, LONGEST_PX)}px`;
    button.disabled = box.disabled || box.value.trim() === '';
    suggest();
  }

  function optionsFor({ scope }: ChatView): SayOptions {
    if (scope === 'personal') return {};
    return { mention: mentions, ...(thread ? { threadId: thread.threadId ?? thread.id } : {}) };
  }

  async function send(): Promise<void> {
    const text = box.value.trim();
    if (!chat || text === '' || box.disabled) return;
    box.value = '';
    typed();
    await page.client.say(chat.conversationId, text, optionsFor(chat)).catch((error) => {
      if (box.value === '') box.value = text;
      typed();
      page.complain(error);
    });
  }

  /** A personal chat without the app cannot be written to. */
  function draw(next: ChatView): void {
    const isOther = chat?.conversationId !== next.conversationId;
    chat = next;
    const isDisabled = next.scope === 'personal' && !next.installed;
    const changes = isOther || box.disabled !== isDisabled;
    mention.hidden = next.scope === 'personal' || !next.installed;
    box.disabled = isDisabled;
    box.placeholder = isDisabled ? 'Add the app to start chatting' : 'Type a message';
    if (isOther) {
      box.value = '';
      thread = undefined;
      replying.hidden = true;
    }
    if (changes) typed();
    suggestions.hidden = !next.installed;
  }

  return { element, draw, replyTo, focus: () => box.focus() };
}
