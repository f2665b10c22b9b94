import type { BotDeps } from '../deps';
import { answerOf } from './answerOf';
import { runAction } from './runAction';

/** *Retry* after a failure, if the card asks with another test person. Finished steps are only confirmed. */
export const runRetry = ({ runs }: Pick<BotDeps, 'runs'>) =>
  runAction(async ({ person, activityId }, { runId, testPersonId }) =>
    answerOf(await runs.retry({ person, activityId, runId, testPersonId })),
  );
