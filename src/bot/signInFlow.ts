import { type DeadSignIn, deadSignInOf } from '../auth/deadSignIn';
import type { Access, NotSignedIn } from '../auth/signIn';
import { signInWords } from '../cards/words/chatWords';
import { edgeWords, signInRefusedText } from '../cards/words/edgeWords';
import { requestEdge } from '../cards/words/requestEdgeWords';
import type { PersonRef } from '../provisioning/people';
import { dropPendingCommands } from '../store/pendingCommands';
import { markSeen } from '../store/seenActivities';
import type { BotDeps } from './deps';
import type { FreshSignIns } from './freshSignIns';
import { createOneByOne } from './oneByOne';
import type { PersonalChats } from './personalChats';
import type { Turn } from './turn';

const deadWords: Record<DeadSignIn, string> = {
  challenge: signInWords.challenge,
  expired: edgeWords.signInExpired,
  other_account: edgeWords.otherAccount,
};

type Deps = Pick<BotDeps, 'log' | 'store' | 'runs' | 'requests' | 'tokens' | 'post'> & {
  personalChats: PersonalChats;
  freshSignIns: FreshSignIns;
  /** Does what waited for a sign-in, each command once. */
  resume: (person: PersonRef, conversationId: string) => Promise<unknown>;
};
export type SignInFlow = ReturnType<typeof createSignInFlow>;

/** Before and after a sign-in: who is asked and how, what goes on, and what is said where it does not come about. */
export function createSignInFlow({ log, store, runs, requests, tokens, post, personalChats, freshSignIns, resume }: Deps) {
  /** Several devices sign in at once; what waits goes on by the first, whose words count it. */
  const oneByOne = createOneByOne();

  /** Else the token service would go on giving a token that is of no use. */
  function end(person: PersonRef): Promise<void> {
    freshSignIns.forget(person);
    return tokens.signOut(person).catch((error: unknown) => log.warn({ err: error }, 'A dead sign-in could not be ended'));
  }

  /** On the sign-in page any account can be chosen. What Graph cannot tell now, each run asks again. */
  async function isOtherAccount(person: PersonRef): Promise<boolean> {
    const error = await tokens.verify(person).catch((thrown: unknown) => thrown);
    return deadSignInOf(error) === 'other_account';
  }

  async function askInPersonalChat(person: PersonRef, why: string, dead: DeadSignIn): Promise<void> {
    const own = await personalChats.find(person);
    if (own) await personalChats.askToSignIn(own, signInWords.text(why), freshSignIns.ask(person, dead));
  }

  /** Runs and clicks that waited for this person. A token that only reads is enough for requests that are being prepared. */
  async function continueWork(person: PersonRef, access: Access): Promise<number> {
    if (access === 'reads') {
      freshSignIns.signedIn(person, false);
      return runs.signedIn(person, 'request');
    }
    const wentOn = await runs.signedIn(person);
    await requests.signedIn(person);
    freshSignIns.signedIn(person); // only now, or the sweep would be faster and the words that follow would not count
    return wentOn;
  }

  return {
    /** Asks on behalf of a command. `dead`: there is a token, but of no use. */
    async ask(turn: Turn, dead: DeadSignIn | undefined, goesOn: string, access: Access): Promise<void> {
      if (dead) await end(turn.person);
      const why = dead ? `${deadWords[dead]} ${goesOn}` : goesOn;
      const text = access === 'acts' ? signInWords.text(why) : requestEdge.signInToRead(why);
      await personalChats.askToSignIn(turn, text, { ...freshSignIns.ask(turn.person, dead), access });
    },

    /** In a run the sign-in turned out to be of no use: it is ended, and a fresh card with the reason follows in the personal chat. */
    async askAgain(person: PersonRef, dead: DeadSignIn): Promise<void> {
      await end(person);
      if (!freshSignIns.isAsked(person)) await askInPersonalChat(person, `${deadWords[dead]} ${edgeWords.waitsGoOn}`, dead);
    },

    /** After a sign-in: runs and clicks that waited for this person, then commands that did. */
    signedIn: (person: PersonRef, conversationId: string, access: Access): Promise<void> =>
      oneByOne(person.objectId, async () => {
        if (access === 'acts' && (await isOtherAccount(person))) {
          freshSignIns.signedIn(person, false);
          await end(person);
          return askInPersonalChat(person, `${edgeWords.otherAccount} ${edgeWords.waitsGoOn}`, 'other_account');
        }
        const wentOn = await continueWork(person, access);
        await post({ tenantId: person.tenantId, conversationId }, { text: signInWords.signedIn(person.displayName, wentOn) });
        await resume(person, conversationId);
      }),

    /** After a sign-in that is answered already, by a word or by another device: without a word. */
    goOn: (person: PersonRef, conversationId: string | undefined, access: Access): Promise<void> =>
      oneByOne(person.objectId, async () => {
        await continueWork(person, access);
        if (conversationId !== undefined) await resume(person, conversationId);
      }),

    /** For the sweep: a run may come to wait just after the sign-in that it waits for. Once for each sign-in, so that nothing goes round. */
    async echo(): Promise<void> {
      for (const person of freshSignIns.recent()) {
        // Signed out meanwhile, or expired at once: another attempt would only wait again.
        const isOver = !(await tokens.hasToken(person));
        const wentOn = isOver ? 0 : (await runs.signedIn(person)) + (await requests.signedIn(person));
        if (isOver || wentOn > 0) freshSignIns.forget(person);
      }
    },

    async cancelled(person: PersonRef, conversationId: string): Promise<void> {
      const dropped = await dropPendingCommands(store, person, 'sign_in');
      await post({ tenantId: person.tenantId, conversationId }, { text: edgeWords.signInCancelled(dropped) });
    },

    /** The sign-in did not come about, and Teams shows at best a button: why, and what to do; once for all devices. */
    async refused(person: PersonRef, conversationId: string, because: NotSignedIn, key: string): Promise<void> {
      if (because.why === 'consent' || !(await markSeen(store, person.tenantId, `refused:${key}`))) return;
      if (because.why === 'challenge') await askInPersonalChat(person, signInWords.challengedBy(because.code), 'challenge');
      else await post({ tenantId: person.tenantId, conversationId }, { text: signInRefusedText(because) });
    },
  };
}
