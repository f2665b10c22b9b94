import type { Logger } from 'pino';
import { StepFailedError } from '../errors';
import type { AuditLog } from '../store/audit';
import { beat, countRecovery, freeSlot, leaveSlot, SlotLostError, takeSilentSlot } from '../store/executors';
import { wantAgain } from '../store/messages';
import { changeRunState, findRun } from '../store/runs';
import type { Store } from '../store/sql';
import type { Durable } from './durable';
import { closeRequestOf } from './requests/closeRequest';
import { giveUpCheck } from './requests/decide';
import { runEntry } from './runEntry';
import { closeFailedRequestRun } from './runRows';
import { runTag } from './runStep';
import { describeError } from './storableError';

/** How often one workflow is brought back before it is given up, and its run says so. */
const MOST_RECOVERIES = 5;

export interface SlotKeeper {
  /** Brings the runs of a dead process to this one: slots that have been silent for `takeOverMs`. */
  takeOver(): Promise<void>;
  /** Gives the slot back, with whatever is not finished. */
  stop(): Promise<void>;
}

export interface SlotKeeperOptions {
  store: Store;
  audit: AuditLog;
  durable: Durable;
  log: Logger;
  slot: number;
  instanceId: string;
  heartbeatMs: number;
  takeOverMs: number;
  /** Our slot belongs to another process: stop at once, it may be doing our runs already. */
  onLost: () => void;
}

/** Beats for our slot and takes over silent ones. Every take-over first wins the slot by compare-and-set. */
export function keepSlot({
  store,
  audit,
  durable,
  log,
  slot,
  instanceId,
  heartbeatMs,
  takeOverMs,
  onLost,
}: SlotKeeperOptions): SlotKeeper {
  const timer = setInterval(() => {
    beat(store, slot, instanceId).catch((error: unknown) => {
      if (error instanceof SlotLostError) onLost();
      else log.warn({ error: describeError(error) }, 'heartbeat not written');
    });
  }, heartbeatMs);
  timer.unref();

  return {
    async takeOver() {
      const taken = await takeSilentSlot(store, slot, instanceId, takeOverMs);
      if (!taken) return;
      const unfinished = await durable.unfinished(taken.executorId);
      log.warn({ executorId: taken.executorId, runs: unfinished.length }, 'taking over from a process that is gone');
      for (const { workflowId, queueName } of unfinished) await bringBack({ store, audit, durable, log }, workflowId, queueName);
      await freeSlot(store, taken.slot, instanceId);
    },
    async stop() {
      clearInterval(timer);
      await leaveSlot(store, slot, instanceId);
    },
  };
}

async function bringBack(
  { store, audit, durable, log }: Pick<SlotKeeperOptions, 'store' | 'audit' | 'durable' | 'log'>,
  workflowId: string,
  queueName: string | undefined,
): Promise<void> {
  const times = await countRecovery(store, workflowId);
  if (times <= MOST_RECOVERIES) {
    await durable.resume(workflowId, queueName);
    return;
  }
  log.error({ workflowId, times }, 'given up: it was brought back too often');
  await durable.giveUp(workflowId);
  await store.transaction(async (sql) => {
    const run = await findRun(sql, workflowId);
    if (!run) return giveUpCheck({ audit }, sql, workflowId); // else a child: its parent hears that it was given up
    const { code, facts } = new StepFailedError('recovered_too_often', { times });
    if (!(await changeRunState(sql, workflowId, { state: 'failed', failure: { step: 'recovery', code, facts } }))) return;
    await closeRequestOf({ audit }, sql, run, { actor: null, code });
    await wantAgain(sql, run.tenantId, runTag(run.subject));
    await audit.append(sql, runEntry(run, 'run.failed', { step: 'recovery', code }, null));
    await closeFailedRequestRun({ audit }, sql, run);
  });
}
