import type { ChatView } from '../../teams/clientTypes';
import { el } from './dom.js';
import { botMark, icon } from './icons.js';
import { initialsOf } from './words.js';

/** A person's round picture: initials on a colour that follows from the name. */
export function personAvatar(name: string, size = 32): HTMLElement {
  const tint = [...name].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0) % 6;
  return el('span', { class: `avatar tint${tint}`, style: `--size:${size}px`, 'aria-hidden': 'true' }, initialsOf(name));
}

export function botAvatar(size = 32): HTMLElement {
  return el('span', { class: 'avatar bot', style: `--size:${size}px`, 'aria-hidden': 'true' }, botMark(Math.round(size * 0.62)));
}

export function chatAvatar(chat: ChatView, size = 40): HTMLElement {
  if (chat.scope === 'personal') return botAvatar(size);
  if (chat.scope === 'channel')
    return el('span', { class: 'avatar team', style: `--size:${size}px`, 'aria-hidden': 'true' }, initialsOf(chat.title));
  return el(
    'span',
    { class: 'avatar group', style: `--size:${size}px`, 'aria-hidden': 'true' },
    icon('people', Math.round(size * 0.55)),
  );
}
