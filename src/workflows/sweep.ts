import type { Logger } from 'pino';
import type { AuditLog } from '../store/audit';
import { wantAgain, wantMessage } from '../store/messages';
import { forgetEffects } from '../store/runEffects';
import { changeRunState, listRunsInStates } from '../store/runs';
import type { Secrets } from '../store/secrets';
import type { Store } from '../store/sql';
import type { Workflows } from './createWorkflows';
import type { Durable } from './durable';
import { closeRequestOf } from './requests/closeRequest';
import { runEntry } from './runEntry';
import { runTag } from './runStep';
import { describeError } from './storableError';

export interface SweepOptions {
  store: Store;
  audit: AuditLog;
  secrets: Secrets;
  durable: Durable;
  workflows: Workflows;
  log: Logger;
  everyMs: number;
  runExpiresMs: number;
  retentionDays: number;
  auditRetentionDays: number;
  /** Also due at each sweep: watches, take-overs, the outbox. */
  alsoDue: readonly (() => Promise<void> | void)[];
}

export interface Sweep {
  /** One pass now; used at the start. Passes never overlap. */
  pass(): Promise<void>;
  stop(): Promise<void>;
}

/** A sealed token of a form that was never finished goes after this many minutes. */
const FORGOTTEN_SECRET_MINUTES = 15;
const CLEAN_EVERY_MS = 3_600_000;

/**
 * Starts whatever is due and has no run, expires what waited too long, removes what is past its time. In every process, at start
 * and every few seconds; ids make a second start harmless.
 */
export function createSweep(options: SweepOptions): Sweep {
  const { store, workflows, log, everyMs, alsoDue } = options;
  let running: Promise<void> | undefined;
  let cleanedAt = 0;

  const tasks: (() => Promise<void> | void)[] = [
    async () => {
      for (const run of await listRunsInStates(store, ['requested'])) await workflows.start(run);
    },
    () => expireRuns(options),
    async () => {
      await options.secrets.destroyForgotten(store, FORGOTTEN_SECRET_MINUTES);
    },
    async () => {
      if (Date.now() - cleanedAt < CLEAN_EVERY_MS) return;
      cleanedAt = Date.now();
      await removeOld(options);
    },
    ...alsoDue,
  ];
  const pass = (): Promise<void> => {
    running ??= (async () => {
      for (const task of tasks) {
        try {
          await task();
        } catch (error) {
          log.error({ error: describeError(error) }, 'sweep: one task failed, the next pass does it again');
        }
      }
    })().finally(() => {
      running = undefined;
    });
    return running;
  };
  const timer = setInterval(pass, everyMs);
  timer.unref();
  return {
    pass,
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}

/** A run that waited or stayed failed too long closes, its secrets go, and the person hears it. */
async function expireRuns({ store, audit, secrets, runExpiresMs }: SweepOptions): Promise<void> {
  for (const run of await listRunsInStates(store, ['waiting', 'failed'], runExpiresMs)) {
    if (run.waitingFor === 'approval') continue; // it ends with its request
    await store.transaction(async (sql) => {
      if (!(await changeRunState(sql, run.runId, { state: 'expired' }))) return;
      await closeRequestOf({ audit }, sql, run, { actor: null, code: 'run_expired' });
      await forgetEffects(sql, run.subject); // it stays as it is, so no later setup takes it back
      await secrets.destroyOfSubject(sql, run.tenantId, run.subject);
      await wantAgain(sql, run.tenantId, runTag(run.subject));
      await wantMessage(sql, {
        tenantId: run.tenantId,
        tag: `notice:expired:${run.runId}`,
        conversationId: run.conversationId,
        content: {
          kind: 'run_expired',
          runId: run.runId,
          organizationId: run.connectionId ?? '',
          appDisplayName: '',
          facts: { state: run.state },
        },
        alert: true,
      });
      await audit.append(sql, runEntry(run, 'run.expired', {}, null));
    });
  }
}

/** Ended runs with their DBOS rows and messages after the retention time; drafts and marks after a day or a week. */
async function removeOld({ store, durable, audit, retentionDays, auditRetentionDays }: SweepOptions): Promise<void> {
  const old = await store.query<{ run_id: string; tenant_id: string; subject: string }>(
    `select run_id, tenant_id, subject from runs where ended_at < now() - make_interval(days => $1) limit 500`,
    [retentionDays],
  );
  await durable.forget(old.map(({ run_id }) => run_id));
  for (const { run_id, tenant_id } of old) {
    await store.transaction(async (sql) => {
      for (const table of ['run_steps', 'run_people', 'runs'])
        await sql.query(`delete from ${table} where tenant_id = $1 and run_id = $2`, [tenant_id, run_id]);
    });
  }
  await store.query(`delete from messages where coalesce(delivered_at, created_at) < now() - make_interval(days => $1)`, [
    retentionDays,
  ]);
  await store.query(
    `delete from run_effects e where not exists (select 1 from runs r where r.tenant_id = e.tenant_id and r.subject = e.subject)`,
  );
  await removeOldRequests(store, retentionDays);
  for (const { tenant_id } of await store.query<{ tenant_id: string }>('select tenant_id from audit_heads'))
    await store.transaction((sql) => audit.trim(sql, tenant_id, auditRetentionDays));
  await store.query(`delete from drafts where updated_at < now() - interval '24 hours'`);
  await store.query(`delete from pending_commands where created_at < now() - interval '24 hours'`);
  await store.query(`delete from seen_activities where seen_at < now() - interval '7 days'`);
}

/** Ended requests with everything that hangs on them. */
async function removeOldRequests(store: Store, retentionDays: number): Promise<void> {
  await store.transaction(async (sql) => {
    const old = await sql.query<{ request_id: string }>(
      'delete from requests where ended_at < now() - make_interval(days => $1) returning request_id',
      [retentionDays],
    );
    for (const table of ['request_viewers', 'decisions', 'decision_attempts'])
      await sql.query(`delete from ${table} where request_id = any($1)`, [old.map(({ request_id }) => request_id)]);
  });
}
