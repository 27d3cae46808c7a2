import { DatabaseSync } from 'node:sqlite';
import type { SQLInputValue } from 'node:sqlite';
import type { SqliteDatabase, SqliteStatement } from 'kysely';
import { isBusy, StoreError } from './errors.ts';

/**
 * Every transaction of the store writes, most after a read. A deferred one would fail at its first write, without any
 * waiting, when another process wrote since its first read; this one waits for its turn at the start.
 */
const BEGIN = { deferred: 'begin', immediate: 'begin immediate' };

/** Preparing costs more than running; the store has some dozens of texts, and some for each number of rows. */
const MOST_PREPARED = 200;

/** A full disk ends a transaction by itself: to roll back what is no more would hide why behind an error of its own. */
const NOTHING = { changes: 0, lastInsertRowid: 0 };

export interface SqliteShim extends SqliteDatabase {
  exec(sql: string): void;
}

/** node:sqlite in the shape that kysely's SqliteDialect drives. What fails is a StoreError. */
export function sqliteDatabase(path: string, busyTimeoutMs: number): SqliteShim {
  const database = coded(path, () => new DatabaseSync(path, { timeout: busyTimeoutMs }));
  const prepared = new Map<string, SqliteStatement>();
  return {
    exec: (sql) => {
      coded(path, () => {
        database.exec(sql);
      });
    },
    close: () => {
      database.close();
    },
    prepare(sql): SqliteStatement {
      const known = prepared.get(sql);
      if (known !== undefined) return known;
      const statement = coded(path, () => database.prepare(sql === BEGIN.deferred ? BEGIN.immediate : sql));
      const shim: SqliteStatement = {
        reader: statement.columns().length > 0,
        all: (parameters) => coded(path, () => statement.all(...values(parameters))),
        run: (parameters) => {
          if (sql === 'rollback' && !database.isTransaction) return NOTHING;
          return coded(path, () => statement.run(...values(parameters)));
        },
        iterate: (parameters) => statement.iterate(...values(parameters)),
      };
      if (prepared.size >= MOST_PREPARED) prepared.clear();
      prepared.set(sql, shim);
      return shim;
    },
  };
}

function coded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new StoreError('store-unavailable', `the store ${path} does not work: ${why}`, {
      cause,
      hint: isBusy(cause)
        ? 'another process is writing to it: try again'
        : 'check the folder, its owner and the free space',
    });
  }
}

function values(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters.map((parameter) => {
    if (parameter === null || typeof parameter === 'string' || typeof parameter === 'bigint') return parameter;
    if (typeof parameter === 'number' && !Number.isNaN(parameter)) return parameter;
    throw new TypeError(`the store takes texts and numbers, not ${Number.isNaN(parameter) ? 'NaN' : typeof parameter}`);
  });
}
