import type { AppChoice } from '../cards/views';
import type { EnterpriseApp, PersonRef } from '../provisioning/people';
import { appChoice, inOrder } from './appChoice';
import { boundedClient, orAtDeadline, type QueryDeps, SEARCH_BUDGET_MS } from './deadline';

/** `complete` false: the time was up, there was no token, or Graph said no; `apps` is what had come by then. */
export interface AppSearch {
  apps: AppChoice[];
  complete: boolean;
}

/**
 * Typeahead over the tenant's apps: names that begin so, and Unity's own apps whose name contains it. An app that cannot be used is
 * listed with the reason. Token and calls share one deadline of 2 s, then it answers what it has; it throws nothing, since a search
 * box has no place for an error. Needs `Application.Read.All`.
 */
export function searchApps(deps: QueryDeps & { botAppId: string; budgetMs?: number }) {
  return async (person: PersonRef, typed: string): Promise<AppSearch> => {
    const wanted = typed.trim();
    const { entra, signal } = boundedClient(deps, person, deps.budgetMs ?? SEARCH_BUDGET_MS);
    const found = new Map<string, EnterpriseApp>();
    const keep = (apps: EnterpriseApp[]) => {
      for (const app of apps) found.set(app.servicePrincipalId, app);
    };
    const unityApps = entra.findUnityApps().then((apps) => keep(apps.filter((app) => contains(app, wanted))));
    const byPrefix = wanted === '' ? Promise.resolve() : entra.searchApps(wanted).then(keep);
    const lookups = Promise.allSettled([unityApps, byPrefix]).then((ended) =>
      ended.every(({ status }) => status === 'fulfilled'),
    );
    const complete = await orAtDeadline(signal, lookups, () => false);
    return { apps: inOrder([...found.values()].map((app) => appChoice(app, deps.botAppId))), complete };
  };
}

function contains(app: EnterpriseApp, wanted: string): boolean {
  return app.displayName.toLowerCase().includes(wanted.toLowerCase());
}
