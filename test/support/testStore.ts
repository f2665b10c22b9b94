import { createHash, randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { pino } from 'pino';
import { MIGRATIONS } from '../../src/store/migrations/all';
import { openStore } from '../../src/store/openStore';
import type { Store } from '../../src/store/sql';

/** Set by `npm run test:postgres`: the same suites then run on that server, each store in a database of its own. */
export const onPostgres = process.env.TEST_DATABASE_URL !== undefined;

export interface TestStore {
  store: Store;
  /** What a second process needs to open the same database: settings of the bot. */
  environment: { DATABASE_URL: string } | { DATA_DIR: string };
  /** Closes it and removes what it left. */
  end(): Promise<void>;
}

/** `none`: nothing is there yet, as before the first start of a bot. */
type Tables = 'made' | 'none';

/** A fresh, migrated store: an embedded one, or a database on the Postgres that the tests were given. */
export async function openTestStore(tables?: Tables): Promise<TestStore> {
  const place = await makeTestPlace(tables);
  const store = await openStore({ databaseUrl: place.databaseUrl, dataDir: place.dataDir });
  return {
    store,
    environment: place.environment,
    async end() {
      await store.close();
      await place.remove();
    },
  };
}

export interface TestPlace {
  databaseUrl: string | undefined;
  dataDir: string;
  environment: TestStore['environment'];
  remove(): Promise<void>;
}

/** Where a store can be opened, by this process or by another. A database on Postgres has no tables before. */
export async function makeTestPlace(tables: Tables = 'made'): Promise<TestPlace> {
  const dataDir = mkdtempSync(join(tmpdir(), 'upt-test-'));
  const removeFolder = () => rmSync(dataDir, { recursive: true, force: true });
  if (!onPostgres) {
    if (tables === 'made') await copyDatabase(dataDir);
    return { databaseUrl: undefined, dataDir, environment: { DATA_DIR: dataDir }, remove: async () => removeFolder() };
  }
  const name = `upt_${randomUUID().replaceAll('-', '')}`;
  const server = process.env.TEST_DATABASE_URL!;
  await asServer(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    databaseUrl: url.href,
    dataDir,
    environment: { DATABASE_URL: url.href },
    async remove() {
      removeFolder();
      await asServer(server, `drop database ${name} with (force)`);
    },
  };
}

async function asServer(connectionString: string, statement: string): Promise<void> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/**
 * PGlite needs seconds to make a database and DBOS another one to make its tables; a copy opens in milliseconds. So one, as the first
 * start of a bot leaves it, serves all suites. What a start makes of nothing at all is proven by journeys/settings and store.
 */
async function copyDatabase(dataDir: string): Promise<void> {
  const template = join(tmpdir(), `upt-tables-${stampOfTables()}-${process.getuid?.() ?? 0}`);
  if (!existsSync(template)) {
    const fresh = mkdtempSync(join(tmpdir(), 'upt-fresh-'));
    await makeTables(fresh);
    try {
      renameSync(join(fresh, 'pglite'), template);
    } catch {
      // another worker was faster; its copy is as good
    }
    rmSync(fresh, { recursive: true, force: true });
  }
  cpSync(template, join(dataDir, 'pglite'), { recursive: true });
}

async function makeTables(dataDir: string): Promise<void> {
  const { createDurable } = await import('../../src/workflows/durable.js');
  const store = await openStore({ dataDir });
  const durable = createDurable({ store, executorId: 'nobody', log: pino({ level: 'silent' }) });
  await durable.launch();
  await durable.stop(0);
  await store.close();
}

/** Changes with whatever makes the tables: PGlite, DBOS and our own migrations. */
function stampOfTables(): string {
  const versions = ['@electric-sql/pglite', '@dbos-inc/dbos-sdk'].map((name) =>
    readFileSync(findPackageJSON(name, __filename)!, 'utf8'),
  );
  return createHash('sha256')
    .update(JSON.stringify([MIGRATIONS, versions]))
    .digest('hex')
    .slice(0, 16);
}
