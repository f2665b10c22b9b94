import type { MessageView } from '../clientTypes';
import type { InvokeRequest, InvokeResult } from '../wireTypes';
import type { Connection } from './connection';

/** Where an invoke happens: on a message, or just in a chat. */
type InvokePlace = Pick<MessageView, 'conversationId'> & Partial<Pick<MessageView, 'id' | 'threadId'>>;

export type Invoke = (place: InvokePlace, name: string, value: unknown) => Promise<InvokeResult>;

/** Sends invokes to the bot and gives its checked answers. */
export function createInvoke(connection: Connection): Invoke {
  return (place, name, value) => {
    const threadId = place.threadId ?? place.id;
    const request: InvokeRequest = {
      name,
      value,
      ...(place.id && { replyToId: place.id }),
      ...(threadId && { threadId }),
      stamp: connection.stamp(),
    };
    return connection.call<InvokeResult>('POST', `chats/${encodeURIComponent(place.conversationId)}/invokes`, request);
  };
}
