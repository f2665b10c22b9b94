import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { lockFolder } from './folderLock';
import { migrate } from './migrate';
import { createPoolStore } from './poolStore';
import type { Store } from './sql';

interface StoreOptions {
  /** Postgres; without it the embedded PGlite of `dataDir`. */
  databaseUrl?: string | undefined;
  dataDir: string;
  onPoolError?: (error: Error) => void;
}

/** Connections of the Postgres pool, DBOS included. */
const POOL_SIZE = 20;

/**
 * Opens the store and brings its tables up to date.
 * @throws FolderInUseError when another process holds `dataDir`
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const store = options.databaseUrl ? openPostgres(options.databaseUrl, options) : await openPglite(options);
  try {
    await migrate(store);
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}

function openPostgres(connectionString: string, { onPoolError = () => undefined }: StoreOptions): Store {
  return createPoolStore('postgres', { connectionString, max: POOL_SIZE, connectionTimeoutMillis: 10_000 }, onPoolError);
}

/** Folders of sockets in the system's temporary folder, where paths are short enough for one. */
const SOCKET_PREFIX = 'upt-pg-';

/** PGlite speaks through a socket in a folder that only this user can enter; one connection, since more corrupt statements. */
async function openPglite({ dataDir, onPoolError = () => undefined }: StoreOptions): Promise<Store> {
  const lock = lockFolder(dataDir);
  const socketDir = mkdtempSync(join(tmpdir(), SOCKET_PREFIX));
  const left = lock.announce(socketDir);
  if (left?.startsWith(join(tmpdir(), SOCKET_PREFIX))) rmSync(left, { recursive: true, force: true });
  const closers: (() => Promise<void> | void)[] = [() => rmSync(socketDir, { recursive: true, force: true }), lock.release];
  const closeEngine = async () => {
    for (const close of closers) await close();
  };
  try {
    const db = await PGlite.create(join(dataDir, 'pglite'));
    closers.unshift(() => db.close());
    // The pool drops its connection after an error and connects anew at once: the old one may not be gone by then.
    const server = new PGLiteSocketServer({ db, path: join(socketDir, '.s.PGSQL.5432'), maxConnections: 2 });
    await server.start();
    closers.unshift(() => server.stop());
    const pool = { host: socketDir, port: 5432, user: 'postgres', database: 'postgres', max: 1 };
    return { ...createPoolStore('pglite', pool, onPoolError, closeEngine), socketDir };
  } catch (error) {
    await closeEngine();
    throw error;
  }
}
