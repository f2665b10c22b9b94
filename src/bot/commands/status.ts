import { statusCard } from '../../cards/status';
import { SignInNeededError, StepFailedError } from '../../errors';
import type { PersonRef } from '../../provisioning/people';
import type { Failure } from '../../provisioning/runs';
import { listConnections } from '../../store/connections';
import type { CommandHandlers } from '../commandRouter';
import type { BotDeps } from '../deps';

/** How each connection of the tenant does now, read with the person's own token. */
export function status({
  store,
  queries,
  listWatches,
}: Pick<BotDeps, 'store' | 'queries' | 'listWatches'>): CommandHandlers['status'] {
  return async (turn) => {
    const { person } = turn;
    if (await queries.isGuest(person)) throw new StepFailedError('guest_refused');
    const [connections, watches] = [await listConnections(store, person.tenantId), await listWatches(person.tenantId)];
    if (connections.length === 0) throw new StepFailedError('no_connection');
    const read = await queries.readStatus(person, { connections, watches });
    const refused = read.find(({ unread }) => unread?.code === 'sign_in_needed')?.unread;
    if (refused) throw signInNeeded(person, refused);
    await turn.say(statusCard({ connections: read }));
  };
}

/** A status without a sign-in would only say so; the router asks for one and shows the status afterwards. */
function signInNeeded({ objectId }: PersonRef, { facts }: Failure): SignInNeededError {
  return new SignInNeededError({ objectId, connectionName: '', reason: String(facts.reason ?? 'none') });
}
