import type { Chat, ChatMessage, ChatStore } from './chatStore';
import { ConnectorError } from './connectorError';
import { splitConversationId } from './identifiers';
import type { Activity } from './wireTypes';

/** Where an activity of the bot goes: a chat, and in a channel perhaps a thread. */
export interface Place {
  chat: Chat;
  threadId?: string;
}

const LARGEST_MESSAGE_BYTES = 100 * 1024;

/** @throws ConnectorError 404 for a chat or thread that is not there, 403 where the bot may not be */
export function placeOf(store: ChatStore, conversationId: string): Place {
  const { chatId, threadId } = splitConversationId(conversationId);
  const chat = store.chat(chatId);
  if (!chat) throw new ConnectorError(404, 'ConversationNotFound', 'Conversation not found.');
  if (chat.blocked) throw new ConnectorError(403, 'ConversationBlockedByUser', 'User blocked the conversation with the bot.');
  if (!mayBeIn(store, chat)) {
    throw new ConnectorError(403, 'BotNotInConversationRoster', 'The bot is not part of the conversation roster.');
  }
  if (threadId === undefined) return { chat };
  if (chat.scope !== 'channel' || !store.message(chatId, threadId)) {
    throw new ConnectorError(404, 'ConversationNotFound', 'Conversation not found.');
  }
  return { chat, threadId };
}

/** Installed there, or a personal chat that the bot opened with somebody of a team it is in. */
export function mayBeIn(store: ChatStore, chat: Chat): boolean {
  return chat.installed || (chat.scope === 'personal' && chat.openedByBot && isInTeam(store));
}

export const isInTeam = (store: ChatStore): boolean => store.chat(store.team.channelId)?.installed === true;

/** @throws ConnectorError 404 for an unknown message, 403 for a deleted one or one that is not the bot's */
export function ownMessage(store: ChatStore, { chat }: Place, activityId: string): ChatMessage {
  const message = store.message(chat.conversationId, activityId);
  if (!message)
    throw new ConnectorError(404, 'ActivityNotFoundInConversation', 'The activity was not found in the conversation.');
  if (message.author || message.deleted) throw new ConnectorError(403, 'Forbidden', 'The operation is not allowed.');
  return message;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @throws ConnectorError 400 for what Teams cannot show, 413 above 100 KB of UTF-16 */
export function checkActivity(body: unknown): Activity {
  if (!isRecord(body) || typeof body.type !== 'string') {
    throw new ConnectorError(400, 'BadSyntax', 'The activity has no type.');
  }
  const attachments = body.attachments ?? [];
  if (!Array.isArray(attachments)) throw new ConnectorError(400, 'BadSyntax', 'attachments is not a list.');
  for (const attachment of attachments) {
    const isCard = isRecord(attachment) && attachment.contentType === 'application/vnd.microsoft.card.adaptive';
    if (isCard && !(isRecord(attachment.content) && attachment.content.type === 'AdaptiveCard')) {
      throw new ConnectorError(400, 'BadArgument', 'An adaptive card attachment has no content of type AdaptiveCard.');
    }
  }
  const size = 2 * JSON.stringify([body.text ?? '', attachments, body.entities ?? []]).length;
  if (size > LARGEST_MESSAGE_BYTES) throw new ConnectorError(413, 'MessageSizeTooBig', 'Message size too large.');
  return body;
}
