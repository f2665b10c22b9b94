import { GraphUnreachableError } from '../errors';
import type { PersonRef } from '../provisioning/people';
import { boundedClient, MESSAGE_BUDGET_MS, orAtDeadline, type QueryDeps } from './deadline';

/**
 * Whether the speaker is a guest of the tenant, which no activity says: read with their own token. Needs `User.Read`. At most 8 s.
 * @throws SignInNeededError without a token; GraphUnreachableError when the time is up, since nobody may be taken for a member then
 */
export function isGuest(deps: QueryDeps & { budgetMs?: number }) {
  return async (person: PersonRef): Promise<boolean> => {
    const { entra, signal } = boundedClient(deps, person, deps.budgetMs ?? MESSAGE_BUDGET_MS);
    const me = await orAtDeadline(signal, entra.getMe(), () => {
      throw new GraphUnreachableError({ operation: 'read your account', status: null });
    });
    return me.userType === 'Guest';
  };
}
