import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { isBusy, StoreError } from './errors.ts';

/** Long enough for a command that looks whether a daemon runs; a daemon holds the lock for good. */
const WAIT_MS = 1_000;

export interface StoreLock {
  release(): void;
}

/**
 * The one daemon of a store holds an exclusive transaction on a file beside it: the kernel frees it with the process, also
 * after kill -9. Throws store-locked while another holds it.
 */
export function takeLock(path: string): StoreLock {
  const database = new DatabaseSync(lockPath(path), { timeout: WAIT_MS });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    if (!isBusy(cause)) throw cause;
    throw new StoreError('store-locked', `another daemon has ${path} open`, {
      cause,
      hint: 'one daemon runs on a SQLite store: stop the other one, or give this one a store of its own',
    });
  }
  return {
    release() {
      database.close();
    },
  };
}

/** Whether a daemon of another process holds the lock now. Takes no lock that could keep a daemon from starting. */
export function isLocked(path: string): boolean {
  if (!existsSync(lockPath(path))) return false;
  const database = new DatabaseSync(lockPath(path), { timeout: 0 });
  try {
    database.exec('SELECT count(*) FROM sqlite_master');
    return false;
  } catch (error) {
    if (isBusy(error)) return true;
    throw error;
  } finally {
    database.close();
  }
}

/** A store in memory is seen by nobody else: its lock lies in memory, too. */
function lockPath(path: string): string {
  return path === ':memory:' ? path : `${path}.lock`;
}
