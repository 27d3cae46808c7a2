import type { FrontendSession } from '../../domain/ports/frontend-channel.ts';
import { DorisAccessDenied, DorisBadAnswer, DorisStatementFailed, DorisUnsupported } from '../errors.ts';
import { readRows } from '../parse/rows.ts';
import { parseId, parseInteger } from '../parse/values.ts';

const STATISTIC = "SHOW PROC '/statistic'";
/** A walk over all tablets of a large cluster. */
export const WALK_MS = 90_000;

export interface DatabaseCount {
  readonly id: string;
  readonly name: string;
  readonly partitions: number;
  readonly replicas: number;
}

/** Databases with what they hold, counted by the FE itself whatever our account may see. Walks every tablet. */
export async function readDatabases(session: FrontendSession): Promise<readonly DatabaseCount[]> {
  const rows = readRows(STATISTIC, await session.execute(STATISTIC, { deadlineMs: WALK_MS }));
  return rows
    .filter((row) => row.text('DbId') !== 'Total')
    .map((row) => ({
      id: row.value('DbId', parseId),
      // 2.0 writes `default_cluster:db`.
      name: row.text('DbName').replace(/^default_cluster:/, ''),
      partitions: row.value('PartitionNum', parseInteger),
      replicas: row.value('ReplicaNum', parseInteger),
    }));
}

/** Names of the tables that our account may see; views are listed too. */
export async function readTables(
  session: FrontendSession,
  database: string,
  deadlineMs: number,
): Promise<readonly string[]> {
  const statement = `SHOW TABLES FROM ${quoteName(database)}`;
  const answer = await session.execute(statement, { deadlineMs });
  return answer.rows.map(([name]) => {
    if (name === null || name === undefined) throw new DorisBadAnswer(`${statement}: the first column is empty`);
    return name;
  });
}

/** Tables of a database that SHOW TABLES does not list: those that only their session sees (CREATE TEMPORARY TABLE). */
export async function readHiddenTables(
  session: FrontendSession,
  databaseId: string,
  listed: readonly string[],
  deadlineMs: number,
): Promise<readonly { readonly id: string; readonly name: string }[]> {
  const statement = `SHOW PROC '/dbs/${databaseId}'`;
  const shown = new Set(listed);
  try {
    const rows = readRows(statement, await session.execute(statement, { deadlineMs }));
    return rows
      .map((row) => ({ id: row.value('TableId', parseId), name: row.text('TableName') }))
      .filter(({ name }) => !shown.has(name));
  } catch (error) {
    if (isRefusal(error)) return [];
    throw error;
  }
}

/** A name in backticks. Names come from the FE, and may hold anything. */
export function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/**
 * Whether a table may be passed over: views and external tables hold no replica, and their refusals differ by version.
 * What is passed over wrongly is missing in the count that the caller compares with the FE's own.
 */
export function isRefusal(error: unknown): boolean {
  return (
    error instanceof DorisStatementFailed || error instanceof DorisUnsupported || error instanceof DorisAccessDenied
  );
}
