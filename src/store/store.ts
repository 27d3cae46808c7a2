import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Kysely, SqliteDialect } from 'kysely';
import type { ClusterMemory } from '../domain/ports/cluster-memory.ts';
import type { Control } from '../domain/ports/control.ts';
import type { Journal } from '../domain/ports/journal.ts';
import type { Lease } from '../domain/ports/lease.ts';
import type { LoadStore } from '../domain/ports/load-store.ts';
import type { Orders } from '../domain/ports/orders.ts';
import type { RecordSink } from '../domain/ports/record-sink.ts';
import { control } from './control.ts';
import { StoreError } from './errors.ts';
import { journal } from './journal.ts';
import { loads } from './loads.ts';
import { isLocked, takeLock } from './lock.ts';
import { memory } from './memory.ts';
import { migrate } from './migrations.ts';
import { orders } from './orders.ts';
import { records } from './records.ts';
import type { Tables } from './schema.ts';
import { sqliteDatabase } from './sqlite-shim.ts';

/** Commands write for milliseconds, and the daemon's event loop stands still while it waits for one. */
const DAEMON_WAIT_MS = 2_000;
/** SQLite's waiting is no queue: beside a daemon that writes without a break a command needs many tries. */
const COMMAND_WAIT_MS = 15_000;
/** A write that went well says so much for all who ask within this time. */
const CHECKED_MS = 1_000;

export interface Store {
  readonly journal: Journal;
  readonly records: RecordSink;
  readonly loads: LoadStore;
  readonly memory: ClusterMemory;
  readonly control: Control;
  readonly orders: Orders;
  /** The process with the lock leads every cluster. */
  readonly lease: Lease;
  /** Whether a write reached the disk within the last second, tried if need be. Never rejects. */
  check(): Promise<boolean>;
  /** Whether a daemon, this or another, has the store. */
  locked(): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Opens a SQLite store, made or migrated as needed; `:memory:` is one that ends with its handle. With `lock` this process becomes
 * its daemon; commands open without, beside a running one. Rejects with StoreError.
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
  let checkedAt = -Infinity;
  let checking: Promise<boolean> | undefined;
  const checkWritable = async (): Promise<boolean> => {
    if (closed) return false;
    if (performance.now() - checkedAt < CHECKED_MS) return true;
    checking ??= writeProbe(database).finally(() => {
      checking = undefined;
    });
    const writable = await checking;
    if (writable) checkedAt = performance.now();
    return writable;
  };
  return {
    journal: journal(database),
    records: records(database),
    loads: loads(database),
    memory: memory(database),
    control: control(database),
    orders: orders(database),
    lease: { holds: () => opened.lock !== undefined && !closed },
    check: () => checkWritable(),
    locked: () => Promise.resolve(opened.lock !== undefined || isLocked(path)),
    async close() {
      if (closed) return;
      closed = true;
      await database.destroy();
      opened.lock?.release();
    },
  };
}

async function writeProbe(database: Kysely<Tables>): Promise<boolean> {
  try {
    await database.transaction().execute(async (transaction) => {
      await transaction.deleteFrom('meta').where('name', '=', 'checked').execute();
      await transaction.insertInto('meta').values({ name: 'checked', value: 'yes' }).execute();
    });
    return true;
  } catch {
    return false;
  }
}

function open(path: string, locked: boolean) {
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (cause) {
    throw unavailable(path, cause);
  }
  let lock;
  try {
    lock = locked ? takeLock(path) : undefined;
    const database = sqliteDatabase(path, locked ? DAEMON_WAIT_MS : COMMAND_WAIT_MS);
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
    return { lock, database };
  } catch (cause) {
    lock?.release();
    throw cause instanceof StoreError ? cause : unavailable(path, cause);
  }
}

function unavailable(path: string, cause: unknown): StoreError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new StoreError('store-unavailable', `the store ${path} cannot be opened: ${why}`, {
    cause,
    hint: 'check the folder, its owner and the free space',
  });
}
