import { settingsCard } from '../../cards/settings';
import { NoRightError, SignInNeededError, StepFailedError } from '../../errors';
import type { Connection } from '../../provisioning/connections';
import type { PersonRef } from '../../provisioning/people';
import { listConnections } from '../../store/connections';
import { findPolicy } from '../../store/policies';
import type { CommandHandlers } from '../commandRouter';
import type { BotDeps } from '../deps';
import { allowPolicies } from '../dialogs/policyDraft';

type Deps = Pick<BotDeps, 'store' | 'queries' | 'settings'>;

/** The rules of each connection that the person administers, with the button that opens their form. */
export function settings(deps: Deps): CommandHandlers['settings'] {
  const { store } = deps;
  return async (turn) => {
    const { person } = turn;
    const administered = await administeredBy(deps, person, 'change the rules for requests');
    await allowPolicies(
      store,
      turn,
      administered.map(({ connectionId }) => connectionId),
    );
    const connections = await Promise.all(
      administered.map(async ({ connectionId, organizationId, appDisplayName }) => {
        const stored = await findPolicy(store, person.tenantId, connectionId);
        return {
          connectionId,
          organizationId,
          appDisplayName,
          policy: stored?.policy ?? null,
          changedBy: stored?.changedBy.displayName ?? null,
          changedAt: stored?.changedAt ?? null,
        };
      }),
    );
    await turn.say(settingsCard({ connections }));
  };
}

/**
 * Connections whose app the person may work on, probed with their own token.
 * @throws StepFailedError `guest_refused` or `no_connection`; NoRightError when there is none; SignInNeededError
 */
export async function administeredBy(
  { store, queries, settings: { oauthConnection } }: Deps,
  person: PersonRef,
  operation: string,
): Promise<Connection[]> {
  if (await queries.isGuest(person)) throw new StepFailedError('guest_refused');
  const connections = await listConnections(store, person.tenantId);
  if (connections.length === 0) throw new StepFailedError('no_connection');
  const rights = await Promise.all(connections.map(({ servicePrincipalId }) => queries.probeRights(person, servicePrincipalId)));
  if (rights.includes('no_token'))
    throw new SignInNeededError({ objectId: person.objectId, connectionName: oauthConnection, reason: 'none' });
  const administered = connections.filter((_, index) => rights[index] === 'can');
  if (administered.length === 0) throw new NoRightError({ operation, requestId: null });
  return administered;
}
