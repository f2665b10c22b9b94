import type { DeadSignIn } from '../auth/deadSignIn';
import type { PersonRef } from '../provisioning/people';

const LATELY_MS = 60_000;
/** How long after a sign-in a run may still come to wait for it. */
const ECHO_MS = 30_000;
const KEPT = 1_000;

/**
 * How people are asked to sign in. The silent way brings the same account by the same proof: it cannot answer a challenge, and a
 * sign-in that is of no use at once again would go round for ever. So a challenge, and a second time within a minute, are asked by
 * the button alone.
 */
export function createFreshSignIns(now: () => number = Date.now) {
  const asked = new Map<string, { at: number; wasDead: boolean; isAnswered: boolean }>();
  const signedIn = new Map<string, { person: PersonRef; at: number }>();
  const lately = ({ objectId }: PersonRef) => {
    const before = asked.get(objectId);
    return before !== undefined && now() - before.at < LATELY_MS ? before : undefined;
  };

  return {
    /** True while the card of a moment ago waits for its answer: calls of a run die together, and one card is enough. */
    isAsked: (person: PersonRef): boolean => lately(person)?.isAnswered === false,
    /** Notes that the person is asked now. */
    ask(person: PersonRef, why: DeadSignIn | undefined): { byButton: boolean } {
      const before = lately(person);
      const wasDead = why !== undefined;
      const isAgain = before?.isAnswered === true && before.wasDead === wasDead;
      asked.delete(person.objectId);
      asked.set(person.objectId, { at: now(), wasDead, isAnswered: false });
      const [oldest] = asked.keys();
      if (asked.size > KEPT && oldest) asked.delete(oldest);
      return { byButton: why === 'challenge' || isAgain };
    },
    /** `isUseful` false: what came of it is another account's, and is ended. */
    signedIn(person: PersonRef, isUseful = true): void {
      const before = asked.get(person.objectId);
      if (before) before.isAnswered = true;
      if (isUseful) signedIn.set(person.objectId, { person, at: now() });
    },
    /** Whoever signed in a moment ago. */
    recent(): PersonRef[] {
      for (const [objectId, { at }] of signedIn) if (now() - at > ECHO_MS) signedIn.delete(objectId);
      return [...signedIn.values()].map(({ person }) => person);
    },
    /** The sign-in of a moment ago is over, or has had its effect. */
    forget: ({ objectId }: PersonRef) => signedIn.delete(objectId),
    signedOut({ objectId }: PersonRef): void {
      asked.delete(objectId);
      signedIn.delete(objectId);
    },
  };
}
export type FreshSignIns = ReturnType<typeof createFreshSignIns>;
