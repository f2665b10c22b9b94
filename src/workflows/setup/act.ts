import { type Facts, StepFailedError } from '../../errors';
import type { AppRoleAssignment } from '../../provisioning/people';
import type { Proof, Run } from '../../provisioning/runs';
import type { SetupInput, SetupPlan } from '../../provisioning/setup';
import { beginConnection, noteSyncAllSaved } from '../../store/connections';
import { forgetEffect, listEffects, recordEffect, toSetupEffects } from '../../store/runEffects';
import type { WorkflowDeps } from '../deps';
import { findMadeJob } from './findMadeJob';
import { intending } from './intention';
import { openScimToken } from './scimToken';
import { takeBackAssignment } from './takeBackAssignment';
import type { TestPersonRun } from './testPerson';

/** What is known after *act*; the last step writes it to the connection and starts the watch. */
export interface SetupDone {
  jobId: string;
  ruleId: string;
  started: boolean;
}

/** Makes what the confirmed plan says, in its order. Every step looks first, so a second attempt only confirms. */
export async function actSetup(
  deps: WorkflowDeps,
  testPerson: TestPersonRun,
  run: Run,
  input: SetupInput,
  plan: SetupPlan,
): Promise<SetupDone> {
  const jobId = await ensureSynchronizationJob(deps, run, input, plan);
  const ruleId = await switchOffGroupMapping(deps, run, plan, jobId);
  await saveScimCredentials(deps, run, input, plan, jobId);
  if (!plan.startWithoutTest) {
    await assignTestPerson(deps, run, plan);
    await testPerson(run, plan, { jobId, ruleId });
  }
  const started = await startSynchronizationJob(deps, run, plan, jobId);
  return { jobId, ruleId, started };
}

function ensureSynchronizationJob(
  { steps, store, entraFor, audit }: WorkflowDeps,
  run: Run,
  input: SetupInput,
  plan: SetupPlan,
): Promise<string> {
  const entra = entraFor(run.actingAs);
  const { subject } = run;
  return steps.change(
    run.runId,
    'ensureSynchronizationJob',
    async () => {
      const jobs = await entra.listSynchronizationJobs(plan.servicePrincipalId);
      const { jobCreated } = await listEffects(store, subject);
      const kept = plan.jobId === null ? undefined : jobs.find(({ id }) => id === plan.jobId);
      if (plan.jobId !== null && !kept) throw new StepFailedError('setup_stopped', { reason: 'job_gone' });
      const found = kept ?? findMadeJob(jobs, jobCreated);
      // The plan said "create", and a job stands there that we did not make: somebody else was faster.
      if (!found && jobs.some(({ templateId }) => templateId === plan.templateId))
        throw new StepFailedError('setup_stopped', { reason: 'job_not_ours' });
      const intention = { subject, kind: 'jobCreated', facts: { jobId: '' }, known: jobCreated?.jobId === '' } as const;
      const { id: jobId, requestId } = found
        ? { id: found.id, requestId: null }
        : await intending(store, intention, () => entra.createSynchronizationJob(plan.servicePrincipalId, plan.templateId));
      const isNew = !kept && (!found || isUnwritten(jobCreated));
      const proof: Proof = { code: kept ? 'job_kept' : 'job_created', facts: { jobId } };
      return {
        value: jobId,
        proof,
        alongside: async (sql) => {
          if (kept) return;
          await recordEffect(sql, subject, 'jobCreated', { jobId, written: true });
          await beginConnection(sql, { ...connectionOf(run, input, plan), jobId, ruleId: null, savedSyncAll: null });
          if (isNew) await audit.append(sql, made(run, 'job.created', { jobId, graphRequestId: requestId }));
        },
      };
    },
    { lookThenRepeat: 3 },
  );
}

/** Gives the rule that on-demand provisioning uses; users only, so the group mapping goes off. */
function switchOffGroupMapping(
  { steps, store, entraFor, audit }: WorkflowDeps,
  run: Run,
  plan: SetupPlan,
  jobId: string,
): Promise<string> {
  const entra = entraFor(run.actingAs);
  const { servicePrincipalId } = plan;
  return steps.change(run.runId, 'switchOffGroupMapping', async () => {
    const schema = await entra.getJobSchema(servicePrincipalId, jobId);
    const { ruleId } = schema;
    if (ruleId === null) throw new StepFailedError('no_rule', { jobId });
    const { groupsSwitchedOff } = await listEffects(store, run.subject);
    const known = groupsSwitchedOff !== undefined;
    const switchOff = plan.switchGroupsOff && schema.groupMappingEnabled;
    const intention = { subject: run.subject, kind: 'groupsSwitchedOff', facts: { jobId }, known } as const;
    const { requestId } = switchOff
      ? await intending(store, intention, () => entra.switchGroupMapping(servicePrincipalId, jobId, false))
      : { requestId: null };
    const isNew = switchOff || isUnwritten(groupsSwitchedOff);
    return {
      value: ruleId,
      proof: { code: isNew ? 'groups_off' : 'groups_already_off', facts: {} },
      alongside: async (sql) => {
        if (!isNew) return;
        await recordEffect(sql, run.subject, 'groupsSwitchedOff', { jobId, written: true });
        await audit.append(sql, made(run, 'job.groupsOff', { jobId, graphRequestId: requestId }));
      },
    };
  });
}

/** A PUT of our own full list; what was there before is gone, which the plan card has said. */
function saveScimCredentials(deps: WorkflowDeps, run: Run, input: SetupInput, plan: SetupPlan, jobId: string): Promise<void> {
  const { steps, store, entraFor, audit } = deps;
  return steps.change(run.runId, 'saveScimCredentials', async () => {
    const scimToken = await openScimToken(deps, run.tenantId, input.scimTokenRef);
    const known = (await listEffects(store, run.subject)).secretsSaved !== undefined;
    const intention = { subject: run.subject, kind: 'secretsSaved', facts: {}, known } as const;
    const { requestId } = await intending(store, intention, () =>
      entraFor(run.actingAs).putSecrets(plan.servicePrincipalId, { baseAddress: plan.scimConnectorUrl, scimToken }),
    );
    return {
      value: undefined,
      proof: { code: 'secrets_saved', facts: { scimConnectorUrl: plan.scimConnectorUrl } },
      alongside: async (sql) => {
        await noteSyncAllSaved(sql, { tenantId: run.tenantId, organizationId: plan.organizationId, jobId });
        await audit.append(sql, made(run, 'job.secretsSaved', { graphRequestId: requestId }));
      },
    };
  });
}

/** One test person at a time: whom an earlier attempt assigned goes first, or nobody would know of the assignment any more. */
function assignTestPerson(deps: WorkflowDeps, run: Run, plan: SetupPlan): Promise<void> {
  const { steps, store, entraFor, audit } = deps;
  const entra = entraFor(run.actingAs);
  const { servicePrincipalId, appRoleId, testPerson } = plan;
  const principalId = testPerson.objectId;
  return steps.change(
    run.runId,
    'assignTestPerson',
    async () => {
      const facts = { displayName: testPerson.displayName };
      const assignments = await entra.listAppRoleAssignedTo(servicePrincipalId);
      await takeBackFormer(deps, run, plan, assignments);
      const there = assignments.find((assignment) => assignment.principalId === principalId);
      const { testPersonAssigned } = await listEffects(store, run.subject);
      const intended = testPersonAssigned?.principalId === principalId;
      if (!plan.assignTestPerson || (there && !intended)) return { value: undefined, proof: { code: 'already_assigned', facts } };
      const effect = { subject: run.subject, kind: 'testPersonAssigned', facts: { principalId, assignmentId: '' } } as const;
      const { assignmentId, existed, requestId } = there
        ? { assignmentId: there.id, existed: true, requestId: null }
        : await intending(store, { ...effect, known: intended }, () =>
            entra.assignAppRole({ servicePrincipalId, principalId, appRoleId }),
          );
      if (existed && !intended) {
        await forgetEffect(store, run.subject, 'testPersonAssigned'); // a colleague was faster: it is not ours to take back
        return { value: undefined, proof: { code: 'already_assigned', facts } };
      }
      return {
        value: undefined,
        proof: { code: 'assigned', facts },
        alongside: async (sql) => {
          const facts = { principalId, assignmentId: assignmentId ?? '', written: true };
          await recordEffect(sql, run.subject, 'testPersonAssigned', facts);
          if (!there || isUnwritten(testPersonAssigned))
            await audit.append(sql, made(run, 'person.assigned', { principalId, existed, graphRequestId: requestId }));
        },
      };
    },
    { lookThenRepeat: 3 },
  );
}

async function takeBackFormer(
  { store, entraFor, audit }: WorkflowDeps,
  run: Run,
  { servicePrincipalId, testPerson }: SetupPlan,
  assignments: readonly AppRoleAssignment[],
): Promise<void> {
  const { assignedTestPerson: former } = toSetupEffects(await listEffects(store, run.subject));
  if (!former || former.principalId === testPerson.objectId) return;
  const { requestId = null } = await takeBackAssignment(entraFor(run.actingAs), servicePrincipalId, former, assignments);
  await store.transaction(async (sql) => {
    await forgetEffect(sql, run.subject, 'testPersonAssigned');
    const facts = { principalId: former.principalId, graphRequestId: requestId };
    await audit.append(sql, made(run, 'undo.testPersonAssigned', facts));
  });
}

function startSynchronizationJob(
  { steps, store, entraFor, audit }: WorkflowDeps,
  run: Run,
  plan: SetupPlan,
  jobId: string,
): Promise<boolean> {
  const entra = entraFor(run.actingAs);
  return steps.change(
    run.runId,
    'startSynchronizationJob',
    async () => {
      if (!plan.start) return { value: false, proof: { code: 'job_left_paused', facts: {} } };
      const job = await entra.getSynchronizationJob(plan.servicePrincipalId, jobId);
      const runs = job?.schedule === 'Active' && job.quarantine === null && job.state !== 'Quarantine';
      const { jobStarted } = await listEffects(store, run.subject);
      const known = jobStarted !== undefined;
      const intention = { subject: run.subject, kind: 'jobStarted', facts: { jobId }, known } as const;
      const { requestId } = runs
        ? { requestId: null }
        : await intending(store, intention, () => entra.startSynchronizationJob(plan.servicePrincipalId, jobId));
      const isNew = !runs || isUnwritten(jobStarted);
      return {
        value: true,
        proof: { code: 'job_started', facts: {} },
        alongside: async (sql) => {
          if (!isNew) return;
          await recordEffect(sql, run.subject, 'jobStarted', { jobId, written: true });
          await audit.append(sql, made(run, 'job.started', { jobId, graphRequestId: requestId }));
        },
      };
    },
    { lookThenRepeat: 3 },
  );
}

/** What a setup knows of its connection from the start. */
export function connectionOf(run: Run, input: SetupInput, plan: SetupPlan) {
  return {
    connectionId: input.organizationId,
    tenantId: run.tenantId,
    organizationId: input.organizationId,
    servicePrincipalId: plan.servicePrincipalId,
    appId: plan.appId,
    appDisplayName: plan.appDisplayName,
    appRoleId: plan.appRoleId,
    scimConnectorUrl: plan.scimConnectorUrl,
    domains: input.domains,
    setUpBy: run.actingAs,
    statements: input.statements,
  };
}

/** Made by an attempt that died before its rows: the audit does not have it yet. */
function isUnwritten(effect: Facts | undefined): boolean {
  return effect !== undefined && effect.written !== true;
}

function made(run: Run, action: string, facts: Facts) {
  return { tenantId: run.tenantId, action, actor: run.actingAs, subject: run.subject, facts: { runId: run.runId, ...facts } };
}
