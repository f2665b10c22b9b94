import type { SynchronizationJob } from '../entra/types';

const DAY_MS = 86_400_000;

/**
 * When Entra should begin the next cycle, as ISO text: one interval after the last began, in quarantine what Entra says. It is an
 * estimate, since a long cycle delays the next. null: the job does not run, or has not run yet.
 */
export function nextCycleAt(
  job: Pick<SynchronizationJob, 'state' | 'schedule' | 'lastExecution' | 'interval' | 'quarantine'>,
): string | null {
  if (job.quarantine) return job.quarantine.nextAttempt;
  if (job.schedule !== 'Active' || job.lastExecution === null) return null;
  const intervalMs = durationMs(job.interval);
  const beganAt = Date.parse(job.lastExecution.timeBegan);
  return intervalMs === null || Number.isNaN(beganAt) ? null : new Date(beganAt + intervalMs).toISOString();
}

/** Days, hours, minutes and seconds of an ISO 8601 duration; null for other forms, and for the year-long placeholder of a new job. */
function durationMs(interval: string): number | null {
  const parts = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/.exec(interval);
  if (!parts) return null;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part ?? 0));
  const total = days * DAY_MS + hours * 3_600_000 + minutes * 60_000 + seconds * 1000;
  return total > 0 && total < 365 * DAY_MS ? total : null;
}
