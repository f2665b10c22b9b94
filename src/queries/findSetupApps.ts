import type { AppChoice } from '../cards/views';
import { GraphUnreachableError } from '../errors';
import type { PersonRef } from '../provisioning/people';
import { appChoice, inOrder } from './appChoice';
import { boundedClient, MESSAGE_BUDGET_MS, orAtDeadline, type QueryDeps } from './deadline';

/**
 * Apps that `setup` offers: those with Unity's Entity ID, or whose name begins with Unity, unusable ones with the reason. All of them,
 * for a person to choose: none is picked here. Needs `Application.Read.All`. At most 8 s.
 * @throws SignInNeededError without a token; GraphUnreachableError when the time is up; what Graph refuses
 */
export function findSetupApps(deps: QueryDeps & { botAppId: string; budgetMs?: number }) {
  return async (person: PersonRef): Promise<AppChoice[]> => {
    const { entra, signal } = boundedClient(deps, person, deps.budgetMs ?? MESSAGE_BUDGET_MS);
    const apps = await orAtDeadline(signal, entra.findUnityApps(), () => {
      throw new GraphUnreachableError({ operation: 'find apps', status: null });
    });
    return inOrder(apps.map((app) => appChoice(app, deps.botAppId)));
  };
}
