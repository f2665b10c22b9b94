import { createHash } from 'node:crypto';

const opaque = (...parts: string[]): string => createHash('sha256').update(parts.join('|')).digest('base64url');

/** `29:` id of a person: made for one bot and one person, so it is of no use to another bot. */
export const mriOf = (appId: string, objectId: string): string => `29:1${opaque('person', appId, objectId)}`;

/** `28:` id of a bot. */
export const botMriOf = (appId: string): string => `28:${appId}`;

/** Conversation ids as Teams spells them for each scope. */
export const conversationIdOf = {
  personal: (appId: string, objectId: string): string => `a:1${opaque('personal', appId, objectId)}`,
  groupChat: (tenantId: string): string => `19:${opaque('groupChat', tenantId).slice(0, 32).toLowerCase()}@thread.v2`,
  channel: (tenantId: string): string => `19:${opaque('channel', tenantId).slice(0, 32).toLowerCase()}@thread.tacv2`,
  team: (tenantId: string): string => `19:${opaque('team', tenantId).slice(0, 32).toLowerCase()}@thread.tacv2`,
};

/** Takes `19:…@thread.tacv2;messageid=…` apart. */
export function splitConversationId(conversationId: string): { chatId: string; threadId?: string } {
  const [chatId = '', threadId] = conversationId.split(';messageid=');
  return threadId ? { chatId, threadId } : { chatId };
}

/** Message ids are milliseconds as text, and never the same twice. */
export function createMessageIds(): () => string {
  let last = 0;
  return () => {
    last = Math.max(last + 1, Date.now());
    return String(last);
  };
}
