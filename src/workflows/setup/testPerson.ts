import { codeOf, type Facts, StepFailedError } from '../../errors';
import type { PersonOutcome } from '../../provisioning/provision';
import type { Proof, ProofCode, Run, StepState } from '../../provisioning/runs';
import type { SetupPlan } from '../../provisioning/setup';
import { wantAgain } from '../../store/messages';
import { beginStep, endStep } from '../../store/runSteps';
import type { WorkflowDeps } from '../deps';
import type { OnDemand, OnDemandEnd } from '../onDemand';
import { outcomeEntry } from '../runEntry';
import { runTag } from '../runStep';

export type TestPersonRun = (run: Run, plan: SetupPlan, job: { jobId: string; ruleId: string }) => Promise<void>;

const PROOFS: Partial<Record<PersonOutcome['kind'], ProofCode>> = {
  created: 'test_person_created',
  updated: 'test_person_updated',
  in_step: 'test_person_in_step',
};

/** Provisions the test person on demand; anything but created, updated or in step fails the run with the outcome. */
export function createTestPersonRun({ steps, store, audit, changed }: WorkflowDeps, onDemand: OnDemand): TestPersonRun {
  return async (run, plan, { jobId, ruleId }) => {
    const { displayName, objectId } = plan.testPerson;
    let shown = 0;
    const show = (state: StepState, proof: Proof | null, end?: OnDemandEnd) => {
      shown += 1;
      return steps.record(`provisionTestPerson.show${shown}`, async () => {
        await store.transaction(async (sql) => {
          const isFirst = shown === 1;
          if (isFirst) await beginStep(sql, run.runId, 'provisionTestPerson');
          const isNews = !isFirst && (await endStep(sql, run.runId, 'provisionTestPerson', state, proof));
          await wantAgain(sql, run.tenantId, runTag(run.subject));
          if (isNews && end?.kind === 'outcome')
            await audit.append(sql, outcomeEntry(run, plan.testPerson, end.outcome, end.graphRequestId));
        });
        changed();
      });
    };
    await show('running', null);
    let end: OnDemandEnd = { kind: 'cancelled', graphRequestId: null };
    await onDemand(
      [{ runId: run.runId, actingAs: run.actingAs, servicePrincipalId: plan.servicePrincipalId, jobId, ruleId, objectId }],
      {
        onWait: (_, waitUntil, giveUpAt) =>
          show('waiting', { code: 'waiting_for_assignment', facts: { displayName, waitUntil, giveUpAt } }),
        onEnd: async (_, reached) => {
          end = reached;
        },
      },
    );
    const proof = proofOf(end, displayName);
    await show(proof ? 'done' : codeOfEnd(end) === 'sign_in_needed' ? 'waiting' : 'failed', proof, end);
    if (!proof) throw failureOf(end, displayName);
  };
}

function proofOf(end: OnDemandEnd, displayName: string): Proof | null {
  const code = end.kind === 'outcome' ? PROOFS[end.outcome.kind] : undefined;
  if (!code || end.kind !== 'outcome') return null;
  const changeId = 'changeId' in end.outcome ? end.outcome.changeId : null;
  return { code, facts: { displayName, changeId } };
}

function codeOfEnd(end: OnDemandEnd): string | undefined {
  return end.kind === 'error' ? end.code : undefined;
}

/** A rebuilt error: the workflow turns it into the run's outcome by its code. */
function failureOf(end: OnDemandEnd, displayName: string): Error {
  if (end.kind === 'cancelled') return new StepFailedError('run_cancelled');
  if (end.kind === 'error')
    return Object.assign(new Error(`Stopped: ${end.code}`), { code: end.code, facts: end.facts, step: 'provisionTestPerson' });
  const { kind, ...more } = end.outcome;
  const facts: Facts = { displayName, outcome: kind };
  if ('why' in more) facts.why = more.why;
  if ('code' in more) facts.code = more.code;
  if ('step' in more) facts.failedStep = more.step;
  if (kind === 'not_proven' && 'facts' in more) facts.code = more.facts.code ?? null;
  const error = new StepFailedError('test_person_not_provisioned', facts);
  return Object.assign(error, { step: 'provisionTestPerson', code: codeOf(error) });
}
