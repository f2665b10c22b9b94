import { codeOf, factsOf } from '../errors';

/** The token service still gives a token that is of no use: Graph wants another proof, it was revoked, or it is another account's. */
export type DeadSignIn = 'challenge' | 'expired' | 'other_account';

const DEAD: readonly unknown[] = ['challenge', 'expired', 'other_account'] satisfies DeadSignIn[];

/** Why a sign-in is dead, where an error says so. A missing token is no such case: it may have been signed out on purpose. */
export function deadSignInOf(error: unknown): DeadSignIn | undefined {
  const { reason } = factsOf(error);
  return codeOf(error) === 'sign_in_needed' && DEAD.includes(reason) ? (reason as DeadSignIn) : undefined;
}

/**
 * The same client, whose calls tell of a dead sign-in before they fail with it. Without that, the token service would go on
 * giving the refused token, and signing in again would be answered with *you are signed in already*.
 */
export function tellDeadSignIn<Client extends object>(client: Client, onDead: (why: DeadSignIn) => Promise<void>): Client {
  return new Proxy(client, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function') return member;
      return async (...given: unknown[]) => {
        try {
          return await member.apply(target, given);
        } catch (error) {
          const why = deadSignInOf(error);
          if (why) await onDead(why);
          throw error;
        }
      };
    },
  });
}
