import type { NoticeView } from '../cards/views';
import type { EntraClient, SynchronizationJob } from '../entra/types';
import { codeOf } from '../errors';
import { findConnection } from '../store/connections';
import { wantMessage } from '../store/messages';
import { changeWatch, claimDueWatches, lockClaimed, releaseClaims, removeWatch, renewClaims, type Watch } from '../store/watches';
import type { WorkflowDeps } from './deps';
import { judge, judgeBlind, needsFailures, type Seen } from './judgeJob';
import { describeError } from './storableError';

type WatchDeps = Pick<WorkflowDeps, 'store' | 'entraFor' | 'audit' | 'log' | 'times' | 'changed'> & {
  /** `WATCH_WITH=app`: reads with the app-only credential instead of the person's token. */
  entraForApp?: (() => EntraClient) | undefined;
  /** Of this process. */
  slot: number;
};

interface Watcher {
  /** Begins to look at every job that is due; resolves when they are claimed. Nobody waits for a Graph that is slow. */
  lookAtDue(): Promise<void>;
  /** Resolves when every look that has begun has ended. */
  settled(): Promise<void>;
  /** Gives up what has not been seen yet: the next process looks at once. */
  stop(): Promise<void>;
}

/** A claim falls free so long after the last pass of a process that died. */
const CLAIM_MS = 60_000;
const MOST_AT_ONCE = 20;
/** Failures shown by name; the rest are counted. */
const SHOWN_FAILURES = 5;

/** Watches the jobs. What a look saw, what it tells and the audit row are one transaction, and only while its claim stands. */
export function createWatcher(deps: WatchDeps): Watcher {
  const { store, log, slot } = deps;
  const underWay = new Map<Promise<void>, Watch>();
  let stopped = false;
  return {
    async lookAtDue() {
      if (stopped) return;
      if (underWay.size > 0) await renewClaims(store, [...underWay.values()], CLAIM_MS);
      const room = MOST_AT_ONCE - underWay.size;
      for (const watch of room > 0 ? await claimDueWatches(store, { claimMs: CLAIM_MS, slot, limit: room }) : []) {
        const work: Promise<void> = look(deps, watch)
          .catch((error: unknown) => {
            if (!stopped)
              log.error({ connectionId: watch.connectionId, error: describeError(error) }, 'watch: looks again later');
          })
          .finally(() => underWay.delete(work));
        underWay.set(work, watch);
      }
    },
    async settled() {
      await Promise.all(underWay.keys());
    },
    async stop() {
      stopped = true;
      if (underWay.size > 0) await releaseClaims(store, [...underWay.values()]);
    },
  };
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
    if (!(await lockClaimed(sql, watch))) return;
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
