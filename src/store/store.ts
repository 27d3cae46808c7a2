import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Kysely, SqliteDialect } from 'kysely';
import type { ClusterMemory } from '../domain/ports/cluster-memory.ts';
import type { Control } from '../domain/ports/control.ts';
import type { Journal } from '../domain/ports/journal.ts';
import type { Lease } from '../domain/ports/lease.ts';
import type { LoadStore } from '../domain/ports/load-store.ts';
import type { RecordSink } from '../domain/ports/record-sink.ts';
import { control } from './control.ts';
import { StoreError } from './errors.ts';
import { journal } from './journal.ts';
import { loads } from './loads.ts';
import { isLocked, takeLock } from './lock.ts';
import { memory } from './memory.ts';
import { migrate } from './migrations.ts';
import { records } from './records.ts';
import type { Tables } from './schema.ts';
import { sqliteDatabase } from './sqlite-shim.ts';

const BUSY_TIMEOUT_MS = 5_000;

export interface Store {
  readonly journal: Journal;
  readonly records: RecordSink;
  readonly loads: LoadStore;
  readonly memory: ClusterMemory;
  readonly control: Control;
  /** The process with the lock leads every cluster. */
  readonly lease: Lease;
  /** Whether a write is on disk now: a row is written and read. Never rejects. */
  check(): Promise<boolean>;
  /** Whether a daemon, this or another, has the store. */
  locked(): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Opens a SQLite store, made or migrated as needed. With `lock` this process becomes its daemon; commands open without, beside
 * a running one. Rejects with StoreError.
 */
export async function openStore(path: string, options: { readonly lock: boolean }): Promise<Store> {
  const opened = open(path, options.lock);
  const database = new Kysely<Tables>({ dialect: new SqliteDialect({ database: opened.database }) });
  try {
    await migrate(database);
  } catch (error) {
    await database.destroy();
    opened.lock?.release();
    throw error instanceof StoreError ? error : unavailable(path, error);
  }
  let closed = false;
  return {
    journal: journal(database),
    records: records(database),
    loads: loads(database),
    memory: memory(database),
    control: control(database),
    lease: { holds: () => opened.lock !== undefined && !closed },
    async check() {
      try {
        await database.transaction().execute(async (transaction) => {
          await transaction.deleteFrom('meta').where('name', '=', 'checked').execute();
          await transaction.insertInto('meta').values({ name: 'checked', value: 'yes' }).execute();
        });
        return true;
      } catch {
        return false;
      }
    },
    locked: () => Promise.resolve(opened.lock !== undefined || isLocked(path)),
    async close() {
      if (closed) return;
      closed = true;
      await database.destroy();
      opened.lock?.release();
    },
  };
}

function open(path: string, locked: boolean) {
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (cause) {
    throw unavailable(path, cause);
  }
  const lock = locked ? takeLock(path) : undefined;
  try {
    const database = sqliteDatabase(path, BUSY_TIMEOUT_MS);
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
    return { lock, database };
  } catch (cause) {
    lock?.release();
    throw unavailable(path, cause);
  }
}

function unavailable(path: string, cause: unknown): StoreError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new StoreError('store-unavailable', `the store ${path} cannot be opened: ${why}`, {
    cause,
    hint: 'check the folder, its owner and the free space',
  });
}
