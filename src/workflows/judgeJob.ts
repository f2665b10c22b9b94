import type { NoticeView } from '../cards/views';
import type { SynchronizationJob } from '../entra/types';
import type { Connection } from '../provisioning/connections';
import type { Watch, WatchChange } from '../store/watches';

/** What a look at the job leads to: what to tell, and what to keep for the next look. */
export interface Seen {
  notice: NoticeView | undefined;
  change: Omit<WatchChange, 'nextInMs'>;
}

/** Kept as the last state of a job that was not there: once may be Entra's delay, twice is gone. */
const NOT_THERE = 'NotThere';

/**
 * Decides what a job says that has not been told: quarantine, a failed cycle, or the first cycle's end. Later clean cycles are quiet.
 * A job that is not there at two looks in a row was deleted, or its app was: that is the last thing to tell.
 */
export function judge(
  watch: Pick<Watch, 'runId' | 'firstCycleTold' | 'lastActivityIdentifier' | 'lastState'>,
  connection: Pick<Connection, 'organizationId' | 'appDisplayName' | 'jobId'>,
  job: SynchronizationJob | undefined,
  failures: { displayName: string; code: string }[],
): Seen {
  const about = { organizationId: connection.organizationId, appDisplayName: connection.appDisplayName };
  if (!job) {
    const isGone = watch.lastState === NOT_THERE;
    return {
      notice: isGone ? { ...about, kind: 'job_gone', jobId: connection.jobId ?? '' } : undefined,
      change: { lastState: NOT_THERE, blindSince: null },
    };
  }
  const cycle = job.lastExecution;
  const change: Seen['change'] = {
    lastState: job.state,
    blindSince: null,
    ...(cycle ? { lastActivityIdentifier: cycle.activityIdentifier } : {}),
  };
  if (job.state === 'Quarantine' && watch.lastState !== 'Quarantine') {
    const { reason = 'Unknown', errorCode = null, nextAttempt = null, currentBegan = null } = job.quarantine ?? {};
    return { notice: { ...about, kind: 'quarantine', reason, errorCode, nextAttempt, since: currentBegan }, change };
  }
  if (!cycle || !isNewCycle(watch, job) || job.state === 'Quarantine') return { notice: undefined, change };
  const counts = { imported: cycle.countImported, exported: cycle.countExported, failed: cycle.countEscrowed };
  const base = { ...about, runId: watch.runId, endedAt: cycle.timeEnded, counts };
  if (cycle.state !== 'Succeeded')
    return { notice: { ...base, kind: 'cycle_failed', failures }, change: { ...change, firstCycleTold: true } };
  if (watch.firstCycleTold) return { notice: undefined, change };
  return { notice: { ...base, kind: 'cycle_finished', users: [] }, change: { ...change, firstCycleTold: true } };
}

/**
 * Without a token or the right nothing can be seen: one message, then silence until it can. Somebody who only signed in, and may not
 * look, takes nothing over: whoever is told reads again.
 */
export function judgeBlind(watch: Watch, connection: Connection, noRight: boolean): Seen {
  const since = watch.blindSince ?? new Date().toISOString();
  const about = { organizationId: connection.organizationId, appDisplayName: connection.appDisplayName };
  return {
    notice: watch.blindSince === null ? { ...about, kind: 'blind', since, ...(noRight ? { noRight } : {}) } : undefined,
    change: { blindSince: 'now', reader: watch.tell },
  };
}

function isNewCycle(watch: Pick<Watch, 'lastActivityIdentifier'>, job: SynchronizationJob): boolean {
  return job.lastExecution !== null && job.lastExecution.activityIdentifier !== watch.lastActivityIdentifier;
}

/** The names of who failed are worth a call. */
export function needsFailures(watch: Pick<Watch, 'lastActivityIdentifier'>, job: SynchronizationJob): boolean {
  return isNewCycle(watch, job) && job.lastExecution?.state !== 'Succeeded';
}
