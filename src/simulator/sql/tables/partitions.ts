import type { SqlAnswer } from '../../cluster.ts';
import type { PartitionState, TableState } from '../../model/tablets/state.ts';
import { coded, failure } from '../answer/errors.ts';
import { formatAllocation, formatSize, formatTime } from '../answer/format.ts';
import { columns, type Fields, isFrom, table } from '../answer/table.ts';
import { type Execution, type Statement, valuesOf } from '../statement.ts';
import { bytesOf } from './counts.ts';
import { seesTables, splitName, tableOf } from './names.ts';
import { keysOf, partitionRange } from './partition-keys.ts';

export const PARTITIONS = columns(
  `PartitionId, PartitionName, VisibleVersion, VisibleVersionTime, State, PartitionKey, Range, DistributionKey, Buckets,
  ReplicationNum, StorageMedium, CooldownTime, RemoteStoragePolicy, LastConsistencyCheckTime, DataSize, IsInMemory,
  ReplicaAllocation, IsMutable, SyncWithBaseTables, UnsyncTables, CommittedVersion from 3.0, RowCount from 3.0`,
);

export const PARTITION_STATEMENTS: readonly Statement[] = [
  {
    kind: 'read',
    form: 'SHOW PARTITIONS FROM <name:name>',
    by: 'local',
    run: (execution, captures) => showPartitions(execution, valuesOf(captures, 'name')),
  },
  {
    kind: 'read',
    form: 'SHOW TEMPORARY PARTITIONS FROM <name:name>',
    by: 'local',
    run: (execution, captures) => {
      const denied = denial(execution, valuesOf(captures, 'name'));
      if (denied !== undefined) return denied;
      tableOf(execution, valuesOf(captures, 'name'));
      return table(execution.version, PARTITIONS, []);
    },
  },
];

function showPartitions(execution: Execution, parts: readonly string[]): SqlAnswer {
  const denied = denial(execution, parts);
  if (denied !== undefined) return denied;
  const { table: found } = tableOf(execution, parts);
  return partitionRows(execution, found);
}

function denial(execution: Execution, parts: readonly string[]): SqlAnswer | undefined {
  const name = splitName(execution, parts);
  if (seesTables(execution, name.database)) return undefined;
  const { session, version } = execution;
  const text = `SHOW PARTITIONS command denied to user '${session.user}'@'${session.clientHost}' for table '${name.database}: ${name.table}'`;
  return isFrom(version, '4.0') ? failure(text) : coded(1142, '42000', `errCode = 2, detailMessage = ${text}`);
}

export function partitionRows(execution: Execution, found: TableState): SqlAnswer {
  return table(
    execution.version,
    PARTITIONS,
    found.partitions.map((partition) => partitionFields(execution, found, partition)),
  );
}

function partitionFields({ state }: Execution, found: TableState, partition: PartitionState): Fields {
  const keys = keysOf(found.name);
  return {
    PartitionId: partition.id,
    PartitionName: partition.name,
    VisibleVersion: partition.visibleVersion,
    VisibleVersionTime: formatTime(state.masterSinceMs),
    State: 'NORMAL',
    PartitionKey: keys.partition,
    Range: formatRange(found.name, partition.name, partition === found.partitions[0]),
    DistributionKey: keys.distribution,
    Buckets: partition.tablets.length,
    ReplicationNum: Object.values(partition.replicaAllocation).reduce((sum, replicas) => sum + replicas, 0),
    StorageMedium: partition.medium,
    CooldownTime: '9999-12-31 15:59:59',
    RemoteStoragePolicy: '',
    LastConsistencyCheckTime: null,
    DataSize: formatSize(bytesOf([{ ...found, partitions: [partition] }])),
    IsInMemory: 'false',
    ReplicaAllocation: formatAllocation(partition.replicaAllocation),
    IsMutable: 'true',
    SyncWithBaseTables: 'true',
    UnsyncTables: null,
    CommittedVersion: partition.visibleVersion,
    RowCount: -1,
  };
}

function formatRange(table: string, partition: string, isFirst: boolean): string {
  const range = partitionRange(table, partition, isFirst);
  if (range === undefined) return '';
  const { type, from, until } = range;
  return `[types: [${type}]; keys: [${from}]; ..types: [${type}]; keys: [${until}]; )`;
}
