import { z } from 'zod';
import { edgeWords } from '../../cards/words/edgeWords';
import type { ActionAnswer, ActionHandler } from '../answers';
import type { Turn } from '../turn';

/** What a card of a run sends. Nothing in it is trusted: it names a run, and the run knows whose it is. */
const runData = z.looseObject({
  runId: z.string().min(1).max(300),
  testPersonId: z
    .string()
    .transform((value) => value.split(',')[0]?.trim().toLowerCase())
    .pipe(z.guid())
    .optional()
    .catch(undefined),
});
type RunData = z.infer<typeof runData>;

/** A handler for a button of a run's card. */
export function runAction(work: (turn: Turn, data: RunData) => Promise<ActionAnswer>): ActionHandler {
  return async (turn, data) => {
    const parsed = runData.safeParse(data);
    return parsed.success ? work(turn, parsed.data) : { kind: 'message', text: edgeWords.unknownAction };
  };
}
