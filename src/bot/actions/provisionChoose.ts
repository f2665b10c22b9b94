import { z } from 'zod';
import { refusalText } from '../../cards/words/chatWords';
import { edgeWords } from '../../cards/words/edgeWords';
import { findRun } from '../../store/runs';
import type { BotDeps } from '../deps';
import { answerOf } from './answerOf';
import { runAction } from './runAction';

const chosen = z.looseObject({ objectId: z.guid().toLowerCase() });

/** One of several people that fitted what was typed: a run of its own, the same for each click on the same person. */
export const provisionChoose = ({ runs, store }: Pick<BotDeps, 'runs' | 'store'>) =>
  runAction(async ({ person, conversation }, { runId, ...inputs }) => {
    const choice = chosen.safeParse(inputs);
    if (!choice.success) return { kind: 'message', text: edgeWords.nobodyChosen };
    const run = await findRun(store, runId);
    if (run?.kind !== 'provision' || run.tenantId !== person.tenantId || !run.connectionId)
      return { kind: 'message', text: refusalText('run_unknown') };
    if (run.requestedBy.objectId !== person.objectId)
      return { kind: 'message', text: refusalText('not_yours', { by: run.requestedBy.displayName }) };
    const { objectId } = choice.data;
    return answerOf(
      await runs.requestProvision({
        person,
        conversationId: conversation.id,
        connectionId: run.connectionId,
        activityId: `${run.subject.split(':').slice(3).join(':')}.${objectId}`,
        people: [objectId],
      }),
    );
  });
