import { DBOS, type WorkflowHandle } from '@dbos-inc/dbos-sdk';
import type { Logger } from 'pino';
import type { Store } from '../store/sql';
import { refuseInsideTransaction } from '../store/transactionGuard';

/** Fixed: a new release takes over the runs of the old one. Renaming a step needs a new number here and a plan for open runs. */
const APPLICATION_VERSION = '1';

/** Queue of Graph's provisionOnDemand: 5 calls in 10 s per tenant, across all processes. */
export const ON_DEMAND_QUEUE = 'provisionOnDemand';
const ON_DEMAND_CALLS = 5;

/** How a step that may be repeated is repeated: before each try DBOS waits for the database, and each pause is twice the last. */
const REPEATED = { retriesAllowed: true, maxAttempts: 5, intervalSeconds: 0.2 };

export type Workflow<Args extends unknown[], Result> = (...args: Args) => Promise<Result>;

/** The one place that calls DBOS; every call refuses to run inside a store transaction. */
export interface Durable {
  register<Args extends unknown[], Result>(name: string, workflow: Workflow<Args, Result>): Workflow<Args, Result>;
  /** `repeatIf`: for work that can be done twice, the errors after which it is done again, 5 times in all. */
  step<Result>(name: string, work: () => Promise<Result>, options?: { repeatIf?: (error: unknown) => boolean }): Promise<Result>;
  /** Starting an id twice gives the same run. */
  start<Args extends unknown[], Result>(
    workflow: Workflow<Args, Result>,
    options: { workflowId: string; queue?: { name: string; partition: string; delaySeconds?: number } },
    ...args: Args
  ): Promise<WorkflowHandle<Result>>;
  /** Waits for a child that may run in another process. */
  result<Result>(handle: WorkflowHandle<Result>): Promise<Result>;
  now(): Promise<number>;
  launch(): Promise<void>;
  stop(waitMs: number): Promise<void>;
  /** Unfinished workflows of an executor, children too, with the queue each came from. */
  unfinished(executorId: string): Promise<{ workflowId: string; queueName: string | undefined }[]>;
  resume(workflowId: string, queueName: string | undefined): Promise<void>;
  giveUp(workflowId: string): Promise<void>;
  exists(workflowId: string): Promise<boolean>;
  forget(workflowIds: string[]): Promise<void>;
}

export interface DurableOptions {
  store: Store;
  executorId: string;
  log: Logger;
  /** How often a waiting parent looks for its child's result, in ms. */
  resultPollMs?: number;
  /** Window in which Graph takes 5 on-demand calls of a tenant, with half a second for clocks that differ. */
  onDemandWindowMs?: number;
}

export function createDurable({ store, executorId, log, resultPollMs = 50, onDemandWindowMs = 10_500 }: DurableOptions): Durable {
  const child = log.child({ part: 'dbos' });
  DBOS.setConfig({
    name: 'unity-provisioning',
    systemDatabasePool: store.pool,
    executorID: executorId,
    applicationVersion: APPLICATION_VERSION,
    useListenNotify: store.engine === 'postgres',
    runAdminServer: false,
    logger: {
      info: (entry) => child.debug({ entry: text(entry) }),
      debug: (entry) => child.trace({ entry: text(entry) }),
      warn: (entry) => child.warn({ entry: text(entry) }),
      error: (entry) => child.error({ entry: text(entry) }),
    },
  });
  const guarded = <T>(what: string, call: () => Promise<T>): Promise<T> => {
    refuseInsideTransaction(what);
    return call();
  };

  return {
    register: (name, workflow) => DBOS.registerWorkflow(workflow, { name, maxRecoveryAttempts: 50 }),
    step: (name, work, { repeatIf } = {}) =>
      guarded('runStep', () => DBOS.runStep(work, { name, ...(repeatIf ? { ...REPEATED, shouldRetry: repeatIf } : {}) })),
    start: (workflow, { workflowId, queue }, ...args) =>
      guarded('startWorkflow', () =>
        DBOS.startWorkflow(workflow, {
          workflowID: workflowId,
          ...(queue
            ? {
                queueName: queue.name,
                enqueueOptions: {
                  queuePartitionKey: queue.partition,
                  ...(queue.delaySeconds ? { delaySeconds: queue.delaySeconds } : {}),
                },
              }
            : {}),
        })(...args),
      ),
    result: (handle) => guarded('getResult', () => handle.getResult({ pollingIntervalMs: resultPollMs })) as Promise<never>,
    now: () => guarded('now', () => DBOS.now()),
    async launch() {
      await DBOS.launch();
      await DBOS.registerQueue(ON_DEMAND_QUEUE, {
        partitionRateLimit: { limitPerPeriod: ON_DEMAND_CALLS, periodSec: onDemandWindowMs / 1000 },
        minPollingIntervalMs: 200,
        onConflict: 'always_update',
      });
    },
    stop: (waitMs) => DBOS.shutdown({ workflowCompletionTimeoutMS: waitMs, deregister: true }),
    async unfinished(executor) {
      const found = await guarded('listWorkflows', () =>
        DBOS.listWorkflows({ executorId: executor, status: 'PENDING', loadInput: false, loadOutput: false }),
      );
      return found.map(({ workflowID, queueName }) => ({ workflowId: workflowID, queueName }));
    },
    async resume(workflowId, queueName) {
      await guarded('resumeWorkflow', () => DBOS.resumeWorkflow(workflowId, queueName ? { queueName } : {}));
    },
    giveUp: (workflowId) => guarded('cancelWorkflow', () => DBOS.cancelWorkflow(workflowId)),
    exists: async (workflowId) => (await guarded('getWorkflowStatus', () => DBOS.getWorkflowStatus(workflowId))) !== null,
    async forget(workflowIds) {
      if (workflowIds.length > 0) await guarded('deleteWorkflows', () => DBOS.deleteWorkflows(workflowIds, true));
    },
  };
}

/** DBOS may hand over whole errors; only their first line is kept, without causes or properties. */
function text(entry: unknown): string {
  const message =
    entry instanceof Error ? `${entry.name}: ${entry.message}` : typeof entry === 'string' ? entry : JSON.stringify(entry);
  return (message ?? '').split('\n')[0]!.slice(0, 500);
}
