import { helpCard } from '../../cards/help';
import type { CommandHandlers } from '../commandRouter';

/** Works for everybody of the tenant, in every chat, signed in or not. */
export const help: CommandHandlers['help'] = (turn) => turn.say(helpCard());
