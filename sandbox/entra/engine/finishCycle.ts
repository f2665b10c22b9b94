import type { CycleOutcome } from './runCycle';
import { type Execution, execution, NEVER, type SynchronizationJob } from './synchronizationJob';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** A job that stays in quarantine this long is switched off. */
const LONGEST_QUARANTINE_MS = 28 * DAY_MS;

interface Finished {
  activityIdentifier: string;
  timeBegan: string;
  /** Sandbox time, ms. */
  now: number;
}

/** Writes what a cycle did into the job: counts, steady state, or quarantine with its next attempt. */
export function finishCycle(job: SynchronizationJob, outcome: CycleOutcome, finished: Finished): void {
  const { status } = job;
  const ran = executionOf(outcome, finished);
  status.lastExecution = ran;
  status.progress = [];
  status.synchronizedEntryCountByType = countByType(job);
  if (outcome.quarantine) {
    enterQuarantine(job, outcome.quarantine, finished.now);
    return;
  }
  job.hasWatermark = true;
  job.forcesDeletes = false;
  status.quarantine = null;
  status.countSuccessiveCompleteFailures = 0;
  if (ran.state === 'Succeeded') status.lastSuccessfulExecution = ran;
  if (ran.state === 'Succeeded' && ran.countExports > 0) status.lastSuccessfulExecutionWithExports = ran;
  if (status.steadyStateFirstAchievedTime === NEVER) status.steadyStateFirstAchievedTime = ran.timeEnded;
  status.steadyStateLastAchievedTime = ran.timeEnded;
  if (job.schedule.state === 'Active') status.code = 'Active';
}

function executionOf({ results, entitled, imported, quarantine }: CycleOutcome, finished: Finished): Execution {
  const failed = results.filter(({ status }) => status === 'Failure').length;
  const exported = results.filter(({ status }) => status === 'Success').length;
  const state = quarantine ? 'Failed' : failed > 0 ? 'EntryLevelErrors' : 'Succeeded';
  return execution({
    activityIdentifier: finished.activityIdentifier,
    countEntitled: entitled,
    countEntitledForProvisioning: entitled,
    countEscrowed: failed,
    countEscrowedRaw: failed,
    countExported: exported,
    countExports: exported,
    countImported: imported,
    countImportedDeltas: imported,
    state,
    error: quarantine?.error ?? null,
    timeBegan: finished.timeBegan,
    timeEnded: new Date(finished.now).toISOString(),
  });
}

function countByType({ links }: SynchronizationJob): { key: string; value: number }[] {
  return (['User', 'Group'] as const).flatMap((key) => {
    const value = [...links.values()].filter((link) => link.type === key && link.isActive).length;
    return value > 0 ? [{ key, value }] : [];
  });
}

function enterQuarantine(job: SynchronizationJob, { reason, error }: NonNullable<CycleOutcome['quarantine']>, now: number): void {
  const { status, schedule } = job;
  const seriesCount = (status.quarantine?.seriesCount ?? 0) + 1;
  const iso = new Date(now).toISOString();
  const currentBegan = status.quarantine?.currentBegan ?? iso;
  const seriesBegan = status.quarantine?.seriesBegan ?? iso;
  const nextAttempt = new Date(Date.parse(seriesBegan) + attemptDelay(seriesCount)).toISOString();
  status.quarantine = { currentBegan, nextAttempt, reason, seriesBegan, seriesCount, error };
  status.countSuccessiveCompleteFailures += 1;
  status.code = 'Quarantine';
  if (now - Date.parse(seriesBegan) >= LONGEST_QUARANTINE_MS) schedule.state = 'Disabled';
}

/** Since the first failure: 5 minutes, then 6, 12 and 24 hours, then each day. */
function attemptDelay(attempt: number): number {
  const early = [5 * MINUTE_MS, 6 * HOUR_MS, 12 * HOUR_MS];
  return early[attempt - 1] ?? (attempt - early.length) * DAY_MS;
}

/** When the job runs again, in sandbox time: its interval, or the next attempt out of quarantine. */
export function nextCycleAt({ status }: SynchronizationJob, beganAt: number, cycleMs: number): number {
  return status.quarantine ? Date.parse(status.quarantine.nextAttempt) : beganAt + cycleMs;
}
