import type { BotDeps } from '../deps';
import { answerOf } from './answerOf';
import { runAction } from './runAction';

/** *Cancel*; needs no sign-in, so that it works while one is pending. */
export const runCancel = ({ runs }: Pick<BotDeps, 'runs'>) =>
  runAction(async ({ person, activityId }, { runId }) => answerOf(await runs.cancel({ person, activityId, runId })));
