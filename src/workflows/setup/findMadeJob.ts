import type { SynchronizationJob } from '../../entra/types';
import type { Facts } from '../../errors';
import { isUntouched } from '../../provisioning/jobRules';

/**
 * The job that this subject made: by its id or, where the answer to its making got lost, the only job there as long as nobody uses it.
 * @param jobCreated - the effect; its `jobId` is empty until Graph has told it
 * @param baseAddress - what Graph shows of the app's stored address, where somebody asked
 */
export function findMadeJob(
  jobs: readonly SynchronizationJob[],
  jobCreated: Facts | undefined,
  baseAddress?: string,
): SynchronizationJob | undefined {
  if (jobCreated === undefined) return undefined;
  if (jobCreated.jobId !== '') return jobs.find(({ id }) => id === jobCreated.jobId);
  const [job, another] = jobs;
  if (job === undefined || another !== undefined) return undefined;
  const lastActivityIdentifier = job.lastExecution?.activityIdentifier ?? null;
  return isUntouched({ ...job, lastActivityIdentifier, ...(baseAddress === undefined ? {} : { baseAddress }) }) ? job : undefined;
}
