/**
 * The pretend Teams client as one object: the page draws it, tests and the journey drive it.
 * It has no Node import, so the browser and Node load the same code.
 */
export type Card = { type: 'AdaptiveCard'; [more: string]: unknown };
export type Scope = 'personal' | 'groupChat' | 'channel';

export interface ChatView {
  conversationId: string;
  scope: Scope;
  title: string;
  /** Object ids of the people in it. */
  memberIds: string[];
  /** True while the app is installed here; only then does the bot get what is written. */
  installed: boolean;
  /** True while the bot is typing. */
  typing: boolean;
}

export interface MessageView {
  id: string;
  conversationId: string;
  from: { kind: 'bot' } | { kind: 'person'; objectId: string; displayName: string };
  /** As it was sent, so that tests can compare it; never to be shown as HTML. */
  text: string;
  /** `plain`, `markdown` or `xml`. */
  textFormat: string;
  /** `text` as HTML that is safe to show: markup is escaped, and of Markdown the part that Teams shows in messages is drawn. */
  html: string;
  /** In a channel: id of the message that started the thread. */
  threadId?: string;
  /** Cards that this client got as an answer to its own action or refresh stand in `cards`; `personal` says so. */
  personal?: boolean;
  cards: Card[];
  /** Set for an OAuth card that could not be answered silently: the person must press its button. */
  signIn?: { text: string; link: string; hidden: boolean };
  sentAt: string;
  editedAt?: string;
  /** How often the bot edited it. */
  edits: number;
  /** channelData.notification.alert, or any message of the bot in a personal chat. */
  notifies: boolean;
  summary?: string;
  /** `value` of the activity, as the bot sent it: read by programs, never shown. */
  value?: unknown;
}

/** What pops up: a message in a chat that is not open, an alert, or a warning of the sandbox about the bot. */
export interface ToastView {
  id: string;
  kind: 'message' | 'warning';
  title: string;
  text: string;
  conversationId?: string;
  messageId?: string;
}

export interface DialogView {
  title: string;
  card: Card;
  width?: string | number;
  height?: string | number;
}

/** What a submitted or executed action led to. */
export type ActionAnswer =
  | { kind: 'card'; card: Card }
  | { kind: 'message'; text: string }
  | { kind: 'dialog'; dialog: DialogView }
  | { kind: 'closed' }
  | { kind: 'sent' }
  | { kind: 'error'; code: string; text: string };

export interface SayOptions {
  mention?: boolean;
  threadId?: string;
  nonBreakingSpace?: boolean;
}

export interface TeamsClient {
  readonly me: { objectId: string; displayName: string; mri: string };
  /** Opens the live connection and resolves once the chats are known. */
  connect(): Promise<void>;
  /** Resolves when no silent sign-in is under way on any of the person's devices. */
  settled(): Promise<void>;
  close(): void;
  chats(): ChatView[];
  messages(conversationId: string): MessageView[];
  /** Called on every change of a chat, message, dialog or toast. Returns its own remover. */
  onChange(listener: () => void): () => void;

  /** Adds the app to the personal chat, the group chat or the team; sends both lifecycle activities. */
  install(conversationId: string): Promise<void>;
  uninstall(conversationId: string): Promise<void>;
  /** A newer version of the app: sends `installationUpdate` with `add-upgrade`. */
  upgrade(conversationId: string): Promise<void>;
  /** Gives a channel or a group chat another name. */
  rename(conversationId: string, title: string): Promise<void>;
  /** Blocks the bot (403 for whatever it sends), or lets it write again. */
  block(conversationId: string, blocked: boolean): Promise<void>;
  /**
   * Types text; in a group chat or channel a leading mention of the bot is added unless `mention` is false. `threadId` replies in
   * a channel's thread; `nonBreakingSpace` puts `&nbsp;` after the mention, as some clients do. Resolves once the message is in
   * the chat; the bot gets it in the background.
   */
  say(conversationId: string, text: string, options?: SayOptions): Promise<void>;
  /** Changes or deletes an own message: the bot gets `messageUpdate` or `messageDelete`. */
  edit(message: MessageView, text: string): Promise<void>;
  remove(message: MessageView): Promise<void>;
  /** Says which chat is open: its cards refresh and it makes no toasts. Until the first call every chat counts as open for refresh. */
  view(conversationId: string | undefined): void;
  /** "Refresh" in the menu of a message: asks the bot for this client's own version of the card. */
  refresh(message: MessageView): Promise<ActionAnswer>;
  /** Told to the bot when a dialog opens and submits; `default` at first. */
  setTheme(theme: 'default' | 'dark' | 'contrast'): void;
  toasts(): ToastView[];
  dismissToast(id: string): void;
  /** Presses an action of a card: `Action.Submit`, `Action.Execute`, or one that opens a dialog. Inputs go along. */
  act(message: MessageView, action: Record<string, unknown>, inputs?: Record<string, string>): Promise<ActionAnswer>;
  /** The open dialog, if any. */
  dialog(): DialogView | undefined;
  submitDialog(action: Record<string, unknown>, inputs?: Record<string, string>): Promise<ActionAnswer>;
  closeDialog(): void;
  /** Typeahead of an `Input.ChoiceSet` with its own dataset: asks the bot; `graph.microsoft.com/users` is answered by the client. */
  search(
    conversationId: string,
    dataset: string,
    queryText: string,
  ): Promise<{ title: string; subtitle?: string; value: string }[]>;
  /**
   * Finishes an OAuth card by its button; `codeOnly` shows the six digits instead of sending them,
   * `code` sends digits that came from the sign-in page (typed, or handed over by the popup).
   */
  signIn(message: MessageView, options?: { cancel?: boolean; codeOnly?: boolean; code?: string }): Promise<{ code?: string }>;
  /** Resolves with the first message (present or future) for which `matches` is true; rejects after `timeoutMs` with what was seen. */
  waitFor(
    conversationId: string,
    matches: (message: MessageView) => boolean,
    options?: { timeoutMs?: number; what?: string },
  ): Promise<MessageView>;
}

/** What the page reads of `GET /__sandbox/state`; more may be there. */
export interface PageState {
  /** Everybody with `signsIn`, in the order of the tenant file. */
  people: {
    objectId: string;
    displayName: string;
    userPrincipalName: string;
    jobTitle: string | null;
    directoryRoles: string[];
  }[];
  /** The pretend tenant's people: the page shows a preset person's name, a card holds the object id only. */
  tenant: { users: { id: string; displayName: string }[] };
  /** `now` is ISO 8601 in sandbox time. Changed by `POST /__sandbox/clock` with `{speed?, advanceMs?}`. */
  clock: { now: string; speed: number };
  /** Rows of the fault table; `DELETE /__sandbox/faults` empties it. */
  faults: unknown[];
  /** Address of the pretend Unity dashboard. */
  dashboardUrl: string;
}
