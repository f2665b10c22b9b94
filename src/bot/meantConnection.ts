import { speakerWords } from '../cards/words/chatWords';
import { StepFailedError } from '../errors';
import type { Connection } from '../provisioning/connections';
import { parseOrganization } from '../provisioning/organization';
import { listConnections } from '../store/connections';
import type { BotDeps } from './deps';
import type { Turn } from './turn';

/**
 * The connection that a command means: the only one, or the one that was named. undefined: the person was asked which.
 * @throws StepFailedError `no_connection` where none is set up
 */
export async function meantConnection(
  { store, settings }: Pick<BotDeps, 'store' | 'settings'>,
  turn: Turn,
  organization: string | null,
): Promise<Connection | undefined> {
  const connections = await listConnections(store, turn.person.tenantId);
  if (connections.length === 0) throw new StepFailedError('no_connection');
  const fitting =
    organization === null ? connections : connections.filter((connection) => isMeant(connection, organization, settings));
  const [connection, second] = fitting;
  if (connection && !second) return connection;
  await turn.say(askWhich(connections, organization));
  return undefined;
}

/** By number, by an address of Unity that names the number, or by the name of the app. */
function isMeant(
  { organizationId, appDisplayName }: Connection,
  typed: string,
  { unityScimUrl, unityDashboardUrl }: Pick<BotDeps['settings'], 'unityScimUrl' | 'unityDashboardUrl'>,
): boolean {
  if (appDisplayName.toLowerCase() === typed.toLowerCase()) return true;
  const read = parseOrganization(typed, unityScimUrl, unityDashboardUrl);
  return 'organizationId' in read && read.organizationId === organizationId;
}

/** Several apps may have one name, so that the number is what tells connections apart. */
function askWhich(connections: readonly Connection[], typed: string | null): string {
  const names = connections.map(({ organizationId, appDisplayName }) => `${organizationId} (${appDisplayName})`);
  return typed === null ? speakerWords.whichConnection(names) : speakerWords.unknownConnection(typed, names);
}
