import { createHash } from 'node:crypto';
import type { Activity, Mention } from 'botbuilder';
import { z } from 'zod';
import type { PersonRef } from '../provisioning/people';
import type { ConversationKind } from './turn';

/** Names what Teams may leave out although the SDK's types promise it. */
const envelope = z.looseObject({
  from: z.looseObject({ id: z.string(), name: z.string().nullish(), aadObjectId: z.guid().nullish() }),
  conversation: z.looseObject({
    id: z.string(),
    conversationType: z.string().nullish(),
    tenantId: z.string().nullish(),
    isGroup: z.boolean().nullish(),
  }),
  channelData: z.looseObject({ tenant: z.looseObject({ id: z.string() }).nullish() }).nullish(),
});

/**
 * Who speaks, from the signed activity alone; undefined when nobody of this tenant does.
 * Both places that name a tenant must name ours, as far as they are there; one must be.
 */
export function readSpeaker(activity: Activity, tenantId: string): PersonRef | undefined {
  const parsed = envelope.safeParse(activity);
  if (!parsed.success) return undefined;
  const { from, conversation, channelData } = parsed.data;
  const tenants = [channelData?.tenant?.id, conversation.tenantId].filter((id) => typeof id === 'string' && id !== '');
  const isOurs = tenants.length > 0 && tenants.every((id) => id?.toLowerCase() === tenantId);
  if (!isOurs || !from.aadObjectId) return undefined;
  return { tenantId, objectId: from.aadObjectId.toLowerCase(), mri: from.id, displayName: from.name || from.aadObjectId };
}

/** A bot's id begins with 28; this one's own messages are a bot's too. */
export function isFromBot({ from }: Activity): boolean {
  return from.role === 'bot' || from.id.startsWith('28:');
}

/**
 * What a repeat has in common with the first: the id, and for repeats that come under a new id who did what, when and where.
 * Nobody does the same twice in one millisecond.
 */
export function repeatKeys({ type, id, name, timestamp, conversation, from, text, value, replyToId }: Activity): string[] {
  const what = createHash('sha256')
    .update(JSON.stringify([name, text, value, replyToId]))
    .digest('base64url');
  return [
    ...(id ? [`${type}:${conversation.id}:${id}`] : []),
    ...(timestamp ? [`${type}:${conversation.id}:${from.id}:${new Date(timestamp).getTime()}:${what}`] : []),
  ];
}

export function readKind(activity: Activity): ConversationKind {
  const { conversationType, isGroup } = activity.conversation;
  if (conversationType === 'channel' || conversationType === 'groupChat') return conversationType;
  return conversationType === 'personal' || !isGroup ? 'personal' : 'groupChat';
}

/**
 * The text without any mention of the bot, wherever it stands and however it was cut in pieces; mentions of people stay.
 * New lines stay, since they separate people; any other white space becomes one space. Marks of the writing direction go.
 */
export function readText(activity: Activity): string {
  const botId = activity.recipient.id;
  const mentions = (activity.entities ?? []).filter((entity): entity is Mention => entity.type === 'mention');
  let text = activity.text ?? '';
  for (const mention of mentions) if (mention.mentioned?.id === botId && mention.text) text = text.replaceAll(mention.text, ' ');
  return text
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/&nbsp;|&#160;|[\u00a0\u200b\ufeff]/g, ' ')
    .replace(/\r\n?/g, '\n')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .trim();
}

/** Data of an `Action.Submit` that came as a message: no text, a verb in its value. */
export function readSubmit(activity: Activity): { verb: string; data: Record<string, unknown> } | undefined {
  if (activity.type !== 'message' || activity.text || typeof activity.value !== 'object' || activity.value === null)
    return undefined;
  const data = activity.value as Record<string, unknown>;
  return typeof data.verb === 'string' ? { verb: data.verb, data } : undefined;
}
