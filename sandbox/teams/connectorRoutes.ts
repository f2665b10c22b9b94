import { type Request, type Response, Router } from 'express';
import type { ChatStore } from './chatStore';
import { checkActivity, ownMessage, type Place, placeOf } from './connectorAccess';
import type { RateTable } from './rateTable';
import type { Activity } from './wireTypes';

interface Deps {
  store: ChatStore;
  rates: RateTable;
}

/** Sending, replying, editing and deleting: `v3/conversations/{conversationId}/activities`. */
export function activityRoutes({ store, rates }: Deps): Router {
  const routes = Router();

  const enter = (request: Request): Place => {
    const conversationId = String(request.params.conversationId);
    const place = placeOf(store, conversationId);
    rates.take('send', conversationId);
    return place;
  };

  // Outside channels a reply is a plain message, whatever it replies to: an invoke's id is no message either.
  const send = (request: Request, response: Response) => {
    const place = enter(request);
    response.status(201).json({ id: post(store, place, checkActivity(request.body)) });
  };
  routes.post('/v3/conversations/:conversationId/activities', send);
  routes.post('/v3/conversations/:conversationId/activities/:replyToId', send);

  routes.put('/v3/conversations/:conversationId/activities/:activityId', (request, response) => {
    const place = enter(request);
    const message = ownMessage(store, place, request.params.activityId);
    store.edit(place.chat, message, checkActivity(request.body));
    response.json({ id: message.id });
  });

  routes.delete('/v3/conversations/:conversationId/activities/:activityId', (request, response) => {
    const place = enter(request);
    store.remove(place.chat, ownMessage(store, place, request.params.activityId));
    response.status(200).end();
  });
  return routes;
}

/** Puts an activity of the bot into a chat and gives its id; `typing` is shown and forgotten. */
export function post(store: ChatStore, { chat, threadId }: Place, activity: Activity): string {
  if (activity.type === 'typing') {
    store.emit({ kind: 'typing', chat });
    return store.nextId();
  }
  return store.add(chat, { activity, ...(threadId && { threadId }) }).id;
}
