import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Activity } from '../teams/wireTypes';
import type { Channel } from './channel';

const account = z.looseObject({ id: z.string() });
/** As far as the Playground's activities are read; the rest goes on as it is. */
const posted = z.looseObject({
  type: z.string(),
  id: z.string().optional(),
  name: z.string().optional(),
  from: account.partial().optional(),
  recipient: account.partial().optional(),
  conversation: z.looseObject({ id: z.string(), conversationType: z.string().optional() }),
  membersAdded: z.array(account).optional(),
  membersRemoved: z.array(account).optional(),
  channelData: z.record(z.string(), z.unknown()).optional(),
});

/**
 * What the Playground posts, as Teams would post it: person, bot, tenant and service URL are the sandbox's, whatever the page
 * was told to send.
 * @throws z.ZodError for what is no activity
 */
export function teamsActivity(body: unknown, channel: Channel, serviceUrl: string): Activity {
  const { deliveryMode: _, ...activity } = posted.parse(body);
  const { tenantId, bot, people, me, personalChatId } = channel;
  const speaker = people.find(({ mri, objectId }) => activity.from?.id === mri || activity.from?.id === objectId) ?? me;
  const memberOf = ({ id }: { id: string }) => {
    const person = people.find(({ mri, objectId }) => id === mri || id === objectId);
    return person ? { id: person.mri, aadObjectId: person.objectId } : { id: id === activity.recipient?.id ? bot.id : id };
  };
  const { conversation, membersAdded, membersRemoved } = activity;
  return {
    ...activity,
    id: activity.id ?? randomUUID(),
    channelId: 'msteams',
    serviceUrl,
    from: { id: speaker.mri, name: speaker.displayName, aadObjectId: speaker.objectId },
    recipient: bot,
    conversation: {
      ...conversation,
      ...(conversation.id === personalChatId && { conversationType: 'personal' }),
      tenantId,
    },
    ...(membersAdded && { membersAdded: membersAdded.map(memberOf) }),
    ...(membersRemoved && { membersRemoved: membersRemoved.map(memberOf) }),
    channelData: { ...activity.channelData, tenant: { id: tenantId } },
  };
}

/** An invoke that the relay makes itself, in the personal chat, where signing in and dialogs happen. */
export function ownInvoke(
  { me, bot, tenantId, personalChatId }: Channel,
  serviceUrl: string,
  { name, value, replyToId }: { name: string; value: unknown; replyToId?: string },
): Activity {
  return {
    type: 'invoke',
    id: `f:${randomUUID()}`,
    name,
    value,
    ...(replyToId !== undefined && { replyToId }),
    timestamp: new Date().toISOString(),
    channelId: 'msteams',
    serviceUrl,
    from: { id: me.mri, name: me.displayName, aadObjectId: me.objectId },
    recipient: bot,
    conversation: { id: personalChatId, conversationType: 'personal', tenantId },
    channelData: { tenant: { id: tenantId } },
  };
}
