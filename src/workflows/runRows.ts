import { codeOf, factsOf, StepFailedError } from '../errors';
import { isGood, type ProvisionInput } from '../provisioning/provision';
import type { Failure, Run, RunOutcome } from '../provisioning/runs';
import { wantAgain } from '../store/messages';
import { listEffects } from '../store/runEffects';
import { listRunPeople } from '../store/runPeople';
import { endOpenSteps } from '../store/runSteps';
import { changeRunState, findRun, insertNextAttempt, isCancelRequested, type RunChange } from '../store/runs';
import type { Sql } from '../store/sql';
import type { WorkflowDeps } from './deps';
import { closeRequestOf } from './requests/closeRequest';
import { requestIdOf, runEntry } from './runEntry';
import { runTag } from './runStep';
import { innermostKnown, stepIn } from './storableError';

type RowDeps = Pick<WorkflowDeps, 'store' | 'steps' | 'audit' | 'secrets' | 'changed'>;

/** First step of every run: requested → running. Gives the run as stored. */
export function beginRun({ store, steps, audit, changed }: RowDeps, runId: string): Promise<Run> {
  return steps.recordAgain('beginRun', async () => {
    const run = await store.transaction(async (sql) => {
      const moved = await changeRunState(sql, runId, { state: 'running' });
      const found = await findRun(sql, runId);
      if (!found) throw new StepFailedError('setup_stopped', { reason: 'run_removed' });
      if (moved) {
        await wantAgain(sql, found.tenantId, runTag(found.subject));
        await audit.append(sql, runEntry(found, 'run.running', {}));
      }
      return found;
    });
    changed();
    return run;
  });
}

/** True when *Cancel* was pressed before this point. */
export function readCancel({ store, steps }: RowDeps, runId: string, where: string): Promise<boolean> {
  return steps.record(`${where}.readCancel`, () => isCancelRequested(store, runId));
}

/**
 * Last step of every run: its outcome becomes its state, the card is wanted, secrets nobody needs are gone. A run that was to be
 * cancelled and would fail or wait instead ends as cancelled, or is followed by the attempt that takes back what it made.
 */
export function endRun(
  deps: RowDeps,
  run: Run,
  outcome: RunOutcome,
  alongside?: (sql: Sql) => Promise<void>,
): Promise<RunOutcome> {
  const { store, steps, audit, secrets, changed } = deps;
  return steps.recordAgain('endRun', async () => {
    await store.transaction(async (sql) => {
      const moved = await changeRunState(sql, run.runId, changeFor(outcome));
      if (!moved) return; // a replay: it was written before the process died
      if (outcome.kind === 'cancelled') await endOpenSteps(sql, run.runId, 'failed');
      await alongside?.(sql);
      if (outcome.kind === 'done' || outcome.kind === 'cancelled') await secrets.destroyOfSubject(sql, run.tenantId, run.subject);
      await wantAgain(sql, run.tenantId, runTag(run.subject));
      const facts =
        outcome.kind === 'failed'
          ? { step: outcome.step, code: outcome.code, graphRequestId: requestIdOf(outcome.facts) }
          : outcome.kind === 'waiting'
            ? { for: outcome.for }
            : {};
      const people = await listRunPeople(sql, run.runId);
      const counts = people.length > 0 ? { good: people.filter((one) => isGood(one.outcome)).length, people: people.length } : {};
      await audit.append(sql, runEntry(run, `run.${outcome.kind}`, { ...facts, ...counts }));
      if (outcome.kind === 'failed') await closeFailedRequestRun(deps, sql, run);
      const goesOn = outcome.kind === 'failed' || outcome.kind === 'waiting';
      if (goesOn && run.mode === 'go' && (await isCancelRequested(sql, run.runId))) await cancelAfterAll(deps, run, sql);
    });
    changed();
    return outcome;
  });
}

/** *Cancel* came too late for any step to read it. */
async function cancelAfterAll(deps: RowDeps, run: Run, sql: Sql): Promise<void> {
  const nothingMade = Object.keys(await listEffects(sql, run.subject)).length === 0;
  if (!(await changeRunState(sql, run.runId, { state: nothingMade ? 'cancelled' : 'replaced' }))) return;
  await closeRequestOf(deps, sql, run, { actor: run.actingAs, code: 'run_cancelled' });
  if (nothingMade) {
    await endOpenSteps(sql, run.runId, 'failed');
    await deps.secrets.destroyOfSubject(sql, run.tenantId, run.subject);
    await deps.audit.append(sql, runEntry(run, 'run.cancelled', {}));
    return;
  }
  await insertNextAttempt(sql, run, { mode: 'undo' }); // the sweep starts it
  await deps.audit.append(sql, runEntry(run, 'run.cancelRequested', { replaced: run.runId }));
}

/** A failed run that carried out a request is closed at once: its request is final, and who wants it still asks again. */
export async function closeFailedRequestRun({ audit }: Pick<RowDeps, 'audit'>, sql: Sql, run: Run): Promise<void> {
  if (run.kind !== 'provision' || !(run.input as ProvisionInput).requestId) return;
  if (await changeRunState(sql, run.runId, { state: 'expired' })) await audit.append(sql, runEntry(run, 'run.expired', {}, null));
}

function changeFor(outcome: RunOutcome): RunChange {
  switch (outcome.kind) {
    case 'waiting':
      return { state: 'waiting', waitingFor: outcome.for };
    case 'failed':
      return { state: 'failed', failure: { step: outcome.step, code: outcome.code, facts: outcome.facts } };
    default:
      return { state: outcome.kind };
  }
}

/** An error of a step as an outcome: no token means waiting for sign-in, everything else is a failure with its step. */
export function outcomeOfError(thrown: unknown, step: string): RunOutcome {
  const error = innermostKnown(thrown);
  const code = codeOf(error) ?? 'unexpected_error';
  if (code === 'run_cancelled') return { kind: 'cancelled' };
  if (code === 'sign_in_needed') return { kind: 'waiting', for: 'sign_in' };
  return { kind: 'failed', step: stepIn(error) ?? step, code, facts: factsOf(error) } satisfies { kind: 'failed' } & Failure;
}
