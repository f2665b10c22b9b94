import { refusalText } from '../../cards/words/chatWords';
import { SignInNeededError } from '../../errors';
import { findPolicy } from '../../store/policies';
import type { CommandHandlers } from '../commandRouter';
import type { BotDeps } from '../deps';
import { meantConnection } from '../meantConnection';

type Deps = Pick<BotDeps, 'store' | 'runs' | 'requests' | 'settings'>;

/**
 * Writes what its run finds and checks; the run's card is the answer. Somebody who signed in for reading only asks others to do it:
 * their command is a request from the start.
 */
export function provision(deps: Deps): CommandHandlers['provision'] {
  const { store, runs, requests, settings } = deps;
  return async (turn, { people, organization }, access) => {
    const { person, conversation, activityId } = turn;
    const connection = await meantConnection(deps, turn, organization);
    if (!connection) return;
    const { connectionId } = connection;
    const asked = { person, conversationId: conversation.id, connectionId, activityId, people };
    if (access === 'acts') {
      const answer = await runs.requestProvision(asked);
      if (answer.kind === 'refused') await turn.say(refusalText(answer.why, answer));
      return;
    }
    // Without a policy nobody can ask here: then only the right to provision helps.
    if (!(await findPolicy(store, person.tenantId, connectionId)))
      throw new SignInNeededError({ objectId: person.objectId, connectionName: settings.oauthConnection, reason: 'none' });
    await requests.request({ ...asked, reason: null });
  };
}
