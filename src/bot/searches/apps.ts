import type { AppChoice } from '../../cards/views';
import { unusableAppText } from '../../cards/words/formWords';
import type { SearchHandler } from '../answers';
import type { BotDeps } from '../deps';
import type { ShownApps } from '../dialogs/appForm';

const KEPT_PEOPLE = 500;

/** Apps that were shown in typeahead, by person; the newest people stay. Only a convenience: the run judges every app anew. */
export function createShownApps(): ShownApps & { remember(objectId: string, apps: readonly AppChoice[]): void } {
  const byPerson = new Map<string, Map<string, AppChoice>>();
  return {
    find: (objectId, servicePrincipalId) => byPerson.get(objectId)?.get(servicePrincipalId),
    remember(objectId, apps) {
      const shown = byPerson.get(objectId) ?? new Map();
      for (const app of apps) shown.set(app.servicePrincipalId, app);
      byPerson.delete(objectId);
      byPerson.set(objectId, shown);
      const [oldest] = byPerson.keys();
      if (byPerson.size > KEPT_PEOPLE && oldest) byPerson.delete(oldest);
    },
  };
}

/** Typeahead over the tenant's apps; one that cannot be used says why in its title. Within the query's 2 s. */
export function searchApps({
  queries,
  shownApps,
}: Pick<BotDeps, 'queries'> & { shownApps: ReturnType<typeof createShownApps> }): SearchHandler {
  return async ({ person }, { text, top }) => {
    const { apps } = await queries.searchApps(person, text);
    shownApps.remember(person.objectId, apps);
    return apps.slice(0, top).map((app) => ({
      title: app.usable ? app.displayName : `${app.displayName} (${unusableAppText(app.why)})`,
      value: app.servicePrincipalId,
    }));
  };
}
