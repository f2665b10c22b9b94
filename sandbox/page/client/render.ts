import type { Card } from '../../teams/clientTypes';
import { botAvatar } from './avatar.js';
import { drawCard } from './cards/drawCard.js';
import { el } from './dom.js';
import type { Theme } from './settings.js';

interface RenderOptions {
  theme?: Theme;
  /** Of the picture, in CSS pixels; 360 is a phone. */
  width?: number;
  /** What is drawn around the card: the bot's message, a dialog with `title`, or nothing. */
  frame?: 'message' | 'dialog' | 'bare';
  title?: string;
  author?: string;
  /** Names of preset people and other choices, by value. */
  titles?: Record<string, string>;
}

declare global {
  interface Window {
    renderCard: (card: Card, options?: RenderOptions) => Promise<{ width: number; height: number }>;
  }
}

function framed(card: HTMLElement, { frame = 'message', title = '', author = 'Unity Provisioning' }: RenderOptions): HTMLElement {
  if (frame === 'bare') return card;
  if (frame === 'dialog') {
    const body = el('div', { class: 'dialogBody' }, card);
    return el(
      'section',
      { class: 'dialog drawn', 'aria-label': title },
      el('header', { class: 'dialogHead' }, el('h2', {}, title)),
      body,
    );
  }
  const head = el(
    'div',
    { class: 'messageHead' },
    el('span', { class: 'author' }, author),
    el('span', { class: 'appTag' }, 'App'),
  );
  const avatar = el('div', { class: 'messageAvatar' }, botAvatar());
  return el('article', { class: 'message theirs hasCard' }, avatar, el('div', { class: 'messageBody' }, head, card));
}

/** Draws one card without a bot and resolves with the size of the picture once its fonts and images are there. */
window.renderCard = async (card, options = {}) => {
  const theme = options.theme ?? 'light';
  document.documentElement.dataset.theme = theme;
  const drawn = drawCard(card, {
    theme,
    openUrl: () => undefined,
    act: async () => ({ kind: 'sent' }),
    choices: { search: async () => [], titleOf: (value) => options.titles?.[value] },
  });
  const root = document.querySelector<HTMLElement>('#render')!;
  root.style.width = `${options.width ?? 640}px`;
  root.classList.toggle('phone', (options.width ?? 640) <= 400);
  root.replaceChildren(framed(drawn, options));
  await document.fonts.ready;
  await Promise.all([...root.querySelectorAll('img')].map((image) => image.decode().catch(() => undefined)));
  const { width, height } = root.getBoundingClientRect();
  return { width, height };
};
document.documentElement.dataset.ready = 'true';
