import { refusalText } from '../../cards/words/chatWords';
import { edgeWords } from '../../cards/words/edgeWords';
import type { CommandAnswer } from '../../workflows/runCommands';
import type { ActionAnswer } from '../answers';

/** The run's own card shows what an accepted click led to; whoever clicked reads a word, or why nothing changed. */
export function answerOf(answer: CommandAnswer): ActionAnswer {
  return { kind: 'message', text: answer.kind === 'accepted' ? edgeWords.accepted : refusalText(answer.why, answer) };
}
