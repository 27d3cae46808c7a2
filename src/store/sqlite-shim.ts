import { DatabaseSync } from 'node:sqlite';
import type { SQLInputValue } from 'node:sqlite';
import type { SqliteDatabase, SqliteStatement } from 'kysely';

/** node:sqlite in the shape that kysely's SqliteDialect drives. */
export function sqliteDatabase(path: string, busyTimeoutMs: number): SqliteDatabase & { readonly exec: (sql: string) => void } {
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs });
  return {
    exec: (sql) => {
      database.exec(sql);
    },
    close: () => {
      database.close();
    },
    prepare: (sql): SqliteStatement => {
      const statement = database.prepare(sql);
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...values(parameters)),
        run: (parameters) => statement.run(...values(parameters)),
        iterate: (parameters) => statement.iterate(...values(parameters)),
      };
    },
  };
}

function values(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters.map((parameter) => {
    if (parameter === null || typeof parameter === 'string' || typeof parameter === 'number' || typeof parameter === 'bigint') return parameter;
    throw new TypeError(`the store takes texts and numbers, not ${typeof parameter}`);
  });
}
