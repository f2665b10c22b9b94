import type { PersonRef } from '../provisioning/people';
import type { DirectoryRef } from '../provisioning/policy';
import { boundedClient, orAtDeadline, type QueryDeps, SEARCH_BUDGET_MS } from './deadline';

/**
 * Typeahead over the tenant's groups by the beginning of their names. Token and call share one deadline of 2 s; it throws nothing,
 * since a search box has no place for an error. Needs `GroupMember.Read.All`.
 */
export function searchGroups(deps: QueryDeps & { budgetMs?: number }) {
  return async (person: PersonRef, typed: string): Promise<DirectoryRef[]> => {
    const wanted = typed.trim();
    if (wanted === '') return [];
    const { entra, signal } = boundedClient(deps, person, deps.budgetMs ?? SEARCH_BUDGET_MS);
    const found = entra.searchGroups(wanted).catch(() => []); // no token, no right or no answer: nothing to choose from
    return orAtDeadline(signal, found, () => []);
  };
}
