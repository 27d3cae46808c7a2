import type { SqlAnswer } from '../../cluster.ts';
import type { PartitionState, TableState } from '../../model/state.ts';
import { coded, failure } from '../answer/errors.ts';
import { formatAllocation, formatSize, formatTime } from '../answer/format.ts';
import { columns, type Fields, isFrom, table } from '../answer/table.ts';
import { type Execution, type Statement, valuesOf } from '../statement.ts';
import { bytesOf } from './counts.ts';
import { seesTables, splitName, tableOf } from './names.ts';

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
  const keys = PARTITION_KEYS[found.name] ?? NO_KEY;
  return {
    PartitionId: partition.id,
    PartitionName: partition.name,
    VisibleVersion: partition.visibleVersion,
    VisibleVersionTime: formatTime(state.masterSinceMs),
    State: 'NORMAL',
    PartitionKey: keys.partition,
    Range: rangeOf(keys, partition.name, partition === found.partitions[0]),
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

interface Keys {
  readonly partition: string;
  readonly distribution: string;
  readonly type?: 'DATEV2' | 'DATETIMEV2';
}

const NO_KEY: Keys = { partition: '', distribution: 'id' };

/** The model holds no columns. */
const PARTITION_KEYS: Readonly<Partial<Record<string, Keys>>> = {
  orders: { partition: 'day', distribution: 'id', type: 'DATEV2' },
  audit_log: { partition: 'time', distribution: 'query_id', type: 'DATETIMEV2' },
  column_statistics: { partition: '', distribution: 'id, catalog_id, db_id, tbl_id, idx_id, col_id, part_id' },
  histogram_statistics: { partition: '', distribution: 'id, catalog_id, db_id, tbl_id, idx_id, col_id' },
  partition_statistics: {
    partition: '',
    distribution: 'catalog_id, db_id, tbl_id, idx_id, part_name, part_id, col_id',
  },
};

/** From a name such as `p202601` (a month) or `p20261123` (a day). */
function rangeOf({ type }: Keys, name: string, isFirst: boolean): string {
  const [, year, month, day] = /^p(\d{4})(\d{2})(\d{2})?$/.exec(name) ?? [];
  if (type === undefined || year === undefined || month === undefined) return '';
  const start = [Number(year), Number(month), Number(day ?? 1)] as const;
  const end = day === undefined ? nextMonth(start) : nextDay(start);
  const from = isFirst && day === undefined ? '0000-01-01' : written(start);
  const time = type === 'DATETIMEV2' ? ' 00:00:00' : '';
  return `[types: [${type}]; keys: [${from}${time}]; ..types: [${type}]; keys: [${written(end)}${time}]; )`;
}

type YearMonthDay = readonly [year: number, month: number, day: number];

function nextMonth([year, month]: YearMonthDay): YearMonthDay {
  return month === 12 ? [year + 1, 1, 1] : [year, month + 1, 1];
}

function nextDay([year, month, day]: YearMonthDay): YearMonthDay {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 31;
  return day < days ? [year, month, day + 1] : nextMonth([year, month, day]);
}

function written([year, month, day]: YearMonthDay): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${String(year)}-${two(month)}-${two(day)}`;
}
