import { randomUUID } from 'node:crypto';
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import type { SandboxContext } from '../core/context';
import type { EntraService } from '../core/services';
import type { ActivityMaker, ActivityPlace, Session } from './activities';
import type { Chat, ChatMessage, ChatStore } from './chatStore';
import type { Deliveries } from './delivery';
import { streamEvents } from './eventStream';
import { findPeople } from './findPeople';
import { splitConversationId } from './identifiers';
import { ClientError, readBody } from './readBody';
import type { WireSession } from './wireTypes';

interface Deps {
  context: SandboxContext;
  store: ChatStore;
  entra: EntraService;
  make: ActivityMaker;
  deliveries: Deliveries;
}

const record = z.record(z.string(), z.unknown());
const stamp = z.strictObject({ locale: z.string(), localTimezone: z.string(), localTimestamp: z.string() });
const sessionSchema = z.strictObject({
  as: z.string(),
  tenantId: z.string().optional(),
  withoutObjectId: z.boolean().optional(),
});
const messageSchema = z.strictObject({
  content: record,
  threadId: z.string().optional(),
  stamp,
  toBot: z.boolean(),
  silent: z.boolean().optional(),
});
const invokeSchema = z.strictObject({
  name: z.string(),
  value: z.unknown(),
  replyToId: z.string().optional(),
  threadId: z.string().optional(),
  stamp,
});

/**
 * `/__teams/`: what the client does on behalf of the person it was opened as. There are no passwords: it is a sandbox.
 * A session's id travels in its path and stands for that person until the sandbox stops.
 */
export function clientRoutes({ context, store, entra, make, deliveries }: Deps): Router {
  const routes = Router();
  const sessions = new Map<string, Session>();

  routes.post('/sessions', (request, response) => {
    const { as, tenantId = store.tenantId, withoutObjectId = false } = readBody(sessionSchema, request.body);
    const person = store.person(as);
    if (!person) throw new ClientError(404, `Nobody in the tenant file with "signsIn": true has the id ${as}`);
    const session: Session = { id: randomUUID(), person, tenantId, withoutObjectId };
    sessions.set(session.id, session);
    const { objectId, displayName, mri } = person;
    const answer: WireSession = { sessionId: session.id, me: { objectId, displayName, mri }, bot: store.bot };
    response.status(201).json(answer);
  });

  const sessionOf = (request: Request): Session => {
    const session = sessions.get(String(request.params.sessionId));
    if (!session) throw new ClientError(404, 'Unknown session; open a new one');
    return session;
  };
  const placeOf = (request: Request, thread?: string): { session: Session; place: ActivityPlace } => {
    const session = sessionOf(request);
    const { chatId, threadId = thread } = splitConversationId(String(request.params.conversationId));
    const chat = store.chat(chatId);
    if (!chat?.memberIds.includes(session.person.objectId)) throw new ClientError(404, `Unknown chat ${chatId}`);
    return { session, place: { chat, threadId } };
  };
  const messageOf = ({ chat }: ActivityPlace, id: unknown): ChatMessage => {
    const message = store.message(chat.conversationId, String(id));
    if (!message || message.deleted) throw new ClientError(404, `Unknown message ${String(id)}`);
    return message;
  };
  const needInstalled = (chat: Chat) => {
    if (!chat.installed && !chat.openedByBot) throw new ClientError(409, 'Add the app to this chat first');
  };

  routes.get('/sessions/:sessionId/events', (request, response) => streamEvents(store, sessionOf(request), response));

  routes.post('/sessions/:sessionId/sso-token', (request, response) => {
    response.json({ token: entra.issueSsoToken(sessionOf(request).person.objectId), devices: context.switches.devices });
  });

  routes.get('/sessions/:sessionId/people', (request, response) => {
    sessionOf(request);
    const chat = store.chat(String(request.query.conversationId ?? ''));
    response.json(findPeople(context.tenant, String(request.query.query ?? ''), chat?.memberIds));
  });

  const chatPath = '/sessions/:sessionId/chats/:conversationId';

  routes.post(`${chatPath}/install`, async (request, response) => {
    const { session, place } = placeOf(request);
    const change = readBody(z.strictObject({ action: z.enum(['add', 'remove', 'upgrade']) }), request.body).action;
    const { chat } = place;
    if (change !== 'add') needInstalled(chat);
    chat.installed = change !== 'remove';
    store.emit({ kind: 'chat', chat });
    const activities = { add: make.installed, remove: make.uninstalled, upgrade: make.upgraded }[change](session, chat);
    for (const activity of activities) await deliveries.send(activity);
    response.status(204).end();
  });

  routes.put(`${chatPath}/title`, async (request, response) => {
    const { session, place } = placeOf(request);
    const { chat } = place;
    const { title } = readBody(z.strictObject({ title: z.string().min(1).max(100) }), request.body);
    chat.title = chat.scope === 'channel' ? `${store.team.name} › ${title}` : title;
    store.emit({ kind: 'chat', chat });
    if (chat.scope === 'channel' && chat.installed) await deliveries.send(make.renamed(session, chat));
    response.status(204).end();
  });

  routes.put(`${chatPath}/block`, (request, response) => {
    const { place } = placeOf(request);
    place.chat.blocked = readBody(z.strictObject({ blocked: z.boolean() }), request.body).blocked;
    response.status(204).end();
  });

  routes.post(`${chatPath}/messages`, (request, response) => {
    const { content, threadId, stamp, toBot, silent } = readBody(messageSchema, request.body);
    const { session, place } = placeOf(request, threadId);
    const { chat } = place;
    if (chat.scope === 'personal' || (toBot && silent)) needInstalled(chat);
    const id = store.nextId();
    if (!silent) {
      store.add(chat, { id, activity: content, author: session.person, ...(place.threadId && { threadId: place.threadId }) });
    }
    // A new post in a channel starts a thread of its own.
    const at = { chat, threadId: place.threadId ?? id };
    if (toBot && (chat.installed || chat.openedByBot)) void deliveries.send(make.message(session, at, { id, content, stamp }));
    response.status(201).json({ id });
  });

  routes.put(`${chatPath}/messages/:messageId`, (request, response) => {
    const { content, stamp, toBot } = readBody(messageSchema, request.body);
    const { session, place } = placeOf(request);
    const message = messageOf(place, request.params.messageId);
    if (message.author !== session.person) throw new ClientError(403, 'Only its author can edit a message');
    store.edit(place.chat, message, content);
    const at = { ...place, threadId: message.threadId ?? message.id };
    if (toBot && place.chat.installed) void deliveries.send(make.edited(session, at, { id: message.id, content, stamp }));
    response.status(204).end();
  });

  routes.post(`${chatPath}/messages/:messageId/delete`, (request, response) => {
    const { session, place } = placeOf(request);
    const message = messageOf(place, request.params.messageId);
    if (message.author !== session.person) throw new ClientError(403, 'Only its author can delete a message');
    store.remove(place.chat, message);
    const at = { ...place, threadId: message.threadId ?? message.id };
    const deleted = { id: message.id, stamp: readBody(z.strictObject({ stamp }), request.body).stamp };
    if (place.chat.installed) void deliveries.send(make.deleted(session, at, deleted));
    response.status(204).end();
  });

  routes.put(`${chatPath}/messages/:messageId/sign-in`, (request, response) => {
    const { session, place } = placeOf(request);
    const { state } = readBody(z.strictObject({ state: z.enum(['hidden', 'button']) }), request.body);
    store.setSignIn(place.chat, messageOf(place, request.params.messageId), session.person.objectId, state);
    response.status(204).end();
  });

  routes.post(`${chatPath}/invokes`, async (request: Request, response: Response) => {
    const { threadId, ...invoke } = readBody(invokeSchema, request.body);
    const { session, place } = placeOf(request, threadId);
    needInstalled(place.chat);
    response.json(await deliveries.invoke(make.invoke(session, place, invoke)));
  });
  return routes;
}
