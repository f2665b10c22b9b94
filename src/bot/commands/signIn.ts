import { signInWords } from '../../cards/words/chatWords';
import type { CommandHandlers } from '../commandRouter';
import type { BotDeps } from '../deps';
import type { FreshSignIns } from '../freshSignIns';
import type { PersonalChats } from '../personalChats';

/** Asks the person to sign in, or says that they are; runs that wait although there is a token go on. */
export function signIn({
  tokens,
  runs,
  requests,
  personalChats,
  freshSignIns,
}: Pick<BotDeps, 'tokens' | 'runs' | 'requests'> & {
  personalChats: PersonalChats;
  freshSignIns: FreshSignIns;
}): CommandHandlers['signIn'] {
  return async (turn) => {
    if (!(await tokens.hasToken(turn.person)))
      return personalChats.askToSignIn(turn, signInWords.text(), freshSignIns.ask(turn.person, undefined));
    const { displayName } = turn.person;
    const wentOn = await runs.signedIn(turn.person);
    await requests.signedIn(turn.person);
    await turn.say(wentOn > 0 ? signInWords.signedIn(displayName, wentOn) : signInWords.already(displayName));
  };
}
