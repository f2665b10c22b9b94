import { randomUUID } from 'node:crypto';
import type { SandboxContext } from '../../core/context';
import type { EntraStore, Secret } from '../entraStore';
import type { EntryResult } from './entryResult';
import { finishCycle, nextCycleAt } from './finishCycle';
import { provisionOnDemand, type Subject } from './provisionOnDemand';
import type { Pass } from './provisionUser';
import { type CycleOutcome, exceptionQuarantine, runCycle } from './runCycle';
import { ScimFailure, scimTarget } from './scimClient';
import { savedSyncAll } from './scope';
import { placeholderExecution, type SynchronizationJob } from './synchronizationJob';
import { testConnection } from './testConnection';

export type ResetScope = 'Escrows' | 'Watermark' | 'QuarantineState' | 'Full' | 'ForceDeletes' | 'ConnectorDataStore' | 'None';

/** Entra's provisioning service: runs jobs by the sandbox clock and talks SCIM to their endpoints. */
export interface Engine {
  /** Starts a job or goes on with a paused one; leaves quarantine. The first cycle begins at once. */
  start(job: SynchronizationJob): void;
  /** Lets a running cycle finish, then nothing runs. */
  pause(job: SynchronizationJob): void;
  restart(job: SynchronizationJob, scopes: readonly ResetScope[]): void;
  remove(job: SynchronizationJob): void;
  /** @throws ScimFailure when the endpoint is not reached or refuses */
  validate(secrets: readonly Secret[], job?: SynchronizationJob): Promise<void>;
  provisionOnDemand(job: SynchronizationJob, subject: Subject): Promise<EntryResult>;
  stop(): void;
}

interface Runtime {
  isRunning: boolean;
  /** Another cycle was asked for while one was running. */
  again: boolean;
  cancelNext(): void;
}

export function createEngine(context: SandboxContext, store: EntraStore, options: { scimTimeoutMs: number }): Engine {
  const { clock, switches, tenant } = context;
  const runtimes = new Map<string, Runtime>();
  const busy = new Map<string, Promise<void>>();
  let isStopped = false;

  const runtimeOf = ({ id }: SynchronizationJob): Runtime => {
    const runtime = runtimes.get(id) ?? { isRunning: false, again: false, cancelNext: () => {} };
    runtimes.set(id, runtime);
    return runtime;
  };
  const targetOf = (secrets: readonly Secret[]) => {
    const target = scimTarget(secrets, tenant.tenantId, options.scimTimeoutMs);
    if (!target) throw new ScimFailure('unreachable', 0, 'BaseAddress is missing or is no address.');
    return target;
  };
  const passFor = (job: SynchronizationJob, onDemand: boolean): Pass => {
    const target = targetOf(store.secrets.get(job.servicePrincipalId) ?? []);
    const form = { isNew: target.usesNewPatch && !onDemand, active: switches.scimActiveForm };
    return { context, store, job, target, form, onDemand, alone };
  };
  const keep = (job: SynchronizationJob, cycleId: string, results: readonly EntryResult[]) => {
    const visibleAt = clock.now() + switches.logDelayMs;
    const { id: jobId, servicePrincipalId } = job;
    for (const result of results) store.log.push({ id: randomUUID(), result, jobId, cycleId, servicePrincipalId, visibleAt });
  };

  /** A cycle and a call on demand never work on the same person at once. */
  function alone<T>(objectId: string, work: () => Promise<T>): Promise<T> {
    const done = (busy.get(objectId) ?? Promise.resolve()).then(work);
    const settled = done.then(
      () => {},
      () => {},
    );
    busy.set(objectId, settled);
    void settled.then(() => busy.get(objectId) === settled && busy.delete(objectId));
    return done;
  }

  const isAlive = (job: SynchronizationJob) => !isStopped && store.jobs.includes(job);

  async function cycle(job: SynchronizationJob): Promise<void> {
    const runtime = runtimeOf(job);
    const began = { at: clock.now(), iso: clock.iso() };
    const activityIdentifier = randomUUID();
    const lasted = new Promise<void>((resolve) => clock.after(switches.cycleDurationMs, resolve));
    const outcome = await runWhole(job);
    await lasted;
    if (!isAlive(job)) return;
    keep(job, activityIdentifier, outcome.results);
    finishCycle(job, outcome, { activityIdentifier, timeBegan: began.iso, now: clock.now() });
    runtime.isRunning = false;
    if (job.schedule.state !== 'Active') return;
    scheduleAt(job, runtime.again ? clock.now() : nextCycleAt(job, began.at, switches.cycleMs));
    runtime.again = false;
  }

  async function runWhole(job: SynchronizationJob): Promise<CycleOutcome> {
    try {
      return await runCycle(passFor(job, false));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const quarantine =
        error instanceof ScimFailure
          ? exceptionQuarantine(error)
          : { reason: 'Unknown', error: { code: 'InternalError', message, tenantActionable: false } };
      return { results: [], entitled: 0, imported: 0, quarantine };
    }
  }

  function scheduleAt(job: SynchronizationJob, at: number): void {
    const runtime = runtimeOf(job);
    runtime.cancelNext();
    runtime.cancelNext = clock.after(Math.max(0, at - clock.now()), () => begin(job));
  }

  function begin(job: SynchronizationJob): void {
    const runtime = runtimeOf(job);
    if (!isAlive(job) || job.schedule.state !== 'Active') return;
    if (runtime.isRunning) {
      runtime.again = true;
      return;
    }
    runtime.cancelNext();
    runtime.isRunning = true;
    void cycle(job);
  }

  function start(job: SynchronizationJob): void {
    const { status } = job;
    job.schedule.state = 'Active';
    job.syncAll ??= savedSyncAll(store, job);
    status.code = status.lastSuccessfulExecution ? 'Active' : 'NotRun';
    status.lastExecution ??= placeholderExecution();
    status.troubleshootingUrl ??= '';
    status.quarantine = null;
    status.countSuccessiveCompleteFailures = 0;
    begin(job);
  }

  return {
    start,
    pause(job) {
      job.schedule.state = 'Paused';
      job.status.code = 'Paused';
      runtimeOf(job).cancelNext();
      runtimeOf(job).again = false;
    },
    restart(job, scopes) {
      const clears = scopes.length === 0 ? ['Escrows', 'Watermark', 'QuarantineState'] : scopes;
      if (clears.includes('Escrows') || clears.includes('Full')) job.escrows.clear();
      if (clears.includes('Watermark') || clears.includes('Full')) job.hasWatermark = false;
      if (clears.includes('Full')) job.links.clear();
      if (clears.includes('ForceDeletes')) job.forcesDeletes = true;
      job.syncAll = savedSyncAll(store, job);
      start(job);
    },
    remove(job) {
      runtimeOf(job).cancelNext();
      store.jobs.splice(store.jobs.indexOf(job), 1);
      runtimes.delete(job.id);
    },
    async validate(secrets, job) {
      await testConnection(targetOf(secrets), job?.schema);
    },
    async provisionOnDemand(job, subject) {
      const result = await provisionOnDemand(context, () => passFor(job, true), subject);
      keep(job, randomUUID(), [result]);
      return result;
    },
    stop() {
      isStopped = true;
      for (const runtime of runtimes.values()) runtime.cancelNext();
    },
  };
}
