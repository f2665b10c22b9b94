import type { Run, RunOutcome } from '../provisioning/runs';
import type { AttemptKey } from '../store/decisions';
import type { WorkflowDeps } from './deps';
import type { Workflow } from './durable';
import { createOnDemand } from './onDemand';
import { createProvision } from './provision/provision';
import { createDecide, decideId } from './requests/decide';
import { createFreeze } from './requests/freeze';
import { createPolicyRun } from './requests/policyRun';
import { createSetup } from './setup/setup';

export interface Workflows {
  /** Starts the workflow of a run; starting it twice is the same run. */
  start(run: Pick<Run, 'runId' | 'kind'>): Promise<void>;
  /** Checks a click; the same click twice is the same check. */
  decide(key: AttemptKey): Promise<void>;
}

/** Binds every step and registers every workflow, once, before launch. */
export function createWorkflows(deps: WorkflowDeps): Workflows {
  const onDemand = createOnDemand(deps);
  const run = async (workflow: Workflow<[string], RunOutcome>, runId: string) => {
    await deps.durable.start(workflow, { workflowId: runId }, runId);
  };
  const request = createFreeze(deps);
  const provision = createProvision(deps, onDemand, (runId) => run(request, runId));
  const byKind: Record<Run['kind'], Workflow<[string], RunOutcome>> = {
    setup: createSetup(deps, onDemand),
    provision,
    request,
    policy: createPolicyRun(deps),
  };
  const decide = createDecide(deps, ({ runId, kind }) => run(byKind[kind], runId));
  return {
    start: ({ runId, kind }) => run(byKind[kind], runId),
    async decide(key) {
      await deps.durable.start(decide, { workflowId: decideId(key) }, key);
    },
  };
}
