import type { SandboxContext } from '../core/context';
import type { SandboxPerson } from '../core/services';
import type { TenantUser } from '../core/tenant';
import type { Scope } from './clientTypes';
import { botMriOf, conversationIdOf, createMessageIds, mriOf } from './identifiers';
import type { Activity, SignInState, WireChat, WireMessage } from './wireTypes';

export interface Person extends SandboxPerson {
  user: TenantUser;
}

export interface Chat {
  conversationId: string;
  scope: Scope;
  title: string;
  memberIds: string[];
  installed: boolean;
  blocked: boolean;
  /** The bot opened this personal chat itself, which being in a team with the person allows. */
  openedByBot: boolean;
}

interface Team {
  teamId: string;
  name: string;
  aadGroupId: string;
  channelId: string;
}

export interface ChatMessage {
  id: string;
  chatId: string;
  threadId?: string;
  /** undefined: the bot. */
  author?: Person;
  activity: Activity;
  sentAt: string;
  editedAt?: string;
  /** Earlier versions, oldest first. */
  history: Activity[];
  deleted: boolean;
  signIn: Map<string, SignInState>;
}

/** What happened; `chat` says who may see it. */
export type ChatEvent =
  | { kind: 'chat'; chat: Chat }
  | { kind: 'message'; chat: Chat; message: ChatMessage; onlyFor?: string }
  | { kind: 'removed'; chat: Chat; message: ChatMessage }
  | { kind: 'typing'; chat: Chat }
  | { kind: 'warning'; chat: Chat; onlyFor?: string; text: string };

export type ChatStore = ReturnType<typeof createChatStore>;

const TEAM_GROUP_ID = '6f0e0000-7e4a-4c0d-9a11-0000000000aa';

/** People, chats and messages of the pretend Teams, in memory. Time is real time: the bot compares it with its own clock. */
export function createChatStore({ tenant, bot }: SandboxContext) {
  const people: Person[] = tenant.users
    .filter(({ signsIn }) => signsIn)
    .map((user) => ({
      objectId: user.id,
      mri: mriOf(bot.appId, user.id),
      displayName: user.displayName,
      userPrincipalName: user.userPrincipalName,
      jobTitle: user.jobTitle,
      directoryRoles: user.directoryRoles,
      user,
    }));
  const everybody = people.map(({ objectId }) => objectId);
  const chat = (conversationId: string, scope: Scope, title: string, memberIds: string[]): Chat => {
    return { conversationId, scope, title, memberIds, installed: false, blocked: false, openedByBot: false };
  };
  const team: Team = {
    teamId: conversationIdOf.team(tenant.tenantId),
    name: `${tenant.name} IT`,
    aadGroupId: TEAM_GROUP_ID,
    channelId: conversationIdOf.channel(tenant.tenantId),
  };
  const botName = 'Unity Provisioning';
  const chats = [
    ...people.map(({ objectId }) => chat(conversationIdOf.personal(bot.appId, objectId), 'personal', botName, [objectId])),
    chat(conversationIdOf.groupChat(tenant.tenantId), 'groupChat', 'Unity rollout', everybody),
    chat(team.channelId, 'channel', `${team.name} › Unity access`, everybody),
  ];
  const byId = new Map(chats.map((entry) => [entry.conversationId, entry]));
  const messages = new Map<string, ChatMessage[]>(chats.map(({ conversationId }) => [conversationId, []]));
  const listeners = new Set<(event: ChatEvent) => void>();
  const nextId = createMessageIds();
  const emit = (event: ChatEvent) => {
    for (const listener of [...listeners]) listener(event);
  };

  return {
    people,
    chats,
    team,
    bot: { appId: bot.appId, mri: botMriOf(bot.appId), name: botName },
    tenantId: tenant.tenantId,
    chat: (conversationId: string): Chat | undefined => byId.get(conversationId),
    personalChat: (objectId: string): Chat | undefined =>
      chats.find(({ scope, memberIds }) => scope === 'personal' && memberIds[0] === objectId),
    /** By MRI, object id or user principal name, as the roster route takes them. */
    person: (id: string): Person | undefined =>
      people.find(
        ({ mri, objectId, userPrincipalName }) =>
          mri === id || objectId === id || userPrincipalName.toLowerCase() === id.toLowerCase(),
      ),
    messages: (chatId: string): ChatMessage[] => messages.get(chatId) ?? [],
    message: (chatId: string, id: string): ChatMessage | undefined => messages.get(chatId)?.find((entry) => entry.id === id),
    nextId,
    add(chatOf: Chat, content: Pick<ChatMessage, 'activity'> & { id?: string; threadId?: string; author?: Person }): ChatMessage {
      const message: ChatMessage = {
        ...content,
        id: content.id ?? nextId(),
        chatId: chatOf.conversationId,
        sentAt: new Date().toISOString(),
        history: [],
        deleted: false,
        signIn: new Map(),
      };
      messages.get(chatOf.conversationId)?.push(message);
      emit({ kind: 'message', chat: chatOf, message });
      return message;
    },
    edit(chatOf: Chat, message: ChatMessage, activity: Activity): void {
      message.history.push(message.activity);
      message.activity = activity;
      message.editedAt = new Date().toISOString();
      message.signIn.clear();
      emit({ kind: 'message', chat: chatOf, message });
    },
    remove(chatOf: Chat, message: ChatMessage): void {
      message.deleted = true;
      emit({ kind: 'removed', chat: chatOf, message });
    },
    setSignIn(chatOf: Chat, message: ChatMessage, objectId: string, state: SignInState): void {
      if (message.signIn.get(objectId) === 'hidden') return;
      message.signIn.set(objectId, state);
      emit({ kind: 'message', chat: chatOf, message, onlyFor: objectId });
    },
    emit,
    onEvent(listener: (event: ChatEvent) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export const toWireChat = ({ conversationId, scope, title, memberIds, installed }: Chat): WireChat => {
  return { conversationId, scope, title, memberIds, installed };
};

/** A message as the client of one person gets it. */
export function toWireMessage(message: ChatMessage, objectId: string): WireMessage {
  const { author } = message;
  const signIn = message.signIn.get(objectId);
  return {
    id: message.id,
    conversationId: message.chatId,
    ...(message.threadId && { threadId: message.threadId }),
    from: author ? { kind: 'person', objectId: author.objectId, displayName: author.displayName } : { kind: 'bot' },
    activity: message.activity,
    sentAt: message.sentAt,
    ...(message.editedAt && { editedAt: message.editedAt }),
    edits: message.history.length,
    ...(signIn && { signIn }),
  };
}
