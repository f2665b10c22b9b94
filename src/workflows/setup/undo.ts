import type { GraphReceipt } from '../../entra/types';
import type { Proof, ProofCode, Run, StepName } from '../../provisioning/runs';
import type { SetupInput } from '../../provisioning/setup';
import { removeBegunConnection } from '../../store/connections';
import { type EffectKind, forgetEffect, listEffects, toSetupEffects } from '../../store/runEffects';
import type { WorkflowDeps } from '../deps';
import { isGone } from '../isGone';
import type { StepResult } from '../runStep';
import { findMadeJob } from './findMadeJob';
import { readSecrets } from './see';
import { takeBackAssignment } from './takeBackAssignment';

/** Proofs of a job that stays as it is. */
const LEFT: readonly ProofCode[] = ['job_left', 'job_left_running'];
const GONE = { proof: { code: 'gone_already', facts: {} } } as const;

/**
 * Takes back what this subject made, newest first, with the acting person's token. Each step forgets its effect, so a second
 * attempt goes on where the first ended, and what somebody has deleted meanwhile holds nothing up. A token that overwrote another
 * cannot be brought back: the card says so.
 */
export async function undoSetup(deps: WorkflowDeps, run: Run, input: SetupInput): Promise<void> {
  const { steps, store, entraFor, audit } = deps;
  const entra = entraFor(run.actingAs);
  const { servicePrincipalId } = input;
  const { effects, jobId } = await steps.record('readEffects', async () => {
    const made = await listEffects(store, run.subject);
    return { effects: made, jobId: String(made.jobCreated?.jobId ?? '') };
  });
  const madeJob = effects.jobCreated !== undefined;

  const undo = async (
    kind: EffectKind,
    name: StepName,
    work: () => Promise<{ proof: Proof } & Partial<GraphReceipt>>,
    { lookThenRepeat = 1, alongside }: { lookThenRepeat?: number; alongside?: StepResult<void>['alongside'] } = {},
  ) => {
    if (!effects[kind]) return;
    await steps.change(
      run.runId,
      name,
      async () => {
        const { proof, requestId = null } = await work().catch((error: unknown) => {
          if (isGone(error)) return { ...GONE, requestId: null };
          throw error;
        });
        return {
          value: undefined,
          proof,
          alongside: async (sql) => {
            const isNews = await forgetEffect(sql, run.subject, kind);
            await alongside?.(sql);
            if (!isNews) return; // a replay: it was written before the process died
            await audit.append(sql, {
              tenantId: run.tenantId,
              action: LEFT.includes(proof.code) ? 'undo.jobLeft' : `undo.${kind}`,
              actor: run.actingAs,
              subject: run.subject,
              facts: { runId: run.runId, proof: proof.code, graphRequestId: requestId },
            });
          },
        };
      },
      { undoing: true, lookThenRepeat },
    );
  };

  await undo(
    'jobStarted',
    'undoStart',
    async () => {
      if (!madeJob) return { proof: { code: 'job_left_running', facts: {} } };
      const job = await entra.getSynchronizationJob(servicePrincipalId, jobId);
      if (!job) return GONE;
      // One that shows no start may run all the same: Graph answers late.
      const paused = job.schedule === 'Paused' ? {} : await entra.pauseSynchronizationJob(servicePrincipalId, jobId);
      return { proof: { code: 'job_paused', facts: {} }, ...paused };
    },
    { lookThenRepeat: 3 },
  );
  await undo('testPersonAssigned', 'undoAssignment', async () => {
    const { assignedTestPerson } = toSetupEffects(effects);
    if (!assignedTestPerson) return GONE;
    const { principalId } = assignedTestPerson;
    const assignments = await entra.listAppRoleAssignedTo(servicePrincipalId);
    const person = await entra.findUser(principalId);
    const removed = await takeBackAssignment(entra, servicePrincipalId, assignedTestPerson, assignments);
    return { proof: { code: 'assignment_removed', facts: { displayName: person?.displayName ?? principalId } }, ...removed };
  });
  await undo('secretsSaved', 'undoSecrets', async () => ({
    proof: { code: madeJob ? 'secrets_go_with_job' : 'token_overwritten', facts: {} },
  }));
  await undo('groupsSwitchedOff', 'undoGroupMapping', async () => {
    if (madeJob) return { proof: { code: 'groups_go_with_job', facts: {} } };
    const { requestId } = await entra.switchGroupMapping(servicePrincipalId, String(effects.groupsSwitchedOff?.jobId), true);
    return { proof: { code: 'groups_back_on', facts: {} }, requestId };
  });
  await undo(
    'jobCreated',
    'undoJob',
    async () => {
      const jobs = await entra.listSynchronizationJobs(servicePrincipalId);
      const secrets = jobId === '' && jobs.length > 0 ? await readSecrets(entra, servicePrincipalId) : undefined;
      const job = findMadeJob(jobs, effects.jobCreated, secrets?.baseAddress);
      if (!job && secrets) return { proof: { code: 'job_left', facts: { jobId: jobs.map(({ id }) => id).join(', ') } } };
      const deleted = job ? await entra.deleteSynchronizationJob(servicePrincipalId, job.id) : {};
      return { proof: { code: 'job_deleted', facts: {} }, ...deleted };
    },
    { alongside: (sql) => removeBegunConnection(sql, { tenantId: run.tenantId, organizationId: input.organizationId, jobId }) },
  );
}
