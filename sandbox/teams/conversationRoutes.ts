import { Router } from 'express';
import { z } from 'zod';
import type { ChatStore, Person } from './chatStore';
import { checkActivity, isInTeam, mayBeIn, placeOf } from './connectorAccess';
import { ConnectorError } from './connectorError';
import { post } from './connectorRoutes';
import type { RateTable } from './rateTable';

interface Deps {
  store: ChatStore;
  rates: RateTable;
  serviceUrl: () => string;
}

const newConversation = z.looseObject({
  isGroup: z.boolean().default(false),
  members: z.array(z.looseObject({ id: z.string() })).optional(),
  tenantId: z.string().optional(),
  channelData: z
    .looseObject({
      channel: z.looseObject({ id: z.string() }).optional(),
      tenant: z.looseObject({ id: z.string() }).optional(),
    })
    .optional(),
  activity: z.unknown().optional(),
});

/** Creating conversations, rosters and teams. */
export function conversationRoutes({ store, rates, serviceUrl }: Deps): Router {
  const routes = Router();

  routes.post('/v3/conversations', (request, response) => {
    const parsed = newConversation.safeParse(request.body);
    if (!parsed.success) throw new ConnectorError(400, 'BadSyntax', z.prettifyError(parsed.error));
    const { channelData, members = [], tenantId = channelData?.tenant?.id, activity } = parsed.data;
    if (channelData?.channel) {
      const place = placeOf(store, channelData.channel.id);
      rates.take('create', place.chat.conversationId);
      const activityId = post(store, { chat: place.chat }, checkActivity(activity));
      const id = `${place.chat.conversationId};messageid=${activityId}`;
      response.status(201).json({ id, activityId, serviceUrl: serviceUrl() });
      return;
    }
    if (tenantId !== store.tenantId) throw new ConnectorError(400, 'BadArgument', 'tenantId is missing or not this tenant.');
    if (members.length !== 1) throw new ConnectorError(400, 'BadArgument', 'A bot can start a chat with one person only.');
    const person = store.person(members[0]?.id ?? '');
    const chat = person && store.personalChat(person.objectId);
    // An address is no id here, unlike in the roster.
    if (!chat || members[0]?.id.includes('@')) throw new ConnectorError(404, 'ConversationNotFound', 'Unknown member.');
    rates.take('create', chat.conversationId);
    if (chat.blocked) throw new ConnectorError(403, 'ConversationBlockedByUser', 'User blocked the conversation with the bot.');
    chat.openedByBot ||= isInTeam(store);
    if (!mayBeIn(store, chat))
      throw new ConnectorError(403, 'BotNotInConversationRoster', 'The app is not installed for this person.');
    const activityId = activity === undefined ? undefined : post(store, { chat }, checkActivity(activity));
    response.status(201).json({ id: chat.conversationId, ...(activityId && { activityId }), serviceUrl: serviceUrl() });
  });

  const membersOf = (conversationId: string): Person[] => {
    const { chat } = placeOf(store, conversationId === store.team.teamId ? store.team.channelId : conversationId);
    rates.take('read', conversationId);
    return store.people.filter(({ objectId }) => chat.memberIds.includes(objectId));
  };

  routes.get('/v3/conversations/:conversationId/members', (request, response) => {
    response.json(membersOf(request.params.conversationId).map((person) => memberOf(person, store.tenantId)));
  });
  routes.get('/v3/conversations/:conversationId/pagedmembers', (request, response) => {
    const all = membersOf(request.params.conversationId).map((person) => memberOf(person, store.tenantId));
    const start = Number(request.query.continuationToken ?? 0) || 0;
    const end = start + Math.max(1, Number(request.query.pageSize ?? 200) || 200);
    response.json({ members: all.slice(start, end), ...(end < all.length && { continuationToken: String(end) }) });
  });
  routes.get('/v3/conversations/:conversationId/members/:memberId', (request, response) => {
    const members = membersOf(request.params.conversationId);
    const person = store.person(request.params.memberId);
    if (!person || !members.includes(person)) {
      throw new ConnectorError(404, 'MemberNotFoundInConversation', 'Member not found in conversation.');
    }
    response.json(memberOf(person, store.tenantId));
  });

  const teamOf = (teamId: string) => {
    if (teamId !== store.team.teamId) throw new ConnectorError(404, 'NotFound', 'Team not found.');
    const { chat } = placeOf(store, store.team.channelId);
    rates.take('read', teamId);
    return { chat, team: store.team };
  };
  routes.get('/v3/teams/:teamId', (request, response) => {
    const { chat, team } = teamOf(request.params.teamId);
    const { teamId: id, name, aadGroupId } = team;
    response.json({ id, name, aadGroupId, channelCount: 1, memberCount: chat.memberIds.length, tenantId: store.tenantId });
  });
  routes.get('/v3/teams/:teamId/conversations', (request, response) => {
    const { chat, team } = teamOf(request.params.teamId);
    response.json({ conversations: [{ id: team.channelId, name: chat.title.split(' › ').pop() }] });
  });
  return routes;
}

/** A person as the roster shows them. */
function memberOf({ mri, objectId, displayName, userPrincipalName, user }: Person, tenantId: string) {
  return {
    id: mri,
    name: displayName,
    aadObjectId: objectId,
    givenName: user.givenName,
    surname: user.surname,
    email: user.mail,
    userPrincipalName,
    tenantId,
    userRole: user.userType === 'Guest' ? 'guest' : 'user',
  };
}
