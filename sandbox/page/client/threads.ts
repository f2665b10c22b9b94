import type { MessageView } from '../../teams/clientTypes';

/** One post of a channel and what was answered to it; in other chats every message stands alone. */
export interface Thread {
  id: string;
  messages: MessageView[];
}

/** Groups messages by thread, in the order in which the threads were begun; inside a thread the order stays. */
export function threadsOf(messages: readonly MessageView[]): Thread[] {
  const threads = new Map<string, Thread>();
  for (const message of messages) {
    const id = message.threadId ?? message.id;
    const thread = threads.get(id) ?? { id, messages: [] };
    thread.messages.push(message);
    threads.set(id, thread);
  }
  return [...threads.values()];
}
