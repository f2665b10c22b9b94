import { codeOf, StepFailedError, UnityRefusedError } from '../../errors';
import { planSetup } from '../../provisioning/planSetup';
import type { Run, RunOutcome } from '../../provisioning/runs';
import { samePlan } from '../../provisioning/samePlan';
import type { SetupInput, SetupPlan } from '../../provisioning/setup';
import { connectionSubject, saveConnection } from '../../store/connections';
import { forgetEffects, listEffects, toSetupEffects } from '../../store/runEffects';
import { savePlan } from '../../store/runs';
import type { Sql } from '../../store/sql';
import { putWatch } from '../../store/watches';
import type { WorkflowDeps } from '../deps';
import type { Workflow } from '../durable';
import type { OnDemand } from '../onDemand';
import { endSetupRequest } from '../requests/runRequest';
import { approvalToAskFor } from '../requests/setupApproval';
import { beginRun, endRun, outcomeOfError, readCancel } from '../runRows';
import { actSetup, connectionOf, type SetupDone } from './act';
import { openScimToken } from './scimToken';
import { seeSetup } from './see';
import { createTestPersonRun } from './testPerson';
import { undoSetup } from './undo';

/** Set up SCIM provisioning: see, decide, have the plan confirmed, act. One attempt; what waits is a row. */
export function createSetup(deps: WorkflowDeps, onDemand: OnDemand): Workflow<[string], RunOutcome> {
  const testPerson = createTestPersonRun(deps, onDemand);
  return deps.durable.register('setup', async (runId) => {
    const run = await beginRun(deps, runId);
    const input = run.input as SetupInput;
    try {
      if (run.mode === 'undo' || (await readCancel(deps, runId, 'begin'))) return await undo(deps, run, input);
      const plan = await planned(deps, run, input);
      if (!plan) return await endRun(deps, run, { kind: 'waiting', for: 'plan' });
      const ask = await approvalToAskFor(deps, run, input, plan);
      if (ask) return await endRun(deps, run, { kind: 'waiting', for: 'approval' }, ask);
      const done = await actSetup(deps, testPerson, run, input, plan);
      return await endRun(deps, run, { kind: 'done' }, async (sql) => {
        await connected(deps, run, input, plan, done, sql);
        await endSetupRequest(deps, sql, run, null);
      });
    } catch (error) {
      const outcome = outcomeOfError(error, 'setup');
      return outcome.kind === 'cancelled'
        ? undo(deps, run, input)
        : endRun(deps, run, outcome, (sql) => failedRequest(deps, sql, run, outcome));
    }
  });
}

async function undo(deps: WorkflowDeps, run: Run, input: SetupInput): Promise<RunOutcome> {
  try {
    await undoSetup(deps, run, input);
    return await endRun(deps, run, { kind: 'cancelled' }, (sql) => endSetupRequest(deps, sql, run, { code: 'run_cancelled' }));
  } catch (error) {
    return endRun(deps, run, outcomeOfError(error, 'undo'));
  }
}

/** A setup that an approval let act and that failed: its request is final, the run can still be retried by its people. */
async function failedRequest(deps: WorkflowDeps, sql: Sql, run: Run, outcome: RunOutcome): Promise<void> {
  if (outcome.kind === 'failed') await endSetupRequest(deps, sql, run, outcome);
}

/** The plan when the person has confirmed just this one; undefined after a new plan was put on the card. */
async function planned(deps: WorkflowDeps, run: Run, input: SetupInput): Promise<SetupPlan | undefined> {
  const { steps, store, entraFor, changed } = deps;
  const observed = await seeSetup(deps, run, input);
  const decision = await steps.record('decide', async () => {
    const decided = planSetup(input, observed, toSetupEffects(await listEffects(store, run.subject)));
    if (decided.kind === 'stop') await savePlan(store, run.runId, null, { reason: decided.reason, facts: decided.facts });
    return decided;
  });
  if (decision.kind === 'stop') throw new StepFailedError('setup_stopped', { reason: decision.reason, ...decision.facts });
  await steps.look(run.runId, 'validateCredentials', async () => {
    const scimToken = await openScimToken(deps, run.tenantId, input.scimTokenRef);
    const [job] = observed.jobs;
    const scimConnectorUrl = decision.scimConnectorUrl;
    await entraFor(run.actingAs)
      .validateCredentials({
        servicePrincipalId: decision.servicePrincipalId,
        jobId: job?.jobId ?? null,
        templateId: decision.templateId,
        secrets: { baseAddress: scimConnectorUrl, scimToken },
      })
      .catch((error: unknown) => {
        // Our own probe met the reason before: Unity refuses the search that Entra makes, whatever code Entra has for it.
        const filter = observed.unityFilter ?? 'answered';
        if (filter === 'answered' || codeOf(error) !== 'entra_credentials_test_failed') throw error;
        throw new UnityRefusedError('scim_filter_refused', { scimConnectorUrl, status: 400, requestId: null, filter });
      });
    return { value: undefined, proof: { code: 'credentials_tested', facts: {} } };
  });
  if (run.planConfirmedAt !== null && samePlan(run.plan as SetupPlan, decision)) return decision;
  await steps.record('savePlan', () => savePlan(store, run.runId, decision));
  changed();
  return undefined;
}

/** Written with the end of the run: the connection stands, the first cycle is watched, the effects are no longer "to undo". */
async function connected(
  { secrets, times, keepScimToken }: WorkflowDeps,
  run: Run,
  input: SetupInput,
  plan: SetupPlan,
  { jobId, ruleId, started }: SetupDone,
  sql: Sql,
): Promise<void> {
  const connectionId = input.organizationId;
  const state = started ? 'started' : 'paused';
  await saveConnection(sql, { ...connectionOf(run, input, plan), jobId, ruleId, savedSyncAll: 'false', state });
  if (keepScimToken)
    await secrets.keepForConnection(sql, run.tenantId, input.scimTokenRef, connectionSubject(run.tenantId, connectionId));
  if (started) {
    await putWatch(sql, {
      tenantId: run.tenantId,
      connectionId,
      reader: run.actingAs,
      tell: run.requestedBy,
      conversationId: run.conversationId,
      runId: run.runId,
      lastActivityIdentifier: plan.lastActivityIdentifier,
      fastForMs: times.watchFastForMs,
    });
  }
  await forgetEffects(sql, run.subject);
}
