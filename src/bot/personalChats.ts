import { setTimeout } from 'node:timers/promises';
import type { Access } from '../auth/signIn';
import { edgeWords } from '../cards/words/edgeWords';
import type { PersonRef } from '../provisioning/people';
import { findConversation, type KnownConversation } from '../store/conversations';
import { findPerson } from '../store/people';
import type { BotDeps } from './deps';
import { contentOf } from './postFrom';
import type { Turn } from './turn';

/** A message has about ten seconds before Teams sends it again. */
const MOST_TRIES = 3;
const LONGEST_PAUSE_MS = 2_000;

type Deps = Pick<BotDeps, 'log' | 'store' | 'signIn' | 'messenger' | 'post'>;
export type PersonalChats = ReturnType<typeof createPersonalChats>;

/** What of a turn goes with it to another place or time. */
type Carried = Pick<Turn, 'activityId' | 'text' | 'locale'>;

/** The one place where a bot may act with a person's rights: their own chat with it. */
export function createPersonalChats({ log, store, signIn, messenger, post }: Deps) {
  /** A turn in a person's chat that no activity of that chat began: what is said goes out by rows. */
  function turnIn(person: PersonRef, conversationId: string, { activityId, text, locale }: Carried): Turn {
    return {
      person,
      conversation: { id: conversationId, kind: 'personal' },
      activityId,
      text,
      locale,
      replyToId: undefined,
      say: (said) => post({ tenantId: person.tenantId, conversationId }, contentOf(said)),
    };
  }

  /** undefined: the app is not there, or cannot write there. */
  async function conversationOf({ tenantId, objectId }: PersonRef): Promise<KnownConversation | undefined> {
    const known = await findPerson(store, tenantId, objectId);
    if (!known?.personalConversationId || !known.reachable) return undefined;
    const conversation = await findConversation(store, tenantId, known.personalConversationId);
    return conversation?.installed && conversation.state === 'active' ? conversation : undefined;
  }

  return {
    turnIn,

    /** A turn in the person's chat that nothing they did began. */
    async find(person: PersonRef): Promise<Turn | undefined> {
      const conversation = await conversationOf(person);
      return conversation && turnIn(person, conversation.conversationId, { activityId: '', text: '', locale: undefined });
    },

    /** The same person and activity in their personal chat; undefined where the app is not there, or cannot write there. */
    async of(turn: Turn): Promise<Turn | undefined> {
      if (turn.conversation.kind === 'personal') return turn;
      const conversation = await conversationOf(turn.person);
      return conversation && turnIn(turn.person, conversation.conversationId, turn);
    },

    /** Posts a sign-in card. It is not kept as a row, since its link is short-lived; the person can ask for another one. */
    async askToSignIn(turn: Turn, text: string, how: { byButton?: boolean; access?: Access } = {}): Promise<void> {
      const conversation = await findConversation(store, turn.person.tenantId, turn.conversation.id);
      if (!conversation) throw new Error('A conversation that speaks is not remembered');
      const signInCard = await signIn.card(conversation.reference as object, text, how);
      for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
        const sent = await messenger.send(conversation, { signInCard, summary: edgeWords.signInButton });
        if (sent.kind === 'sent') return;
        log.warn({ conversationId: conversation.conversationId, answer: sent.kind, tries }, 'A sign-in card was not taken');
        if (sent.kind !== 'later' || tries === MOST_TRIES) break;
        await setTimeout(Math.min(sent.retryAfterMs, LONGEST_PAUSE_MS));
      }
      await turn.say(edgeWords.signInCardNotSent);
    },
  };
}
