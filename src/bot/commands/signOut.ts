import { signInWords } from '../../cards/words/chatWords';
import { edgeWords } from '../../cards/words/edgeWords';
import { codeOf } from '../../errors';
import { dropPendingCommands } from '../../store/pendingCommands';
import type { CommandHandlers } from '../commandRouter';
import type { BotDeps } from '../deps';
import type { FreshSignIns } from '../freshSignIns';

/** Ends the person's sign-in for both connections, and forgets commands and clicks that waited for one. */
export function signOut({
  tokens,
  store,
  requests,
  freshSignIns,
}: Pick<BotDeps, 'tokens' | 'store' | 'requests'> & { freshSignIns: FreshSignIns }): CommandHandlers['signOut'] {
  return async (turn) => {
    await dropPendingCommands(store, turn.person, 'sign_in');
    await requests.signedOut(turn.person);
    try {
      await tokens.signOut(turn.person);
    } catch (error) {
      if (codeOf(error) !== 'token_service_unreachable') throw error;
      return turn.say(edgeWords.signOutFailed);
    }
    freshSignIns.signedOut(turn.person);
    await turn.say(signInWords.signedOut);
  };
}
