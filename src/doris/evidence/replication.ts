import type { ReplicationNeed, SingleReplicaTable } from '../../domain/evidence.ts';
import type { FrontendSession } from '../../domain/ports/frontend-channel.ts';
import { DorisBadAnswer } from '../errors.ts';
import { readRows } from '../parse/rows.ts';
import { parseInteger, parseReplicaAllocation, parseSize } from '../parse/values.ts';
import { type DatabaseCount, isRefusal, quoteName, readHiddenTables, readTables } from './databases.ts';
import type { MeanTablet } from './largest-tablet.ts';

export interface Replication {
  readonly needs: readonly ReplicationNeed[];
  readonly singleReplicaTables: readonly SingleReplicaTable[];
  /** One of each tag that has a partition with a size. */
  readonly largest: readonly MeanTablet[];
}

interface Found {
  readonly highest: Map<string, ReplicationNeed>;
  /** Bytes of one replica of each partition, by tag. */
  readonly once: Map<string, number>;
  /** By tag and table. */
  readonly single: Map<string, SingleReplicaTable>;
  readonly largest: Map<string, MeanTablet>;
}

/**
 * Replicas that the partitions of every table want on each tag, by SHOW PARTITIONS: the one form of all versions that needs
 * no alive backend (information_schema.partitions is empty before 3.0, without replicas before 4.0, and is a query).
 * Rejects when fewer partitions were seen than the FE counts: what is hidden from the account could be the floor.
 */
export async function readReplication(
  session: FrontendSession,
  databases: readonly DatabaseCount[],
  deadlineMs: number,
): Promise<Replication> {
  const found: Found = { highest: new Map(), once: new Map(), single: new Map(), largest: new Map() };
  for (const { id, name: database, partitions } of databases) {
    if (partitions === 0) continue;
    const tables = await readTables(session, database, deadlineMs);
    let seen = 0;
    const look = async (table: string, statement: string): Promise<void> => {
      seen += await note(session, found, statement, { database, table }, deadlineMs);
    };
    const nameOf = (table: string): string => `${quoteName(database)}.${quoteName(table)}`;
    for (const table of tables) await look(table, `SHOW PARTITIONS FROM ${nameOf(table)}`);
    // Tables of a session and temporary partitions hold replicas too and are counted by the FE, but listed apart.
    if (seen < partitions)
      for (const hidden of await readHiddenTables(session, id, tables, deadlineMs))
        await look(hidden.name, `SHOW PROC '/dbs/${id}/${hidden.id}/partitions'`);
    if (seen < partitions)
      for (const table of tables) await look(table, `SHOW TEMPORARY PARTITIONS FROM ${nameOf(table)}`);
    if (seen < partitions) {
      throw new DorisBadAnswer(
        `${database} has ${String(partitions)} partitions and ${String(seen)} of them could be seen`,
        { hint: "GRANT ADMIN_PRIV ON *.*.* TO 'autoscaler'@'%';" },
      );
    }
  }
  return {
    needs: [...found.highest.values()].map((need) => {
      const onceBytes = found.once.get(need.group);
      return onceBytes === undefined ? need : { ...need, onceBytes: Math.round(onceBytes) };
    }),
    singleReplicaTables: [...found.single.values()],
    largest: [...found.largest.values()],
  };
}

interface Name {
  readonly database: string;
  readonly table: string;
}

/** Adds the partitions of one table, as the statement lists them, to what was found; resolves to how many there are. */
async function note(
  session: FrontendSession,
  found: Found,
  statement: string,
  name: Name,
  deadlineMs: number,
): Promise<number> {
  const partitions = await readPartitions(session, statement, deadlineMs);
  const table = `${name.database}.${name.table}`;
  const replicasOfTable = partitions.reduce((sum, { buckets, replicas }) => sum + (buckets ?? 0) * replicas, 0);
  for (const { partition, allocation, bytes, buckets, replicas: all } of partitions) {
    const tablets = (buckets ?? 0) * all;
    const mean = bytes === undefined || tablets === 0 ? 0 : Math.round(bytes / tablets);
    for (const [group, replicas] of allocation) {
      if (replicas === 0) continue;
      if (replicas > (found.highest.get(group)?.replicas ?? 0)) found.highest.set(group, { group, replicas, table });
      if (bytes !== undefined && bytes > 0) found.once.set(group, (found.once.get(group) ?? 0) + bytes / all);
      if (all === 1) found.single.set(`${group} ${table}`, { group, table });
      if (mean > (found.largest.get(group)?.bytes ?? 0))
        found.largest.set(group, { ...name, group, partition, bytes: mean, replicasOfTable });
    }
  }
  return partitions.length;
}

interface Partition {
  readonly partition: string;
  readonly allocation: ReadonlyMap<string, number>;
  /** Over all tags. */
  readonly replicas: number;
  readonly buckets: number | undefined;
  /** Of all replicas and indexes together; 0 until the FE's statistics know it. */
  readonly bytes: number | undefined;
}

async function readPartitions(
  session: FrontendSession,
  statement: string,
  deadlineMs: number,
): Promise<readonly Partition[]> {
  try {
    const rows = readRows(statement, await session.execute(statement, { deadlineMs }));
    return rows.map((row) => {
      const allocation = row.value('ReplicaAllocation', parseReplicaAllocation);
      return {
        partition: row.optionalText('PartitionName') ?? '',
        allocation,
        replicas: [...allocation.values()].reduce((sum, replicas) => sum + replicas, 0),
        buckets: row.optional('Buckets', parseInteger),
        bytes: row.optional('DataSize', parseSize),
      };
    });
  } catch (error) {
    if (isRefusal(error)) return [];
    throw error;
  }
}
