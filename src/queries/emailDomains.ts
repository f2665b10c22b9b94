import { codeOf } from '../errors';
import type { PersonRef } from '../provisioning/people';
import { boundedClient, MESSAGE_BUDGET_MS, orAtDeadline, type QueryDeps } from './deadline';

/**
 * Domains to begin with in the form: those of the person's own mail address and user principal name, lower case, without
 * `onmicrosoft.com`, which nobody has validated at Unity. A suggestion only, so that no answer means an empty list. Needs `User.Read`.
 * @throws SignInNeededError without a token
 */
export function emailDomains(deps: QueryDeps & { budgetMs?: number }) {
  return async (person: PersonRef): Promise<string[]> => {
    const { entra, signal } = boundedClient(deps, person, deps.budgetMs ?? MESSAGE_BUDGET_MS);
    try {
      const me = await orAtDeadline(signal, entra.getMe(), () => undefined);
      if (!me || me.userType === 'Guest') return [];
      const domains = [me.mail, me.userPrincipalName].flatMap(
        (address) => address?.split('@').slice(1).at(-1)?.toLowerCase() ?? [],
      );
      return [...new Set(domains)].filter((domain) => domain !== '' && !domain.endsWith('.onmicrosoft.com'));
    } catch (error) {
      if (codeOf(error) === undefined || codeOf(error) === 'sign_in_needed') throw error;
      return []; // the field stays empty and the person types
    }
  };
}
