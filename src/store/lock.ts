import { DatabaseSync } from 'node:sqlite';
import { StoreError } from './errors.ts';

export interface StoreLock {
  release(): void;
}

/**
 * The one daemon of a store holds an exclusive transaction on a file beside it: the kernel frees it with the process, also
 * after kill -9. Throws store-locked while another process holds it.
 */
export function takeLock(path: string): StoreLock {
  const database = new DatabaseSync(`${path}.lock`, { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
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

/** Whether a daemon holds the lock now. */
export function isLocked(path: string): boolean {
  try {
    takeLock(path).release();
    return false;
  } catch (error) {
    if (error instanceof StoreError) return true;
    throw error;
  }
}
