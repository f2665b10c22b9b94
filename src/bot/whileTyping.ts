import { setTimeout as pause } from 'node:timers/promises';
import { findConversation } from '../store/conversations';
import type { BotDeps } from './deps';
import type { Turn } from './turn';

/** Teams forgets that somebody types after some seconds. */
const SHOWN_AGAIN_MS = 3_000;
/** Longer than this no word waits for a sign that does not arrive. */
const LONGEST_SIGN_MS = 2_000;

export type WhileTyping = ReturnType<typeof createWhileTyping>;

/**
 * Shows in the chat that the bot is at work on what takes longer than `TYPING_AFTER_MS`, until the first word is said. It is a courtesy:
 * one that cannot be shown is no error.
 */
export function createWhileTyping({
  store,
  messenger,
  settings,
  log,
}: Pick<BotDeps, 'store' | 'messenger' | 'settings' | 'log'>) {
  return async (turn: Turn, work: (turn: Turn) => Promise<void>): Promise<void> => {
    let isOver = false;
    let timer: NodeJS.Timeout | undefined;
    let showing: Promise<void> = Promise.resolve();
    const show = async (): Promise<void> => {
      const conversation = await findConversation(store, turn.person.tenantId, turn.conversation.id);
      if (!conversation || isOver) return;
      await messenger.showTyping(conversation);
      if (!isOver) showIn(SHOWN_AGAIN_MS);
    };
    const showIn = (ms: number): void => {
      timer = setTimeout(() => {
        showing = show().catch((error: unknown) => log.warn({ err: error }, 'It could not be shown that the bot is at work'));
      }, ms);
    };
    /** The connector refuses two sends at a time in one chat, so whatever is said waits for the one under way. */
    const end = async (): Promise<void> => {
      isOver = true;
      clearTimeout(timer);
      await Promise.race([showing, pause(LONGEST_SIGN_MS, undefined, { ref: false })]);
      showing = Promise.resolve();
    };
    showIn(settings.waits.typingAfterMs);
    try {
      await work({
        ...turn,
        async say(content) {
          await end();
          await turn.say(content);
        },
      });
    } finally {
      await end();
    }
  };
}
