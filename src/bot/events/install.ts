import { welcomeCard } from '../../cards/welcome';
import { claimWelcome, setConversationState } from '../../store/conversations';
import { setReachable } from '../../store/people';
import type { BotDeps } from '../deps';
import type { Turn } from '../turn';

/**
 * The app was added here. Two activities tell it, in either order, and upgrades and repeats tell it again: everything is kept,
 * and one welcome is said.
 */
export async function install({ store }: Pick<BotDeps, 'store'>, turn: Turn): Promise<void> {
  const { tenantId } = turn.person;
  await setConversationState(store, tenantId, turn.conversation.id, { state: 'active', installed: true });
  if (await claimWelcome(store, tenantId, turn.conversation.id)) await turn.say(welcomeCard());
}

/** The app was removed here: nothing is sent to this conversation until Teams speaks from it again. */
export async function uninstall({ store }: Pick<BotDeps, 'store'>, turn: Turn): Promise<void> {
  const { tenantId, objectId } = turn.person;
  await setConversationState(store, tenantId, turn.conversation.id, { state: 'dead', installed: false });
  if (turn.conversation.kind === 'personal') await setReachable(store, tenantId, objectId, false);
}
