import { codeOf, GraphUnreachableError } from '../errors';
import type { PersonRef } from '../provisioning/people';
import { boundedClient, MESSAGE_BUDGET_MS, orAtDeadline, type QueryDeps } from './deadline';

/** `can` is no promise: a role that may only read passes too. */
export type Rights = 'can' | 'cannot' | 'no_token';

/**
 * Whether the person may work on the provisioning of this app, found out by reading its jobs with their own token. At most 8 s.
 * Needs `Synchronization.Read.All`.
 * @throws GraphUnreachableError, GraphThrottledError or GraphRefusedError when Graph gave another answer
 */
export function probeRights(deps: QueryDeps & { budgetMs?: number }) {
  return async (person: PersonRef, servicePrincipalId: string): Promise<Rights> => {
    const { entra, signal } = boundedClient(deps, person, deps.budgetMs ?? MESSAGE_BUDGET_MS);
    try {
      await orAtDeadline(signal, entra.listSynchronizationJobs(servicePrincipalId), () => {
        throw new GraphUnreachableError({ operation: 'probe rights', status: null });
      });
      return 'can';
    } catch (error) {
      if (codeOf(error) === 'no_right') return 'cannot';
      if (codeOf(error) === 'sign_in_needed') return 'no_token';
      throw error;
    }
  };
}
