import { unknownCommandText } from '../../cards/words/chatWords';
import type { CommandHandlers } from '../commandRouter';

/** The nearest command as text to copy; it is never carried out. */
export const unknown: CommandHandlers['unknown'] = (turn, { nearest }) => turn.say(unknownCommandText(nearest));
