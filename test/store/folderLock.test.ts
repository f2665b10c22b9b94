import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { FolderInUseError, lockFolder } from '../../src/store/folderLock';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'upt-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('refuses the second and names the process that holds the folder', () => {
  const lock = lockFolder(folder);
  expect(() => lockFolder(folder)).toThrow(FolderInUseError);
  expect(() => lockFolder(folder)).toThrow(
    `${folder} is in use by process ${process.pid}; stop it, or set DATA_DIR or DATABASE_URL`,
  );
  lock.release();
});

it('is free at once after its release', () => {
  lockFolder(folder).release();
  expect(() => lockFolder(folder).release()).not.toThrow();
});

/** Of two processes that ask at once, one holds a passing lock for a moment and then gives up: the other must get the folder. */
it('waits out the moment in which another process is asking too', async () => {
  lockFolder(folder).release();
  const asking = new Worker(
    `const { DatabaseSync } = require('node:sqlite');
     const { parentPort, workerData } = require('node:worker_threads');
     const database = new DatabaseSync(workerData);
     database.exec('BEGIN; SELECT * FROM sqlite_master');
     parentPort.postMessage('asking');
     setTimeout(() => database.close(), 100);`,
    { eval: true, workerData: join(folder, 'lock.db') },
  );
  await new Promise((resolve) => asking.once('message', resolve));
  expect(() => lockFolder(folder).release()).not.toThrow();
  await asking.terminate();
});
