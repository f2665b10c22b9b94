import type { NoticeView } from '../cards/views';
import type { EntraClient, SynchronizationJob } from '../entra/types';
import { codeOf } from '../errors';
import type { Connection } from '../provisioning/connections';
import { findConnection } from '../store/connections';
import { wantMessage } from '../store/messages';
import { changeWatch, claimDueWatches, removeWatch, type Watch, type WatchChange } from '../store/watches';
import type { WorkflowDeps } from './deps';
import { describeError } from './storableError';

type WatchDeps = Pick<WorkflowDeps, 'store' | 'entraFor' | 'audit' | 'log' | 'times' | 'changed'> & {
  /** `WATCH_WITH=app`: reads with the app-only credential instead of the person's token. */
  entraForApp?: (() => EntraClient) | undefined;
};

/** What a look at the job leads to: what to tell, and what to keep for the next look. */
interface Seen {
  notice: NoticeView | undefined;
  change: Omit<WatchChange, 'nextInMs'>;
}

/** A claim that its process did not live to finish falls free after this. */
const CLAIM_MS = 60_000;
/** Kept as the last state of a job that was not there: once may be Entra's delay, twice is gone. */
const NOT_THERE = 'NotThere';
/** Failures shown by name; the rest are counted. */
const SHOWN_FAILURES = 5;

/** Looks at every job that is due. What it saw, what it tells and the audit row are one transaction. */
export async function lookAtDueWatches(deps: WatchDeps): Promise<void> {
  const due = await claimDueWatches(deps.store, CLAIM_MS);
  await Promise.all(due.map((watch) => look(deps, watch)));
}

async function look(deps: WatchDeps, watch: Watch): Promise<void> {
  const { store, entraFor, entraForApp, audit, log, times, changed } = deps;
  const connection = await findConnection(store, watch.tenantId, watch.connectionId);
  if (!connection?.jobId) return removeWatch(store, watch.tenantId, watch.connectionId);
  const waits = watch.fastUntil !== null && Date.parse(watch.fastUntil) > Date.now() && !watch.firstCycleTold;
  const nextInMs = waits ? times.watchFastMs : times.watchSlowMs;
  let seen: Seen;
  try {
    const entra = entraForApp ? entraForApp() : entraFor(watch.reader);
    const job = await entra.getSynchronizationJob(connection.servicePrincipalId, connection.jobId);
    const failures = job && needsFailures(watch, job) ? await readFailures(entra, job) : [];
    seen = judge(watch, connection, job, failures);
  } catch (error) {
    const code = codeOf(error);
    const blind = code === 'sign_in_needed' || code === 'no_right';
    if (!blind) log.warn({ connectionId: watch.connectionId, error: describeError(error) }, 'watch could not read');
    seen = blind ? judgeBlind(watch, connection, code === 'no_right') : { notice: undefined, change: {} };
  }
  await store.transaction(async (sql) => {
    if (seen.notice?.kind === 'job_gone') {
      const isOldNews = (await findConnection(sql, watch.tenantId, watch.connectionId))?.jobId !== connection.jobId;
      if (isOldNews) return changeWatch(sql, watch, { nextInMs }); // a setup has made a new one meanwhile
      await removeWatch(sql, watch.tenantId, watch.connectionId);
    } else await changeWatch(sql, watch, { ...seen.change, nextInMs });
    if (!seen.notice) return;
    const tag = `notice:${watch.connectionId}:${noticeKey(seen.notice)}`;
    await wantMessage(sql, {
      tenantId: watch.tenantId,
      tag,
      conversationId: watch.conversationId,
      content: seen.notice,
      alert: true,
    });
    await audit.append(sql, {
      tenantId: watch.tenantId,
      action: `watch.${seen.notice.kind}`,
      actor: null,
      subject: `connection:${watch.tenantId}:${watch.connectionId}`,
      facts: { runId: watch.runId },
    });
  });
  if (seen.notice) changed();
}

function noticeKey(notice: NoticeView): string {
  switch (notice.kind) {
    case 'cycle_finished':
    case 'cycle_failed':
      return `cycle:${notice.endedAt}`;
    case 'quarantine':
      return `quarantine:${notice.reason}:${notice.since ?? ''}`;
    case 'blind':
      return `blind:${notice.since}`;
    case 'job_gone':
      return `gone:${notice.jobId}`;
    case 'run_expired':
      return `expired:${notice.runId}`;
    default:
      return notice.kind; // notices about requests are no watch's and have tags of their own
  }
}

function isNewCycle(watch: Watch, job: SynchronizationJob): boolean {
  return job.lastExecution !== null && job.lastExecution.activityIdentifier !== watch.lastActivityIdentifier;
}

function needsFailures(watch: Watch, job: SynchronizationJob): boolean {
  return isNewCycle(watch, job) && job.lastExecution?.state !== 'Succeeded';
}

/** The log may lag or need a licence; the notice does not depend on it. */
async function readFailures(entra: EntraClient, job: SynchronizationJob): Promise<{ displayName: string; code: string }[]> {
  const since = job.lastExecution?.timeBegan ?? new Date(0).toISOString();
  const entries = await entra.listProvisioningLogs({ jobId: job.id, since, top: 50 }).catch(() => []);
  return entries
    .filter(({ status }) => status === 'failure')
    .slice(0, SHOWN_FAILURES)
    .map(({ sourceDisplayName, sourceObjectId, errorCode }) => ({
      displayName: sourceDisplayName ?? sourceObjectId ?? '',
      code: errorCode ?? 'unknown',
    }));
}

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
  if (!cycle || !isNewCycle(watch as Watch, job) || job.state === 'Quarantine') return { notice: undefined, change };
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
function judgeBlind(watch: Watch, connection: Connection, noRight: boolean): Seen {
  const since = watch.blindSince ?? new Date().toISOString();
  const about = { organizationId: connection.organizationId, appDisplayName: connection.appDisplayName };
  return {
    notice: watch.blindSince === null ? { ...about, kind: 'blind', since, ...(noRight ? { noRight } : {}) } : undefined,
    change: { blindSince: 'now', reader: watch.tell },
  };
}
