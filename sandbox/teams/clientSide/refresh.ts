import type { ActionAnswer, MessageView } from '../clientTypes';
import type { WireMessage } from '../wireTypes';
import { type ClientState, cardsOf } from './clientState';
import type { Execute } from './execute';

const GUARD_MS = 60_000;
const MOST_PEOPLE = 60;

interface Deps {
  state: ClientState;
  myMri: () => string;
  execute: Execute['execute'];
  now: () => number;
}

type Refresh = { action?: Record<string, unknown>; userIds?: string[] };

/** Cards that ask the bot anew for the people they list: when their chat is opened, and when they are edited. */
export function createRefresh({ state, myMri, execute, now }: Deps) {
  const lastAnswerAt = new Map<string, number>();
  const underWay = new Set<string>();
  /** undefined until the first call of `view`: then every chat counts as open. */
  let open: { conversationId: string | undefined } | undefined;

  const refreshOf = (message: WireMessage): Refresh | undefined => cardsOf(message)[0]?.refresh as Refresh | undefined;

  const isForMe = ({ userIds }: Refresh, { conversationId }: WireMessage): boolean =>
    userIds === undefined
      ? (state.chat(conversationId)?.memberIds.length ?? 0) <= MOST_PEOPLE
      : userIds.slice(0, MOST_PEOPLE).includes(myMri());

  const run = async (message: WireMessage, trigger: 'manual' | 'automatic'): Promise<ActionAnswer> => {
    const action = refreshOf(message)?.action;
    if (action?.type !== 'Action.Execute') return { kind: 'error', code: 'noRefresh', text: 'This card cannot be refreshed' };
    underWay.add(message.id);
    return execute(state.viewOf(message), action, trigger).finally(() => underWay.delete(message.id));
  };

  const consider = (message: WireMessage): void => {
    const refresh = refreshOf(message);
    if (message.from.kind !== 'bot' || !refresh?.action || !isForMe(refresh, message)) return;
    if (open && open.conversationId !== message.conversationId) return;
    if (underWay.has(message.id) || now() - (lastAnswerAt.get(message.id) ?? Number.NEGATIVE_INFINITY) < GUARD_MS) return;
    void run(message, 'automatic').catch(() => undefined); // as in Teams, a failed refresh leaves the card as it is
  };

  return {
    consider,
    answered: (messageId: string) => {
      lastAnswerAt.set(messageId, now());
    },
    view(conversationId: string | undefined) {
      open = { conversationId };
      if (conversationId) for (const message of state.wireMessages(conversationId)) consider(message);
    },
    isOpen: (conversationId: string) => open?.conversationId === conversationId,
    /** The menu of the message: asks the bot whoever is listed and whenever the last answer came. */
    byHand: async (message: MessageView): Promise<ActionAnswer> => {
      const wire = state.wireMessage(message);
      if (!wire) throw new Error(`Message ${message.id} is no longer there`);
      return run(wire, 'manual');
    },
  };
}
