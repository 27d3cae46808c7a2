import type { ReplicationNeed } from '../../domain/evidence.ts';
import type { FrontendSession } from '../../domain/ports/frontend-channel.ts';
import { DorisBadAnswer } from '../errors.ts';
import { readRows } from '../parse/rows.ts';
import { parseReplicaAllocation } from '../parse/values.ts';
import { type DatabaseCount, isRefusal, quoteName, readDatabases, readTables } from './databases.ts';

export interface Replication {
  readonly needs: readonly ReplicationNeed[];
  readonly singleReplicaTables: readonly string[];
}

/**
 * Replicas that the partitions of every table want on each tag, by SHOW PARTITIONS: the one form of all versions that needs
 * no alive backend (information_schema.partitions is empty before 3.0, without replicas before 4.0, and is a query).
 * Rejects when fewer partitions were seen than the FE counts: what is hidden from the account could be the floor.
 */
export async function readReplication(session: FrontendSession, deadlineMs: number): Promise<Replication> {
  const highest = new Map<string, ReplicationNeed>();
  const single: string[] = [];
  for (const database of await readDatabases(session)) {
    if (database.partitions === 0) continue;
    let seen = 0;
    const tables = await readTables(session, database.name, deadlineMs);
    for (const name of tables) {
      const table = `${database.name}.${name}`;
      const allocations = await readAllocations(
        session,
        'PARTITIONS',
        { database: database.name, table: name },
        deadlineMs,
      );
      seen += allocations.length;
      note(highest, table, allocations);
      if (allocations.some((replicas) => totalOf(replicas) === 1)) single.push(table);
    }
    if (seen < database.partitions) seen += await noteTemporary(session, database, tables, highest, deadlineMs);
    if (seen < database.partitions) {
      throw new DorisBadAnswer(
        `${database.name} has ${String(database.partitions)} partitions and ${String(seen)} of them could be seen`,
        {
          hint: "GRANT ADMIN_PRIV ON *.*.* TO 'autoscaler'@'%';",
        },
      );
    }
  }
  return { needs: [...highest.values()], singleReplicaTables: single };
}

type Allocation = ReadonlyMap<string, number>;

async function readAllocations(
  session: FrontendSession,
  what: 'PARTITIONS' | 'TEMPORARY PARTITIONS',
  name: { readonly database: string; readonly table: string },
  deadlineMs: number,
): Promise<readonly Allocation[]> {
  const statement = `SHOW ${what} FROM ${quoteName(name.database)}.${quoteName(name.table)}`;
  try {
    const rows = readRows(statement, await session.execute(statement, { deadlineMs }));
    return rows.map((row) => row.value('ReplicaAllocation', parseReplicaAllocation));
  } catch (error) {
    if (isRefusal(error)) return [];
    throw error;
  }
}

/** Temporary partitions hold replicas too and are counted by the FE, but listed apart. */
async function noteTemporary(
  session: FrontendSession,
  database: DatabaseCount,
  tables: readonly string[],
  highest: Map<string, ReplicationNeed>,
  deadlineMs: number,
): Promise<number> {
  let seen = 0;
  for (const name of tables) {
    const allocations = await readAllocations(
      session,
      'TEMPORARY PARTITIONS',
      { database: database.name, table: name },
      deadlineMs,
    );
    seen += allocations.length;
    note(highest, `${database.name}.${name}`, allocations);
  }
  return seen;
}

function note(highest: Map<string, ReplicationNeed>, table: string, allocations: readonly Allocation[]): void {
  for (const allocation of allocations) {
    for (const [group, replicas] of allocation) {
      if (replicas > (highest.get(group)?.replicas ?? 0)) highest.set(group, { group, replicas, table });
    }
  }
}

function totalOf(allocation: Allocation): number {
  let total = 0;
  for (const replicas of allocation.values()) total += replicas;
  return total;
}
