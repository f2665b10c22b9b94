import type { MessageView } from '../clientTypes';
import type { ClientState } from './clientState';

const DEFAULT_TIMEOUT_MS = 10_000;

/** Resolves with the first message, there or to come, that fits; rejects with what was there instead. */
export function waitForMessage(
  state: ClientState,
  conversationId: string,
  matches: (message: MessageView) => boolean,
  { timeoutMs = DEFAULT_TIMEOUT_MS, what = 'a message that fits' }: { timeoutMs?: number; what?: string } = {},
): Promise<MessageView> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const found = state.views(conversationId).find(matches);
      if (found) finish(() => resolve(found));
    };
    const finish = (end: () => void): void => {
      clearTimeout(timer);
      forget();
      end();
    };
    const forget = state.onChange(look);
    const timer = setTimeout(() => {
      const seen = state.views(conversationId).map(({ from, text, cards, edits }) => {
        const shown =
          cards.length > 0 ? `${text} [${cards.map((card) => JSON.stringify(card).slice(0, 400)).join(' | ')}]` : text;
        return `- ${from.kind}${edits ? ` (edited ${edits} times)` : ''}: ${shown}`;
      });
      const toasts = state.toasts().map(({ kind, title, text }) => `- ${kind}: ${title}: ${text}`);
      const report = [...seen, ...toasts].join('\n') || 'nothing';
      finish(() => reject(new Error(`Waited ${timeoutMs} ms in ${conversationId} for ${what}; there was:\n${report}`)));
    }, timeoutMs);
    look();
  });
}
