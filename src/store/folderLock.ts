import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** DATA_DIR belongs to another living process. */
export class FolderInUseError extends Error {
  override readonly name = 'FolderInUseError';
  constructor(
    readonly dataDir: string,
    readonly holderPid: number | undefined,
  ) {
    super(`${dataDir} is in use by process ${holderPid ?? 'unknown'}; stop it, or set DATA_DIR or DATABASE_URL`);
  }
}

/**
 * Two processes that ask at the same instant are in each other's way for some microseconds; without patience both would be refused.
 */
const PATIENCE_MS = 500;
const SQLITE_BUSY = 5;

interface FolderLock {
  /** Writes down where this holder's socket is, for command-line tools; gives the place that a holder which was killed left behind. */
  announce(socketDir: string): string | undefined;
  release(): void;
}

/**
 * Takes a data folder for this process alone: an exclusive SQLite transaction held until the process ends.
 * The operating system frees it with the process, also after SIGKILL, so nothing is ever left to clean up.
 * Local file systems only.
 * @throws FolderInUseError when another process has it
 */
export function lockFolder(dataDir: string): FolderLock {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const holderFile = join(dataDir, 'holder.json');
  const database = new DatabaseSync(join(dataDir, 'lock.db'), { timeout: PATIENCE_MS });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if ((error as { errcode?: unknown }).errcode !== SQLITE_BUSY) throw error;
    throw new FolderInUseError(dataDir, readHolder(holderFile).pid);
  }
  chmodSync(dataDir, 0o700);
  const before = readHolder(holderFile);
  const write = (holder: Holder) => writeFileSync(holderFile, JSON.stringify(holder), { mode: 0o600 });
  write({ pid: process.pid });
  return {
    announce(socketDir) {
      write({ pid: process.pid, socketDir });
      return before.socketDir;
    },
    release() {
      rmSync(holderFile, { force: true });
      database.close();
    },
  };
}

interface Holder {
  pid?: number | undefined;
  socketDir?: string | undefined;
}

/** Where the process that holds a data folder has its sockets; undefined when nobody seems to. */
export function socketDirOf(dataDir: string): string | undefined {
  return readHolder(join(dataDir, 'holder.json')).socketDir;
}

/** For the message and for cleaning up; the file never decides who holds the folder. */
function readHolder(holderFile: string): Holder {
  try {
    const { pid, socketDir } = JSON.parse(readFileSync(holderFile, 'utf8')) as Record<string, unknown>;
    return { pid: typeof pid === 'number' ? pid : undefined, socketDir: typeof socketDir === 'string' ? socketDir : undefined };
  } catch {
    return {}; // nobody has written it yet
  }
}
