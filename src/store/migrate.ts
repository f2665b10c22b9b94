import { MIGRATIONS } from './migrations/all';
import type { Store } from './sql';

/** Number that stands for "tables of this project" among Postgres' advisory locks. */
const MIGRATION_LOCK = 7_221_903;

/**
 * Applies the numbered migrations that this database has not seen, each in its own transaction. Forward only.
 * Processes that start together wait for one another.
 * @throws Error when the database is newer than this program
 */
export async function migrate(store: Store): Promise<void> {
  await store.transaction(async (sql) => {
    await sql.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await sql.query(
      'create table if not exists migrations (number int primary key, name text not null, applied_at timestamptz not null default now())',
    );
  });
  for (const { number, name, statements } of MIGRATIONS) {
    await store.transaction(async (sql) => {
      await sql.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
      const seen = await sql.query('select 1 from migrations where number = $1', [number]);
      if (seen.length > 0) return;
      for (const statement of statements) await sql.query(statement);
      await sql.query('insert into migrations (number, name) values ($1, $2)', [number, name]);
    });
  }
  const newest = MIGRATIONS.at(-1)?.number ?? 0;
  const [found] = await store.query<{ number: number }>('select max(number)::int as number from migrations');
  if ((found?.number ?? 0) > newest)
    throw new Error(`The database has migration ${found?.number}, this program knows ${newest}. Start the newer program.`);
}
