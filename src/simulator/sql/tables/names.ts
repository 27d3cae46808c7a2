import type { DorisVersion, SqlAnswer } from '../../cluster.ts';
import type { ClusterState } from '../../model/state.ts';
import type { DatabaseState, TableState } from '../../model/tablets/state.ts';
import { coded, failure, refuse, StatementRefused } from '../answer/errors.ts';
import { isFrom } from '../answer/table.ts';
import { hasPrivilege, userOf } from '../access/needs.ts';
import type { Execution } from '../statement.ts';

/** Without tables and replicas of their own; the first two ids are fixed. */
export const INFORMATION_SCHEMA: { readonly id: string; readonly name: string } = {
  id: '0',
  name: 'information_schema',
};
/** Open to every user. */
export const SYSTEM_DATABASES: ReadonlySet<string> = new Set(['information_schema', 'mysql']);

export function databaseOf(state: ClusterState, name: string): DatabaseState | undefined {
  return state.databases.find((database) => database.name === name);
}

/** `db.table`, or `table` of the current database. */
export function splitName(
  { session }: Execution,
  parts: readonly string[],
): { readonly database: string; readonly table: string } {
  const [database, table] = parts.length === 1 ? [session.database, parts[0]] : parts.slice(-2);
  if (database === undefined || table === undefined) return refuse('No database selected');
  return { database, table };
}

/** A table with its database, or the error of an unknown one. */
export function tableOf(
  execution: Execution,
  parts: readonly string[],
): { readonly database: DatabaseState; readonly table: TableState } {
  const name = splitName(execution, parts);
  const database = databaseOf(execution.state, name.database);
  if (database === undefined) throw new StatementRefused(unknownDatabase(name.database));
  const table = database.tables.find((each) => each.name === name.table);
  if (table === undefined) throw new StatementRefused(unknownTable(execution.version, name.table));
  return { database, table };
}

export function unknownDatabase(name: string): Extract<SqlAnswer, { kind: 'error' }> {
  return coded(1049, '42000', `errCode = 2, detailMessage = Unknown database '${name}'`);
}

/** Statements that ask the catalog for a table by name; the code in the text is another one there. */
export function unknownTable(version: DorisVersion, name: string): Extract<SqlAnswer, { kind: 'error' }> {
  return isFrom(version, '4.0')
    ? failure(`errCode = 7, detailMessage = table not found, tableName=${name}`)
    : coded(1051, '42S02', `errCode = 7, detailMessage = unknown table, tableName=${name}`);
}

/** ADMIN_PRIV and SELECT_PRIV on *.*.* see every table; others the system's own. */
export function seesTables({ state, session }: Execution, database: string): boolean {
  return SYSTEM_DATABASES.has(database) || hasPrivilege(userOf(state, session.user), 'SELECT');
}

export function compareNames(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
