import type { EntraClient, SynchronizationJob } from '../../entra/types';
import { codeOf, StepFailedError } from '../../errors';
import type { DirectoryPerson, EnterpriseApp } from '../../provisioning/people';
import type { Run } from '../../provisioning/runs';
import type { ObservedJob, SetupInput, SetupObserved } from '../../provisioning/setup';
import { findConnectionOfOrganization } from '../../store/connections';
import type { WorkflowDeps } from '../deps';
import { openScimToken } from './scimToken';

type SeeDeps = Pick<WorkflowDeps, 'store' | 'secrets' | 'log' | 'steps' | 'entraFor' | 'unity' | 'botAppId'>;

/** Reads everything a plan needs, with the acting person's token; changes nothing. */
export async function seeSetup(deps: SeeDeps, run: Run, input: SetupInput): Promise<SetupObserved> {
  const { steps, store, entraFor, unity, botAppId } = deps;
  const { runId, actingAs, tenantId } = run;
  const entra = entraFor(actingAs);
  const { servicePrincipalId, organizationId, scimConnectorUrl } = input;

  const { app, testPerson } = await steps.look(runId, 'findApp', async () => {
    const found = await findAppAndPeople(entra, input);
    return { value: found, proof: { code: 'app_found', facts: { displayName: found.app.displayName } } };
  });
  const jobs = await steps.look(runId, 'probeRights', async () => ({
    value: await entra.listSynchronizationJobs(servicePrincipalId),
    proof: { code: 'rights_probed', facts: { displayName: app.displayName } },
  }));
  const seen = await steps.look(runId, 'readJob', async () => {
    const [templates, assignments, observedJobs] = await Promise.all([
      entra.listSynchronizationTemplates(servicePrincipalId),
      entra.listAppRoleAssignedTo(servicePrincipalId),
      observeJobs(entra, servicePrincipalId, jobs),
    ]);
    const groups = assignments.filter(({ principalType }) => principalType === 'Group');
    const members = await Promise.all(
      groups.map(
        async ({ principalId }) =>
          [principalId, (await entra.listGroupMembers(principalId)).map(({ objectId }) => objectId)] as const,
      ),
    );
    const [job] = observedJobs;
    return {
      value: {
        templateIds: templates.map(({ id }) => id),
        assignments,
        jobs: observedJobs,
        groupMembers: Object.fromEntries(members),
      },
      proof: job ? { code: 'job_found', facts: { state: job.state } } : { code: 'no_job', facts: {} },
    };
  });
  const probe = await steps.look(runId, 'probeUnity', async () => {
    const scimToken = await openScimToken(deps, tenantId, input.scimTokenRef);
    const answer = await unity.probeScim({ scimConnectorUrl, scimToken, waitForRole: true, domains: input.domains });
    return { value: answer, proof: { code: 'unity_answered', facts: { users: answer.totalResults } } };
  });
  const connection = await steps.record('readConnection', async () => {
    const row = await findConnectionOfOrganization(store, tenantId, organizationId);
    if (!row) return null;
    const { jobId, savedSyncAll } = row;
    return { servicePrincipalId: row.servicePrincipalId, jobId, scimConnectorUrl: row.scimConnectorUrl, savedSyncAll };
  });
  const { totalResults: unityUsers, filter: unityFilter } = probe;
  return { app, botAppId, connection, unityUsers, unityFilter, testPerson, ...seen };
}

/** Nothing is shown to a guest: whether somebody is one is read with their own token before anything else. */
async function findAppAndPeople(
  entra: EntraClient,
  input: SetupInput,
): Promise<{ app: EnterpriseApp; testPerson: DirectoryPerson }> {
  const [me, app, testPerson] = await Promise.all([
    entra.getMe(),
    entra.getApp(input.servicePrincipalId),
    entra.findUser(input.testPersonId),
  ]);
  if (me.userType === 'Guest') throw new StepFailedError('guest_refused');
  if (!app) throw new StepFailedError('app_not_found', { servicePrincipalId: input.servicePrincipalId });
  if (!testPerson) throw new StepFailedError('test_person_unfit', { why: 'not_found' });
  return { app, testPerson };
}

/** Secrets belong to the app: what can be read of them counts for each of its jobs. */
async function observeJobs(
  entra: EntraClient,
  servicePrincipalId: string,
  jobs: readonly SynchronizationJob[],
): Promise<ObservedJob[]> {
  if (jobs.length === 0) return [];
  const [secrets, schemas] = await Promise.all([
    readSecrets(entra, servicePrincipalId),
    Promise.all(jobs.map(({ id }) => entra.getJobSchema(servicePrincipalId, id))),
  ]);
  const { unknownKeys, ...readable } = secrets;
  return jobs.map((job, index) => ({
    jobId: job.id,
    templateId: job.templateId,
    state: job.state,
    schedule: job.schedule,
    ...readable,
    unknownSecretKeys: unknownKeys,
    ruleId: schemas[index]?.ruleId ?? null,
    groupMappingEnabled: schemas[index]?.groupMappingEnabled ?? false,
    quarantineReason: job.quarantine?.reason ?? null,
    lastActivityIdentifier: job.lastExecution?.activityIdentifier ?? null,
  }));
}

/** What Graph shows of an app's stored secrets; not readable is the same as masked. */
export async function readSecrets(entra: EntraClient, servicePrincipalId: string): ReturnType<EntraClient['getSecrets']> {
  return await entra.getSecrets(servicePrincipalId).catch((error: unknown) => {
    if (['graph_refused', 'no_right'].includes(codeOf(error) ?? '')) return { unknownKeys: [] };
    throw error;
  });
}
