import { requestStartCard } from '../../cards/requestStart';
import { askRefusalText } from '../../cards/words/requestEdgeWords';
import { findPolicy, listPolicies } from '../../store/policies';
import type { CommandHandlers } from '../commandRouter';
import type { BotDeps } from '../deps';
import { meantConnection } from '../meantConnection';

/** Asks others to provision: a run freezes what is asked for, and its card is the answer. Without a policy nobody can ask. */
export function request(deps: Pick<BotDeps, 'store' | 'requests' | 'settings'>): CommandHandlers['request'] {
  const { store, requests } = deps;
  return async (turn, { people, organization, reason }) => {
    const { person, conversation, activityId } = turn;
    const connection = await meantConnection(deps, turn, organization);
    if (!connection) return;
    const { connectionId } = connection;
    if (!(await findPolicy(store, person.tenantId, connectionId))) return turn.say(askRefusalText('no_policy'));
    await requests.request({ person, conversationId: conversation.id, connectionId, activityId, people, reason });
  };
}

/** `request` alone: the card whose button opens the form, since a bot cannot push a dialog. */
export function requestForm({ store }: Pick<BotDeps, 'store'>): CommandHandlers['requestForm'] {
  return async (turn) => {
    const policies = await listPolicies(store, turn.person.tenantId);
    await turn.say(policies.length === 0 ? askRefusalText('no_policy') : requestStartCard());
  };
}
