import type { SearchHandler } from '../answers';
import type { BotDeps } from '../deps';
import { openPolicies, rememberGroups } from '../dialogs/policyDraft';

/** Typeahead over the tenant's groups, within the query's 2 s; only for people who may write rules, as `settings` found out. */
export function searchGroups({ queries, store }: Pick<BotDeps, 'queries' | 'store'>): SearchHandler {
  return async (turn, { text, top }) => {
    if ((await openPolicies(store, turn.person)).length === 0) return [];
    const groups = (await queries.searchGroups(turn.person, text)).slice(0, top);
    await rememberGroups(store, turn, groups);
    return groups.map(({ objectId, displayName }) => ({ title: displayName, value: objectId }));
  };
}
