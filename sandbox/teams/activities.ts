import { randomUUID } from 'node:crypto';
import type { Chat, ChatStore, Person } from './chatStore';
import { createMessageIds } from './identifiers';
import type { Activity, ClientStamp } from './wireTypes';

/** Who acts, in which tenant, through which client. */
export interface Session {
  id: string;
  person: Person;
  tenantId: string;
  withoutObjectId: boolean;
}

export interface ActivityMaker {
  message(session: Session, place: ActivityPlace, message: { id: string; content: Activity; stamp: ClientStamp }): Activity;
  edited(session: Session, place: ActivityPlace, message: { id: string; content: Activity; stamp: ClientStamp }): Activity;
  deleted(session: Session, place: ActivityPlace, message: { id: string; stamp: ClientStamp }): Activity;
  invoke(session: Session, place: ActivityPlace, invoke: InvokeContent): Activity;
  /** `conversationUpdate` and `installationUpdate`; the order in which Teams sends them is not known. */
  installed(session: Session, chat: Chat): Activity[];
  uninstalled(session: Session, chat: Chat): Activity[];
  upgraded(session: Session, chat: Chat): Activity[];
  /** Of a channel; Teams tells no bot that a group chat has a new name. Like all events of a team it carries the team's id. */
  renamed(session: Session, chat: Chat): Activity;
}

export interface ActivityPlace {
  chat: Chat;
  threadId?: string | undefined;
}

interface InvokeContent {
  name: string;
  value: unknown;
  replyToId?: string | undefined;
  stamp: ClientStamp;
}

/** Builds what Teams posts to a bot, in the shapes of each scope. */
export function createActivityMaker(store: ChatStore, serviceUrl: () => string): ActivityMaker {
  const { bot, team } = store;
  /** No two activities share a millisecond, as no two messages do. */
  const nextMillisecond = createMessageIds();

  const conversationOf = ({ chat, threadId }: ActivityPlace, tenantId: string): Activity => ({
    id: threadId && chat.scope === 'channel' ? `${chat.conversationId};messageid=${threadId}` : chat.conversationId,
    conversationType: chat.scope,
    ...(chat.scope !== 'personal' && { isGroup: true }),
    tenantId,
  });
  const channelDataOf = ({ chat }: ActivityPlace, tenantId: string): Activity => ({
    tenant: { id: tenantId },
    ...(chat.scope === 'channel' && {
      team: { id: team.teamId },
      channel: { id: team.channelId },
      teamsTeamId: team.teamId,
      teamsChannelId: team.channelId,
    }),
  });
  const fromOf = ({ person, withoutObjectId }: Session): Activity => ({
    id: person.mri,
    name: person.displayName,
    ...(!withoutObjectId && { aadObjectId: person.objectId }),
  });
  const envelope = (session: Session, place: ActivityPlace, head: Activity, stamp?: ClientStamp): Activity => ({
    ...head,
    timestamp: new Date(Number(nextMillisecond())).toISOString(),
    ...stamp,
    channelId: 'msteams',
    serviceUrl: serviceUrl(),
    from: fromOf(session),
    recipient: { id: bot.mri, name: bot.name },
    conversation: conversationOf(place, session.tenantId),
  });

  const installation = (session: Session, chat: Chat, action: string): Activity => ({
    ...envelope(session, { chat }, { type: 'installationUpdate', id: `f:${randomUUID()}`, action }),
    channelData: {
      ...channelDataOf({ chat }, session.tenantId),
      source: { name: 'message' },
      ...(chat.scope === 'channel' && { settings: { selectedChannel: { id: team.channelId } } }),
    },
  });
  const membership = (session: Session, chat: Chat, change: 'membersAdded' | 'membersRemoved'): Activity => ({
    ...envelope(session, { chat }, { type: 'conversationUpdate', id: `f:${randomUUID()}` }),
    [change]: [{ id: bot.mri }],
    channelData: {
      tenant: { id: session.tenantId },
      ...(chat.scope === 'channel' && {
        eventType: change === 'membersAdded' ? 'teamMemberAdded' : 'teamMemberRemoved',
        team: { id: team.teamId, name: team.name, aadGroupId: team.aadGroupId },
        ...(change === 'membersAdded' && { settings: { selectedChannel: { id: team.channelId } } }),
      }),
    },
  });

  const message: ActivityMaker['message'] = (session, place, { id, content, stamp }) => ({
    ...envelope(session, place, { type: 'message', id }, stamp),
    ...content,
    channelData: channelDataOf(place, session.tenantId),
  });

  return {
    message,
    edited: (session, place, edit) => ({
      ...message(session, place, edit),
      type: 'messageUpdate',
      channelData: { ...channelDataOf(place, session.tenantId), eventType: 'editMessage' },
    }),
    deleted: (session, place, { id, stamp }) => ({
      ...envelope(session, place, { type: 'messageDelete', id }, stamp),
      channelData: { ...channelDataOf(place, session.tenantId), eventType: 'softDeleteMessage' },
    }),
    invoke: (session, place, { name, value, replyToId, stamp }) => ({
      ...envelope(session, place, { type: 'invoke', id: `f:${randomUUID()}`, name }, stamp),
      ...(replyToId && { replyToId }),
      value,
      channelData: channelDataOf(place, session.tenantId),
    }),
    installed: (session, chat) => [membership(session, chat, 'membersAdded'), installation(session, chat, 'add')],
    uninstalled: (session, chat) => [installation(session, chat, 'remove'), membership(session, chat, 'membersRemoved')],
    upgraded: (session, chat) => [installation(session, chat, 'add-upgrade')],
    renamed: (session, chat) => ({
      ...envelope(session, { chat }, { type: 'conversationUpdate', id: `f:${randomUUID()}` }),
      conversation: { ...conversationOf({ chat }, session.tenantId), id: team.teamId },
      channelData: {
        tenant: { id: session.tenantId },
        eventType: 'channelRenamed',
        team: { id: team.teamId, name: team.name, aadGroupId: team.aadGroupId },
        channel: { id: chat.conversationId, name: chat.title.split(' › ').pop() },
      },
    }),
  };
}
