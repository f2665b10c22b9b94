import type { BotDeps } from '../deps';
import { answerOf } from './answerOf';
import { runAction } from './runAction';

/** *Start* on the plan card. Another test person than the plan's leads to a new plan card. */
export const planConfirm = ({ runs }: Pick<BotDeps, 'runs'>) =>
  runAction(async ({ person, activityId }, { runId, testPersonId }) =>
    answerOf(await runs.confirmPlan({ person, activityId, runId, testPersonId })),
  );
