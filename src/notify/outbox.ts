import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { edgeWords } from '../cards/words/edgeWords';
import { closeConversation, findConversation, type KnownConversation } from '../store/conversations';
import {
  claimDueMessages,
  forgetActivity,
  markDelivered,
  markUndeliverable,
  nextMessageDueInMs,
  type OutboxMessage,
  postponeMessage,
} from '../store/messages';
import type { Store } from '../store/sql';
import type { MessageContent, Messenger, SendAnswer } from './messenger';

interface OutboxOptions {
  store: Store;
  messenger: Pick<Messenger, 'send' | 'update'>;
  /** Draws a message from rows at the time of sending; undefined when there is nothing to show any more. */
  draw: (message: OutboxMessage) => Promise<MessageContent | undefined>;
  /** The conversation of this message is closed to the bot, just now or since before: whoever counts on it being read is told. */
  onDead?: (message: OutboxMessage) => Promise<void>;
  log: Logger;
  /** Of this process. */
  slot: number;
  /** Least time between two edits of one message: Teams takes 60 sends in 30 s. */
  cardUpdateMs: number;
}

interface Outbox {
  /** Something may be due now; returns at once. */
  poke(): void;
  /** Claims nothing more; resolves when what is under way has been delivered or put off. */
  stop(): Promise<void>;
}

/** A claim that its process did not live to finish falls free after this, if nobody has taken its slot before. */
const CLAIM_MS = 30_000;
const LONGEST_PAUSE_MS = 5 * 60_000;
const GONE_RETRY_MS = 500;
const SPOKE_RETRY_MS = 500;
const MOST_AT_ONCE = 20;

/**
 * Delivers wanted messages: at least once, the newest state always, edits at their pace. *Sending* is on record before,
 * the activity id after; an answer that got lost may show a message twice, never zero times.
 */
export function createOutbox({ store, messenger, draw, onDead, log, slot, cardUpdateMs }: OutboxOptions): Outbox {
  let running: Promise<void> | undefined;
  let again = false;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const underWay = new Set<Promise<void>>();
  /** Messages whose last try ended with 404; a process that starts anew has forgotten it, which costs one more try. */
  const goneLastTime = new Set<string>();

  /** Claims and sends what is due. Nobody waits for a conversation that is slow: whatever ends makes room for more. */
  async function claimAll(): Promise<void> {
    do {
      again = false;
      const room = MOST_AT_ONCE - underWay.size;
      for (const message of room > 0 ? await claimDueMessages(store, { claimMs: CLAIM_MS, slot, limit: room }) : []) {
        const work: Promise<void> = deliver(message).finally(() => {
          underWay.delete(work);
          poke();
        });
        underWay.add(work);
      }
    } while (again && !stopped);
    // Without room, whatever ends next looks again.
    const inMs = stopped || underWay.size >= MOST_AT_ONCE ? undefined : await nextMessageDueInMs(store, CLAIM_MS);
    clearTimeout(timer);
    if (inMs !== undefined) timer = setTimeout(poke, Math.max(inMs, 20)).unref();
  }

  async function deliver(message: OutboxMessage): Promise<void> {
    try {
      const to = await findConversation(store, message.tenantId, message.conversationId);
      if (to?.state === 'dead') return await nobodyThere(message, 'closed before'); // also where the app was removed
      const content = to && (await draw(message));
      if (!content) return await markUndeliverable(store, message);
      const contentHash = createHash('sha256').update(JSON.stringify(content)).digest('base64url');
      if (contentHash === message.contentHash && message.activityId)
        return await delivered(message, contentHash, message.activityId);
      const answer = await send(message, to, content);
      const smaller = answer.kind === 'refused' ? withoutCard(content) : undefined;
      await settle(message, smaller ? await send(message, to, smaller) : answer, contentHash);
    } catch (error) {
      log.error({ tag: message.tag, error: error instanceof Error ? error.name : 'unknown' }, 'message not delivered yet');
      await postponeMessage(store, message, pause(message.tries)).catch(() => undefined); // its claim falls free by itself
    }
  }

  const send = ({ activityId }: OutboxMessage, to: KnownConversation, content: MessageContent): Promise<SendAnswer> =>
    activityId ? messenger.update(to, activityId, content) : messenger.send(to, content);

  const delivered = (message: OutboxMessage, contentHash: string, activityId: string) =>
    markDelivered(store, message, { activityId, contentHash, notBeforeMs: cardUpdateMs });

  async function settle(message: OutboxMessage, answer: SendAnswer, contentHash: string): Promise<void> {
    const { messageId } = message;
    const isGoneAgain = goneLastTime.delete(messageId);
    switch (answer.kind) {
      case 'sent':
        return delivered(message, contentHash, answer.activityId);
      case 'gone':
        if (!isGoneAgain) {
          goneLastTime.add(messageId); // it happens on valid messages too: once more
          return postponeMessage(store, message, GONE_RETRY_MS);
        }
        return message.activityId ? forgetActivity(store, message) : nobodyThere(message, 'not_found');
      case 'dead':
        return nobodyThere(message, answer.code);
      case 'later':
        return postponeMessage(store, message, Math.max(answer.retryAfterMs, pause(message.tries)));
      case 'refused':
        log.error({ tag: message.tag, status: answer.status }, 'Teams refused the message');
        return markUndeliverable(store, message);
    }
  }

  /** Nothing is sent there until Teams speaks from it again; what was missed is due then. */
  async function nobodyThere(message: OutboxMessage, code: string): Promise<void> {
    if (!(await store.transaction((sql) => closeConversation(sql, message))))
      return postponeMessage(store, message, SPOKE_RETRY_MS);
    log.warn({ tag: message.tag, code }, 'nobody can be told there any more');
    await onDead?.(message);
  }

  function poke(): void {
    if (stopped) return;
    again = true;
    running ??= claimAll()
      .catch((error: unknown) => log.error({ error: error instanceof Error ? error.name : 'unknown' }, 'outbox stopped early'))
      .finally(() => {
        running = undefined;
        if (again && !stopped) poke();
      });
  }

  return {
    poke,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
      await Promise.all(underWay);
    },
  };
}

function pause(tries: number): number {
  return Math.min(1000 * 2 ** tries, LONGEST_PAUSE_MS);
}

/** A card that Teams will not take, too large or otherwise, as the text that stands for it; undefined where there is none. */
function withoutCard({ card, summary, alert, value }: MessageContent): MessageContent | undefined {
  return card && { text: edgeWords.cardNotShown(card.fallbackText ?? ''), summary, alert, value };
}
