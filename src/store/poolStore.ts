import { Pool, type PoolConfig } from 'pg';
import type { Row, Sql, Store } from './sql';
import { markTransaction, refuseInsideTransaction } from './transactionGuard';

/** A store over a pg pool; `closeEngine` ends what stands behind it (PGlite, its socket, its lock). */
export function createPoolStore(
  engine: Store['engine'],
  config: PoolConfig,
  onPoolError: (error: Error) => void,
  closeEngine: () => Promise<void> = async () => undefined,
): Store {
  const pool = new Pool(config);
  pool.on('error', onPoolError);
  let answers = 0;
  const counted = <Answer>(answer: Answer): Answer => {
    answers += 1;
    return answer;
  };
  return {
    engine,
    pool,
    async query<R extends Row = Row>(text: string, values: readonly unknown[] = []) {
      refuseInsideTransaction('query');
      return counted(await pool.query<R>(text, [...values])).rows;
    },
    async transaction(work) {
      refuseInsideTransaction('transaction');
      const client = await pool.connect();
      const sql: Sql = {
        query: async <R extends Row = Row>(text: string, values: readonly unknown[] = []) =>
          counted(await client.query<R>(text, [...values])).rows,
      };
      let broken: Error | undefined;
      try {
        await client.query('begin');
        const result = await markTransaction(() => work(sql));
        await client.query('commit');
        return result;
      } catch (error) {
        await client.query('rollback').catch((rollbackError: Error) => {
          broken = rollbackError; // the connection is in an unknown state: the pool must drop it
        });
        throw error;
      } finally {
        client.release(broken);
      }
    },
    async isAlive(timeoutMs = 2000) {
      const before = answers;
      let timer: NodeJS.Timeout | undefined;
      const tooLate = new Promise<boolean>((resolve) => {
        // A queue of queries that moves on is a busy database, not a silent one.
        timer = setTimeout(() => resolve(answers > before), timeoutMs);
      });
      const answered = pool.query('select 1').then(
        () => true,
        () => false, // whatever it was: the database does not answer
      );
      return Promise.race([answered, tooLate]).finally(() => clearTimeout(timer));
    },
    async close() {
      await pool.end();
      await closeEngine();
    },
  };
}
