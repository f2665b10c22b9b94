import type { Logger } from 'pino';
import { codeOf, StepFailedError } from '../errors';
import type { Proof, StepName } from '../provisioning/runs';
import { wantAgain } from '../store/messages';
import { beginStep, endStep } from '../store/runSteps';
import { isCancelRequested, tenantOf } from '../store/runs';
import type { Sql, Store } from '../store/sql';
import type { Durable } from './durable';
import { lookThenRepeat } from './repeatLater';
import { storableError } from './storableError';

/** What a visible step gives: the value for the workflow, the proof for the card, and rows to write with both. */
export interface StepResult<T> {
  value: T;
  proof: Proof | null;
  /** Written in the transaction that ends the step: effects, audit. */
  alongside?: (sql: Sql) => Promise<void>;
}

export interface RunSteps {
  /** A step that people do not see: reading or writing our own rows. */
  record<T>(name: string, work: () => Promise<T>): Promise<T>;
  /**
   * The same, done again after an error that is not ours: for a step outside of what turns errors into an outcome, where a database
   * connection that breaks off would end the workflow in DBOS's ERROR for ever. It compares and sets, so twice is as good as once.
   */
  recordAgain<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** A step on the card that only reads outside. */
  look<T>(runId: string, name: StepName, work: () => Promise<StepResult<T>>): Promise<T>;
  /**
   * A step on the card that changes something outside. Before it, *Cancel* is read.
   * `lookThenRepeat`: tries of the whole step, for one that holds a POST which is sent once and looked for before it is repeated.
   * @throws StepFailedError `run_cancelled` when somebody asked to cancel
   */
  change<T>(
    runId: string,
    name: StepName,
    work: () => Promise<StepResult<T>>,
    options?: { lookThenRepeat?: number; undoing?: boolean },
  ): Promise<T>;
}

/** Tag of the one live card of a subject. */
export function runTag(subject: string): string {
  return `run:${subject}`;
}

export function subjectOf(runId: string): string {
  return runId.slice(0, runId.lastIndexOf(':'));
}

export function createRunSteps(deps: {
  store: Store;
  durable: Durable;
  log: Logger;
  changed: () => void;
  repeatAfterMs: number;
}): RunSteps {
  const { store, durable, changed } = deps;

  async function visible<T>(runId: string, name: StepName, work: () => Promise<StepResult<T>>, tries: number): Promise<T> {
    const log = deps.log.child({ runId });
    const tag = runTag(subjectOf(runId));
    const show = async (write: (sql: Sql) => Promise<unknown>) => {
      await store.transaction(async (sql) => {
        await write(sql);
        await wantAgain(sql, tenantOf(runId), tag);
      });
      changed();
    };
    try {
      return await durable.step(name, async () => {
        try {
          await show((sql) => beginStep(sql, runId, name));
          const { value, proof, alongside } = await lookThenRepeat(tries, deps.repeatAfterMs, work);
          await show(async (sql) => {
            await endStep(sql, runId, name, 'done', proof);
            await alongside?.(sql);
          });
          return value;
        } catch (error) {
          throw storableError(error, log, name);
        }
      });
    } catch (error) {
      const failure = storableError(error, log, name);
      const state = codeOf(failure) === 'sign_in_needed' ? 'waiting' : 'failed';
      await durable.step(`${name}.ended`, () => show((sql) => endStep(sql, runId, name, state, null)));
      throw failure;
    }
  }

  const storable =
    <T>(name: string, work: () => Promise<T>) =>
    async (): Promise<T> => {
      try {
        return await work();
      } catch (error) {
        throw storableError(error, deps.log, name);
      }
    };
  const isNotOurs = (error: unknown) => codeOf(error) === 'unexpected_error';

  return {
    record: (name, work) => durable.step(name, storable(name, work)),
    recordAgain: (name, work) => durable.step(name, storable(name, work), { repeatIf: isNotOurs }),
    look: (runId, name, work) => visible(runId, name, work, 1),
    async change(runId, name, work, { lookThenRepeat: tries = 1, undoing = false } = {}) {
      const cancelled = !undoing && (await durable.step(`${name}.readCancel`, () => isCancelRequested(store, runId)));
      if (cancelled) throw new StepFailedError('run_cancelled');
      return visible(runId, name, work, tries);
    },
  };
}
