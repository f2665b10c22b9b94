import type { IAdaptiveCard } from '@microsoft/teams.cards';
import { type Activity, CardFactory, type CloudAdapter, type ConversationReference, type TurnContext } from 'botbuilder';
import { retryAfterMs } from '../provisioning/retryAfter';

/** Where a message goes: a row of `conversations`. `serviceUrl` is the newest one seen and wins over the reference's. */
export interface Recipient {
  tenantId: string;
  conversationId: string;
  serviceUrl: string;
  reference: unknown;
}

/**
 * One message: a card, a plain text, or a sign-in card. `summary` is the preview of a notification, by default the card's own
 * `fallbackText`; `alert` makes Teams show one.
 */
export interface MessageContent {
  card?: IAdaptiveCard | undefined;
  text?: string | undefined;
  signInCard?: object | undefined;
  summary?: string | undefined;
  alert?: boolean | undefined;
  /** `value` of the activity: what a notification tells, for programs that read along. */
  value?: object | undefined;
}

export type SendAnswer =
  | { kind: 'sent'; activityId: string }
  /** The conversation, or the message to edit, is no more (404): post a new one. */
  | { kind: 'gone' }
  /** Blocked or uninstalled (403): never again until Teams speaks from there. */
  | { kind: 'dead'; code: string }
  /** Throttled, busy, or no answer: nobody knows whether it arrived. */
  | { kind: 'later'; retryAfterMs: number }
  /** Will never be taken as it is: bad card, too large, wrong bot. */
  | { kind: 'refused'; status: number };

export interface Messenger {
  send(to: Recipient, content: MessageContent): Promise<SendAnswer>;
  update(to: Recipient, activityId: string, content: MessageContent): Promise<SendAnswer>;
  /** Shows for some seconds that the bot is at work, unless something is being sent there anyway. Whether it arrives matters to nobody. */
  showTyping(to: Recipient): Promise<void>;
}

const DEAD_CODES = new Set([
  'ConversationBlockedByUser',
  'MessageWritesBlocked',
  'BotDisabledByAdmin',
  'BotNotInConversationRoster',
]);
const DEFAULT_RETRY_MS = 2_000;
const BUSY_RETRY_MS = 500;

/**
 * Sends each message once and says what became of it; whoever calls decides what is tried again.
 * One message at a time per conversation, since the connector refuses parallel ones with 412.
 */
export function createMessenger(adapter: CloudAdapter, { botId }: { botId: string }): Messenger {
  const lines = new Map<string, Promise<unknown>>();

  function inLine<T>(conversationId: string, work: () => Promise<T>): Promise<T> {
    const before = lines.get(conversationId) ?? Promise.resolve();
    const mine = before.then(work, work);
    lines.set(conversationId, mine);
    const leave = () => {
      if (lines.get(conversationId) === mine) lines.delete(conversationId);
    };
    void mine.then(leave, leave);
    return mine;
  }

  async function within(to: Recipient, isUpdate: boolean, work: (context: TurnContext) => Promise<string>): Promise<SendAnswer> {
    const reference = { ...(to.reference as Partial<ConversationReference>), serviceUrl: to.serviceUrl };
    let answer: SendAnswer | undefined;
    // Caught inside: an error that leaves the callback ends in onTurnError and would look like success here.
    await adapter.continueConversationAsync(botId, reference, async (context) => {
      // With an id the SDK would reply to it, and the id it makes up names no message.
      context.activity.id = undefined as unknown as string;
      answer = await work(context).then(
        (activityId): SendAnswer => ({ kind: 'sent', activityId }),
        (error: unknown) => readRefusal(error, isUpdate),
      );
    });
    return answer ?? { kind: 'later', retryAfterMs: DEFAULT_RETRY_MS };
  }

  return {
    send: (to, content) =>
      inLine(to.conversationId, () =>
        within(to, false, async (context) => (await context.sendActivity(toActivity(content)))?.id ?? ''),
      ),
    update: (to, activityId, content) =>
      inLine(to.conversationId, () =>
        within(to, true, async (context) => {
          await context.updateActivity({ ...toActivity(content), id: activityId });
          return activityId;
        }),
      ),
    async showTyping(to) {
      if (lines.has(to.conversationId)) return;
      await inLine(to.conversationId, () =>
        within(to, false, async (context) => (await context.sendActivity({ type: 'typing' }))?.id ?? ''),
      );
    },
  };
}

/** The activity that carries a message; without a reference, which the SDK adds. */
export function toActivity({
  card,
  text,
  signInCard,
  summary = card?.fallbackText,
  alert,
  value,
}: MessageContent): Partial<Activity> {
  const attachments = [
    ...(card ? [CardFactory.adaptiveCard(card)] : []),
    ...(signInCard ? [{ contentType: CardFactory.contentTypes.oauthCard, content: signInCard }] : []),
  ];
  return {
    type: 'message',
    ...(text !== undefined && { text, textFormat: 'plain' }),
    ...(attachments.length > 0 && { attachments }),
    ...(summary !== undefined && { summary }),
    ...(value && { value }),
    ...(alert && { channelData: { notification: { alert: true } } }),
  };
}

/** What a connector error means. An error without a status is no answer at all, or no token of our own. */
export function readRefusal(error: unknown, isUpdate = false): SendAnswer {
  const { statusCode: status, response } = error as {
    statusCode?: number;
    response?: { headers?: { get(name: string): string | undefined } };
  };
  if (status === 404) return { kind: 'gone' };
  if (status === 403) {
    const code = codeOf(error);
    // A deleted card answers an edit with a 403 of no known code.
    return isUpdate && !DEAD_CODES.has(code) ? { kind: 'gone' } : { kind: 'dead', code };
  }
  if (status === 429) {
    const asked = response?.headers?.get('retry-after') ?? null;
    return { kind: 'later', retryAfterMs: retryAfterMs(asked, Date.now()) || DEFAULT_RETRY_MS };
  }
  if (status === 412) return { kind: 'later', retryAfterMs: BUSY_RETRY_MS };
  if (status === undefined || status === 408 || status >= 500) return { kind: 'later', retryAfterMs: DEFAULT_RETRY_MS };
  return { kind: 'refused', status };
}

/** `error.code` in the usual shape; a JSON text with `subCode` inside of `message` in the other. */
function codeOf(error: unknown): string {
  const { code, details, message } = error as { code?: unknown; details?: unknown; message?: unknown };
  const body = (details ?? {}) as { error?: { code?: unknown }; errorCode?: unknown; message?: unknown };
  const inner = /"subCode"\s*:\s*"(\w+)"/.exec(
    `${String(body.message ?? '')} ${String(message ?? '').replaceAll('\\"', '"')}`,
  )?.[1];
  const named = inner ?? body.error?.code ?? code ?? body.errorCode;
  return typeof named === 'string' || typeof named === 'number' ? String(named) : 'unknown';
}
