import type { ObservedJob, SetupDecision, SetupEffects, SetupInput, SetupObserved, StopReason } from './setup';

export type Stop = Extract<SetupDecision, { kind: 'stop' }>;

export function stopFor(reason: StopReason, facts: Record<string, string>): Stop {
  return { kind: 'stop', reason, facts };
}

/**
 * Why a setup must not touch the job that is there, the first rule that fits; `undefined` when there is none or it is ours to renew.
 * Secrets belong to the app, not to one job, so with several jobs nothing can be written without changing them all.
 */
export function findJobStop(input: SetupInput, observed: SetupObserved, effects: SetupEffects): Stop | undefined {
  const { jobs } = observed;
  const [job] = jobs;
  if (job === undefined) return undefined;
  if (jobs.length > 1) return stopFor('several_jobs', { jobs: jobs.map(({ jobId }) => jobId).join(', ') });
  if (job.templateId.toLowerCase() === 'customappsso') return stopFor('job_is_customappsso', { jobId: job.jobId });
  const isOwn = isMadeByThisSetup(job, effects);
  return (
    (isOwn ? undefined : findForeignJobStop(job, observed)) ??
    findAddressStop(job, input, isOwn ? null : observed.connection) ??
    (mayReachEverybody(job, observed, effects)
      ? stopFor('sync_all', { jobId: job.jobId, syncAll: job.syncAll ?? '' })
      : undefined) ??
    (job.unknownSecretKeys.length > 0 ? stopFor('unknown_secret_keys', { keys: job.unknownSecretKeys.join(', ') }) : undefined)
  );
}

/** Made by an earlier attempt; one whose id Graph never told is taken for ours only while it is untouched. */
export function isMadeByThisSetup(job: ObservedJob, { createdJobId }: SetupEffects): boolean {
  return createdJobId === '' ? isUntouched(job) : job.jobId === createdJobId;
}

/** As Entra makes it: never started, never run, and with no address. A job that somebody works with shows at least one of them. */
export function isUntouched(
  job: Pick<ObservedJob, 'templateId' | 'schedule' | 'lastActivityIdentifier' | 'baseAddress'>,
): boolean {
  const { templateId, schedule, lastActivityIdentifier, baseAddress } = job;
  return (
    templateId.toLowerCase() === 'scim' && schedule === 'Disabled' && lastActivityIdentifier === null && baseAddress === undefined
  );
}

function findForeignJobStop(job: ObservedJob, { app, connection }: SetupObserved): Stop | undefined {
  const isOurs = connection?.jobId === job.jobId && connection.servicePrincipalId === app.servicePrincipalId;
  return isOurs ? undefined : stopFor('job_not_ours', { jobId: job.jobId, state: job.state, displayName: app.displayName });
}

/** The row's address and, where Graph shows it, the job's own must be the one asked for. */
function findAddressStop(job: ObservedJob, input: SetupInput, connection: SetupObserved['connection']): Stop | undefined {
  const stored = [connection?.scimConnectorUrl, job.baseAddress].find(
    (address) => address !== undefined && !isSameAddress(address, input.scimConnectorUrl),
  );
  return stored === undefined ? undefined : stopFor('address_differs', { stored, asked: input.scimConnectorUrl });
}

/**
 * `SyncAll` "true" takes the whole tenant, and switching it off works only after a restart of the job: never without a person's eyes.
 * Masked or missing, only our own last word counts; a job made by this setup has no secrets before we save them.
 */
function mayReachEverybody(job: ObservedJob, { connection }: SetupObserved, effects: SetupEffects): boolean {
  if (isMadeByThisSetup(job, effects) && effects.savedSecrets !== true) return false;
  if (job.syncAll !== undefined) return job.syncAll !== 'false';
  return connection?.savedSyncAll !== 'false' && effects.savedSecrets !== true;
}

/** One trailing slash and the capitals of the host make no difference; a query (Entra's feature flags) does. */
function isSameAddress(one: string, other: string): boolean {
  return normalized(one) === normalized(other);
}

function normalized(address: string): string {
  const url = URL.parse(address);
  return url === null ? address : `${url.origin}${url.pathname.replace(/\/$/, '')}${url.search}`;
}
