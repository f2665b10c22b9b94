import type { MessageView } from '../../teams/clientTypes';
import { botAvatar, personAvatar } from './avatar.js';
import { drawCard } from './cards/drawCard.js';
import { el } from './dom.js';
import { choicesFor, type Page } from './page.js';
import { safeNodes } from './safeHtml.js';
import { signInCard } from './signInCard.js';
import { previewOf, timeOf } from './words.js';

/** Changes exactly when the message must be drawn anew; a card under way keeps its inputs until then. */
export function signatureOf(message: MessageView, theme: string, isGrouped: boolean): string {
  const { html, cards, edits, editedAt, signIn } = message;
  return JSON.stringify([html, cards, edits, editedAt, signIn, theme, isGrouped]);
}

function textOf(message: MessageView): HTMLElement | undefined {
  if (!message.text) return undefined;
  return el('div', { class: 'text' }, ...(safeNodes(message.html) as (Node | string)[]));
}

function cardsOf(page: Page, message: MessageView): HTMLElement[] {
  return message.cards.map((card) =>
    drawCard(card, {
      theme: page.settings.theme,
      openUrl: page.openUrl,
      act: (action, inputs) => page.client.act(message, action, inputs),
      choices: choicesFor(page, message.conversationId),
    }),
  );
}

function refreshButton(page: Page, message: MessageView): HTMLElement {
  const refresh = (): void => void page.client.refresh(message).catch(page.complain);
  return el('button', { type: 'button', class: 'linkButton', 'data-testid': 'refresh', click: refresh }, 'Refresh card');
}

/** One message with everything in it: author, time, text, cards, and a sign-in card when the person must press it. */
export function messageItem(page: Page, message: MessageView, isGrouped: boolean): HTMLElement {
  const isMine = message.from.kind === 'person' && message.from.objectId === page.client.me.objectId;
  const author = message.from.kind === 'bot' ? page.botName : message.from.displayName;
  const time = el('time', { datetime: message.sentAt, title: new Date(message.sentAt).toLocaleString() }, timeOf(message.sentAt));
  const head = el(
    'div',
    { class: 'messageHead' },
    !isMine && el('span', { class: 'author' }, author),
    message.from.kind === 'bot' && el('span', { class: 'appTag' }, 'App'),
    time,
    message.edits > 0 && el('span', { class: 'edited' }, 'Edited'),
    message.cards.some(({ refresh }) => refresh) && refreshButton(page, message),
  );
  const text = textOf(message);
  const cards = cardsOf(page, message);
  const showsSignIn = message.signIn && !message.signIn.hidden ? signInCard(page, message, message.signIn) : undefined;
  const avatar = message.from.kind === 'bot' ? botAvatar() : personAvatar(author);
  return el(
    'article',
    {
      class: `message ${isMine ? 'mine' : 'theirs'}${isGrouped ? ' grouped' : ''}${cards.length > 0 ? ' hasCard' : ''}`,
      'data-testid': 'message',
      'data-message-id': message.id,
      'data-from': message.from.kind,
      'data-edits': message.edits,
      'aria-label': `${author}: ${previewOf(message)}`,
    },
    !isMine && el('div', { class: 'messageAvatar' }, avatar),
    el('div', { class: 'messageBody' }, head, text && el('div', { class: 'bubble' }, text), ...cards, showsSignIn),
  );
}
