import type { BotDeps } from '../deps';
import { answerOf } from './answerOf';
import { runAction } from './runAction';

/** *Start without a test*; the run refuses it unless its test has failed. */
export const runStartWithoutTest = ({ runs }: Pick<BotDeps, 'runs'>) =>
  runAction(async ({ person, activityId }, { runId }) =>
    answerOf(await runs.retry({ person, activityId, runId, startWithoutTest: true })),
  );
