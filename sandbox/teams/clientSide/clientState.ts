import type { Card, ChatView, DialogView, MessageView, ToastView } from '../clientTypes';
import type { ServerEvent, WireChat, WireMessage } from '../wireTypes';
import { messageHtml } from './messageHtml';

const ADAPTIVE_CARD = 'application/vnd.microsoft.card.adaptive';
const OAUTH_CARD = 'application/vnd.microsoft.card.oauth';
const TYPING_MS = 6_000;

export interface OAuthCard {
  text: string;
  connectionName: string;
  link: string;
  tokenExchangeResource?: { id?: string; uri?: string };
}

/** A dialog together with the message it was opened from. */
interface OpenDialog {
  view: DialogView;
  message: MessageView;
}

/** A login that an executed action asked for; the action is sent again afterwards. */
interface PendingLogin {
  action: Record<string, unknown>;
  card: OAuthCard;
}

interface PersonalCard {
  card: Card;
  /** The edit it was an answer to: a newer edit replaces it. */
  edits: number;
}

type Attachment = { contentType?: string; content?: Record<string, unknown> };
const attachmentsOf = ({ activity }: WireMessage): Attachment[] =>
  Array.isArray(activity.attachments) ? (activity.attachments as Attachment[]) : [];

export const cardsOf = (message: WireMessage): Card[] =>
  attachmentsOf(message).flatMap(({ contentType, content }) =>
    contentType === ADAPTIVE_CARD && content ? [content as Card] : [],
  );

/** The OAuth card of a message, and of a `loginRequest`, which has the same content. */
export function readOAuthCard(content: Record<string, unknown>): OAuthCard {
  const [button] = Array.isArray(content.buttons) ? (content.buttons as { title?: string; value?: string }[]) : [];
  const resource = content.tokenExchangeResource as OAuthCard['tokenExchangeResource'];
  return {
    text: String(content.text ?? button?.title ?? 'Sign in'),
    connectionName: String(content.connectionName ?? ''),
    link: button?.value ?? '',
    ...(resource && { tokenExchangeResource: resource }),
  };
}

export function oauthCardOf(message: WireMessage): OAuthCard | undefined {
  const found = attachmentsOf(message).find(({ contentType }) => contentType === OAUTH_CARD);
  return found?.content && readOAuthCard(found.content);
}

export const isAlert = ({ activity }: WireMessage): boolean =>
  (activity.channelData as { notification?: { alert?: boolean } } | undefined)?.notification?.alert === true;

export type ClientState = ReturnType<typeof createClientState>;

/** What one client shows: shared chats and messages, and what is its own, such as cards that only it got. */
export function createClientState() {
  const chats = new Map<string, WireChat>();
  const messages = new Map<string, WireMessage[]>();
  const personalCards = new Map<string, PersonalCard>();
  const logins = new Map<string, PendingLogin>();
  const typing = new Map<string, ReturnType<typeof setTimeout>>();
  const listeners = new Set<() => void>();
  let toasts: ToastView[] = [];
  let toastCount = 0;
  let dialog: OpenDialog | undefined;

  const changed = () => {
    for (const listener of [...listeners]) listener();
  };
  const stopTyping = (conversationId: string) => {
    clearTimeout(typing.get(conversationId));
    typing.delete(conversationId);
  };
  const listOf = (conversationId: string): WireMessage[] => {
    const list = messages.get(conversationId) ?? [];
    messages.set(conversationId, list);
    return list;
  };
  const put = (message: WireMessage): void => {
    const list = listOf(message.conversationId);
    const index = list.findIndex(({ id }) => id === message.id);
    if (index < 0) list.push(message);
    else list[index] = message;
    if ((personalCards.get(message.id)?.edits ?? message.edits) < message.edits) personalCards.delete(message.id);
    if (message.from.kind === 'bot') stopTyping(message.conversationId);
  };

  /** Whoever waits looks at every message again and again: a view is made once for each edit, and for what is the client's own. */
  let shown = new WeakMap<WireMessage, MessageView>();
  const forgetView = (messageId: string): void => {
    for (const list of messages.values()) for (const message of list) if (message.id === messageId) shown.delete(message);
  };
  const viewOf = (message: WireMessage): MessageView => {
    const view = shown.get(message) ?? makeView(message);
    shown.set(message, view);
    return view;
  };
  const makeView = (message: WireMessage): MessageView => {
    const { activity, from } = message;
    const scope = chats.get(message.conversationId)?.scope;
    const textFormat = String(activity.textFormat ?? (from.kind === 'bot' ? 'markdown' : 'plain'));
    const text = String(activity.text ?? '');
    const own = personalCards.get(message.id);
    const oauth = logins.get(message.id)?.card ?? oauthCardOf(message);
    const hidden = !logins.has(message.id) && message.signIn !== 'button';
    return {
      id: message.id,
      conversationId: message.conversationId,
      from,
      text,
      textFormat,
      html: messageHtml(text, textFormat),
      cards: own ? [own.card] : cardsOf(message),
      ...(own && { personal: true }),
      ...(oauth && { signIn: { text: oauth.text, link: oauth.link, hidden } }),
      ...(message.threadId && { threadId: message.threadId }),
      sentAt: message.sentAt,
      ...(message.editedAt && { editedAt: message.editedAt }),
      edits: message.edits,
      notifies: from.kind === 'bot' && (isAlert(message) || scope === 'personal'),
      ...(typeof activity.summary === 'string' && { summary: activity.summary }),
      ...(activity.value !== undefined && { value: activity.value }),
    };
  };

  return {
    changed,
    onChange(listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    apply(event: ServerEvent) {
      if (event.kind === 'snapshot') {
        messages.clear();
        shown = new WeakMap();
        for (const chat of event.chats) chats.set(chat.conversationId, chat);
        for (const message of event.messages) put(message);
      } else if (event.kind === 'chat') {
        chats.set(event.chat.conversationId, event.chat);
        shown = new WeakMap();
      } else if (event.kind === 'message') put(event.message);
      else if (event.kind === 'removed') {
        messages.set(
          event.conversationId,
          listOf(event.conversationId).filter(({ id }) => id !== event.messageId),
        );
      } else if (event.kind === 'typing') {
        stopTyping(event.conversationId);
        const stop = () => {
          stopTyping(event.conversationId);
          changed();
        };
        typing.set(event.conversationId, setTimeout(stop, TYPING_MS));
      }
    },
    chat: (conversationId: string) => chats.get(conversationId),
    chats: (): ChatView[] => [...chats.values()].map((chat) => ({ ...chat, typing: typing.has(chat.conversationId) })),
    wireMessages: (conversationId: string) => listOf(conversationId),
    wireMessage: ({ conversationId, id }: { conversationId: string; id: string }) =>
      listOf(conversationId).find((message) => message.id === id),
    views: (conversationId: string): MessageView[] => listOf(conversationId).map(viewOf),
    viewOf,
    showPersonally({ conversationId, id }: { conversationId: string; id: string }, card: Card) {
      personalCards.set(id, { card, edits: listOf(conversationId).find((message) => message.id === id)?.edits ?? 0 });
      forgetView(id);
      changed();
    },
    login: (messageId: string) => logins.get(messageId),
    setLogin(messageId: string, login: PendingLogin | undefined) {
      if (login) logins.set(messageId, login);
      else logins.delete(messageId);
      forgetView(messageId);
      changed();
    },
    dialog: () => dialog,
    setDialog(next: OpenDialog | undefined) {
      dialog = next;
      changed();
    },
    toasts: () => [...toasts],
    toast(toast: Omit<ToastView, 'id'>) {
      toastCount += 1;
      toasts.push({ ...toast, id: String(toastCount) });
      changed();
    },
    dismissToast(id: string) {
      toasts = toasts.filter((toast) => toast.id !== id);
      changed();
    },
    close() {
      for (const conversationId of [...typing.keys()]) stopTyping(conversationId);
      listeners.clear();
    },
  };
}
