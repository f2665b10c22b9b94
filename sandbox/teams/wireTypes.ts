import type { Scope } from './clientTypes';

/** What the pretend Teams server and its client say to each other under `/__teams/`. No Node import: the browser loads it too. */

/** One activity as JSON; its shape is the Bot Framework's, and nobody's to trust. */
export type Activity = Record<string, unknown>;

export interface WireChat {
  conversationId: string;
  scope: Scope;
  title: string;
  memberIds: string[];
  installed: boolean;
}

export interface WireMessage {
  id: string;
  conversationId: string;
  threadId?: string;
  from: { kind: 'bot' } | { kind: 'person'; objectId: string; displayName: string };
  /** What the sender wrote: text, textFormat, attachments, entities, summary, channelData, value. */
  activity: Activity;
  sentAt: string;
  editedAt?: string;
  edits: number;
  /** How an OAuth card stands for the person who asks; absent while nobody tried. */
  signIn?: SignInState;
}

export type SignInState = 'hidden' | 'button';

/** Events of `GET /__teams/sessions/{id}/events`, one JSON object each. The first is always `snapshot`. */
export type ServerEvent =
  | { kind: 'snapshot'; chats: WireChat[]; messages: WireMessage[] }
  | { kind: 'chat'; chat: WireChat }
  | { kind: 'message'; message: WireMessage }
  | { kind: 'removed'; conversationId: string; messageId: string }
  | { kind: 'typing'; conversationId: string }
  | { kind: 'warning'; conversationId: string; text: string };

/** Answer to `POST /__teams/sessions`. */
export interface WireSession {
  sessionId: string;
  me: { objectId: string; displayName: string; mri: string };
  bot: { appId: string; mri: string; name: string };
}

/** Who uses a client, and what that client tells about itself. */
export interface SessionRequest {
  as: string;
  /** Another tenant than the sandbox's own: its activities then carry this id. */
  tenantId?: string;
  /** True leaves `from.aadObjectId` out, as some federated senders do. */
  withoutObjectId?: boolean;
}

/** What a client adds to every activity it causes. */
export interface ClientStamp {
  locale: string;
  localTimezone: string;
  localTimestamp: string;
}

export interface MessageRequest {
  /** text, textFormat, attachments, entities, value, replyToId. */
  content: Activity;
  threadId?: string;
  stamp: ClientStamp;
  /** False: people see it, the bot does not (no mention in a group chat or channel). */
  toBot: boolean;
  /** True: nobody sees it, as with a submitted card. */
  silent?: boolean;
}

export interface InvokeRequest {
  name: string;
  value: unknown;
  replyToId?: string;
  threadId?: string;
  stamp: ClientStamp;
}

/** What the bot answered to an invoke. `problem` is set when Teams could make nothing of it. */
export interface InvokeResult {
  /** 0 when no answer came. */
  status: number;
  body?: unknown;
  problem?: { code: string; text: string };
}
