import type { Response } from 'express';
import type { Session } from './activities';
import { type ChatEvent, type ChatStore, toWireChat, toWireMessage } from './chatStore';
import type { ServerEvent } from './wireTypes';

const KEEP_ALIVE_MS = 20_000;

/** Server-sent events of everything one person may see: first all of it, then each change. */
export function streamEvents(store: ChatStore, { person }: Session, response: Response): void {
  const send = (event: ServerEvent) => response.write(`data: ${JSON.stringify(event)}\n\n`);
  const isMine = ({ memberIds }: { memberIds: string[] }) => memberIds.includes(person.objectId);

  response.set({ 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.flushHeaders();
  const chats = store.chats.filter(isMine);
  const messages = chats
    .flatMap(({ conversationId }) => store.messages(conversationId))
    .filter(({ deleted }) => !deleted)
    .map((message) => toWireMessage(message, person.objectId));
  send({ kind: 'snapshot', chats: chats.map(toWireChat), messages });

  const forget = store.onEvent((event) => {
    const mine = isMine(event.chat) && (!('onlyFor' in event) || !event.onlyFor || event.onlyFor === person.objectId);
    if (mine) send(toServerEvent(event, person.objectId));
  });
  const keepAlive = setInterval(() => response.write(':\n\n'), KEEP_ALIVE_MS);
  keepAlive.unref();
  response.once('close', () => {
    clearInterval(keepAlive);
    forget();
  });
}

function toServerEvent(event: ChatEvent, objectId: string): ServerEvent {
  const { conversationId } = event.chat;
  switch (event.kind) {
    case 'chat':
      return { kind: 'chat', chat: toWireChat(event.chat) };
    case 'message':
      return { kind: 'message', message: toWireMessage(event.message, objectId) };
    case 'removed':
      return { kind: 'removed', conversationId, messageId: event.message.id };
    case 'typing':
      return { kind: 'typing', conversationId };
    case 'warning':
      return { kind: 'warning', conversationId, text: event.text };
  }
}
