import { unclearCommandText } from '../../cards/words/chatWords';
import type { CommandHandlers } from '../commandRouter';

/** A list with anything in it that is no person is not acted on at all. */
export const unclear: CommandHandlers['unclear'] = (turn, { problems, command }) =>
  turn.say(unclearCommandText(problems, command));
