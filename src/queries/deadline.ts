import type { TokenCredential } from '@azure/identity';
import type { DelegatedTokens } from '../auth/types';
import type { CreateEntraClient, EntraClient } from '../entra/types';
import type { PersonRef } from '../provisioning/people';

/** What every query is made of. */
export interface QueryDeps {
  createEntraClient: CreateEntraClient;
  tokens: DelegatedTokens;
}

export const MESSAGE_BUDGET_MS = 8000;
export const SEARCH_BUDGET_MS = 2000;

/** A client whose token and calls share one deadline. Repeats are off: a person waits. */
interface BoundedClient {
  entra: EntraClient;
  /** Aborted when the time is up. */
  signal: AbortSignal;
}

/** Binds the person's token for one turn. */
export function boundedClient(deps: QueryDeps, person: PersonRef, budgetMs: number): BoundedClient {
  const signal = AbortSignal.timeout(budgetMs);
  const credential = sharedToken(deps.tokens.credentialFor(person, { timeoutMs: budgetMs }));
  return { entra: deps.createEntraClient(credential, { forQuery: true, timeoutSeconds: budgetMs / 1000, signal }), signal };
}

/** Calls that go out side by side share one answer of the token service; a later one asks afresh. */
function sharedToken(credential: TokenCredential): TokenCredential {
  let asked: ReturnType<TokenCredential['getToken']> | undefined;
  return {
    getToken(scopes, options) {
      asked ??= credential.getToken(scopes, options).finally(() => {
        asked = undefined;
      });
      return asked;
    },
  };
}

const LATE = Symbol('late');

/** The value, or what `fallback` gives when the time is up first. What comes too late is dropped, and its error with it. */
export async function orAtDeadline<Value, Fallback>(
  signal: AbortSignal,
  promise: Promise<Value>,
  fallback: () => Fallback,
): Promise<Value | Fallback> {
  const deadline = new Promise<typeof LATE>((resolve) => {
    if (signal.aborted) resolve(LATE);
    signal.addEventListener('abort', () => resolve(LATE), { once: true });
  });
  const inTime = promise.catch((error: unknown) => {
    if (signal.aborted) return LATE; // the abort itself made it fail
    throw error;
  });
  const first = await Promise.race([inTime, deadline]);
  return first === LATE ? fallback() : (first as Value);
}
