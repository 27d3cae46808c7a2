import type { SqlAnswer } from '../../cluster.ts';
import { registeredBackends } from '../../model/queries.ts';
import type { JobState } from '../../model/state.ts';
import { failure } from '../answer/errors.ts';
import { formatAllocation, formatSize, formatTags, formatTime } from '../answer/format.ts';
import { type Cell, columns, list, table, TYPES } from '../answer/table.ts';
import type { Execution } from '../statement.ts';
import { bytesOf, DATABASE_QUOTA, partitionCount, REPLICA_QUOTA, replicasOf, tabletCount } from '../tables/counts.ts';
import { SYSTEM_TABLES } from '../system/information-schema.ts';
import { partitionRows } from '../tables/partitions.ts';
import { databasesByName } from './health.ts';
import type { ProcNode } from './node.ts';

const DATABASES = columns(
  `DbId, DbName, TableNum, Size, Quota, LastConsistencyCheckTime, ReplicaCount, ReplicaQuota, RunningTransactionNum,
  TransactionQuota, LastUpdateTime`,
);
const STATISTIC = columns('DbId, DbName, TableNum, PartitionNum, IndexNum, TabletNum, ReplicaNum');
const TRANSACTIONS = columns('DbId, DbName, RunningTransactionNum');
const TRANSACTION_STATES = columns('State, Number');
/** TransProcDir.TITLE_NAMES of 2.1 to 4.x. */
const RUNNING = columns(
  `TransactionId, Label, Coordinator, TransactionStatus, LoadJobSourceType, PrepareTime, PreCommitTime, CommitTime,
  PublishTime, FinishTime, Reason, ErrorReplicasCount, ListenerId, TimeoutMs, ErrMsg`,
);
const JOB_DATABASES = columns('DbId, DbName');
const JOBS = columns('JobType, Pending, Running, Finished, Cancelled, Total');
const BUCKETS = columns('BucketIndex');
const GROUPS = columns('GroupId, GroupName, TableIds, BucketsNum, ReplicaAllocation, DistCols, IsStable, ErrorMsg');

export const DATABASE_NODES: readonly ProcNode[] = [
  { path: '/dbs', show: showDatabases },
  { path: '/dbs/{database}/{table}/partitions', show: showPartitions },
  { path: '/statistic', show: showStatistic },
  { path: '/transactions', show: showTransactions },
  { path: '/transactions/{database}', show: (execution, [id = '']) => showTransactionStates(execution, id) },
  {
    path: '/transactions/{database}/{state}',
    show: (execution, [id = '', state = '']) => showRunning(execution, id, state),
  },
  { path: '/jobs', show: showJobDatabases },
  { path: '/jobs/{id}', show: (execution, [id = '']) => showJobs(execution, id) },
  { path: '/colocation_group', show: showGroups },
  { path: '/colocation_group/{id}', show: (execution, [id = '']) => showBuckets(execution, id) },
];

/** max_running_txn_num_per_db */
const TRANSACTION_QUOTA = { '2.1': 1000, '3.0': 1000, '4.0': 10_000 } as const;

function showDatabases({ state, version }: Execution): SqlAnswer {
  const quota = formatSize(DATABASE_QUOTA[version]);
  const transactions = TRANSACTION_QUOTA[version];
  const byId = state.databases.toSorted((a, b) => Number(a.id) - Number(b.id));
  return list(version, DATABASES, [
    [
      '0',
      'information_schema',
      SYSTEM_TABLES[version].length,
      formatSize(0),
      quota,
      null,
      0,
      REPLICA_QUOTA,
      0,
      transactions,
      null,
    ],
    ...byId.map((database): readonly Cell[] => [
      database.id,
      database.name,
      database.tables.length,
      formatSize(bytesOf(database.tables)),
      quota,
      null,
      replicasOf(database.tables),
      REPLICA_QUOTA,
      state.transactions.filter(({ databaseId }) => databaseId === database.id).length,
      transactions,
      null,
    ]),
  ]);
}

function showPartitions(execution: Execution, [databaseId, tableId]: readonly string[]): SqlAnswer {
  const database = execution.state.databases.find(({ id }) => id === databaseId);
  if (database === undefined) return failure(`Database[${databaseId ?? ''}] does not exist.`);
  const found = database.tables.find(({ id }) => id === tableId);
  return found === undefined ? failure(`Table[${tableId ?? ''}] does not exist`) : partitionRows(execution, found);
}

/** Walks all tablets, as the FE does. */
function showStatistic({ state, version }: Execution): SqlAnswer {
  const rows = databasesByName(state.databases).map(({ id, name, tables }) => ({
    name: [id, name] as const,
    counts: [
      tables.length,
      partitionCount(tables),
      // One index a partition, its base.
      partitionCount(tables),
      tabletCount(tables),
      replicasOf(tables),
    ],
  }));
  const total = [0, 1, 2, 3, 4].map((at) => rows.reduce((sum, { counts }) => sum + (counts[at] ?? 0), 0));
  return list(version, STATISTIC, [
    ...rows.map(({ name, counts }) => [...name, ...counts]),
    ['Total', rows.length, ...total],
  ]);
}

function showTransactions({ state, version }: Execution): SqlAnswer {
  const rows = databasesByName(state.databases)
    .filter(({ name }) => name !== 'mysql')
    .map(
      ({ id, name }) => [id, name, state.transactions.filter(({ databaseId }) => databaseId === id).length] as const,
    );
  return list(version, TRANSACTIONS, [...rows, ['0', 'Total', state.transactions.length]]);
}

function showTransactionStates({ state, version }: Execution, id: string): SqlAnswer {
  const running = state.transactions.filter(({ databaseId }) => databaseId === id).length;
  return list(version, TRANSACTION_STATES, [
    ['running', running],
    ['finished', 0],
  ]);
}

/** At most 2,000 rows, newest first. */
function showRunning({ state, version }: Execution, id: string, which: string): SqlAnswer {
  if (which !== 'running' && which !== 'finished') return failure('State is invalid');
  const found = which === 'running' ? state.transactions.filter(({ databaseId }) => databaseId === id) : [];
  return table(
    version,
    RUNNING,
    found
      .toSorted((a, b) => b.id - a.id)
      .slice(0, 2000)
      .map((transaction) => ({
        TransactionId: transaction.id,
        Label: transaction.label,
        Coordinator: 'FE: 127.0.0.1',
        TransactionStatus: 'PREPARE',
        LoadJobSourceType: 'BACKEND_STREAMING',
        PrepareTime: formatTime(transaction.startedAtMs),
        Reason: '',
        ErrorReplicasCount: 0,
        ListenerId: -1,
        TimeoutMs: 600_000,
        ErrMsg: '',
      })),
  );
}

function showJobDatabases({ state, version }: Execution): SqlAnswer {
  const own = state.databases.filter(({ name }) => name !== 'mysql' && name !== '__internal_schema');
  const internal = state.databases.filter(({ name }) => name === '__internal_schema');
  return list(version, JOB_DATABASES, [
    ...own.map(({ id, name }) => [id, name]),
    ['0', 'information_schema'],
    ['1', 'mysql'],
    ...internal.map(({ id, name }) => [id, name]),
  ]);
}

const JOB_TYPES: readonly (readonly [shown: string, kind: JobState['kind'] | undefined])[] = [
  ['load', 'load'],
  ['delete', undefined],
  ['rollup', 'rollup'],
  ['schema_change', 'schema_change'],
  ['export', undefined],
];

/** -1 stands for all databases. */
function showJobs({ state, version }: Execution, databaseId: string): SqlAnswer {
  if (!/^-?\d+$/.test(databaseId)) return failure(`Invalid db id format: ${databaseId}`);
  const jobs = state.jobs.filter((job) => databaseId === '-1' || job.databaseId === databaseId);
  return list(
    version,
    JOBS,
    JOB_TYPES.map(([shown, kind]) => {
      const ofKind = jobs.filter((job) => job.kind === kind);
      const pending = ofKind.filter((job) => /PENDING|WAITING/.test(job.state)).length;
      return [shown, pending, ofKind.length - pending, 0, 0, ofKind.length];
    }),
  );
}

function showGroups({ state, version }: Execution): SqlAnswer {
  return table(
    version,
    GROUPS,
    state.colocateGroups.map((group) => ({
      GroupId: group.id,
      GroupName: group.name,
      TableIds: group.tableIds.join(', '),
      BucketsNum: group.buckets,
      ReplicaAllocation: formatAllocation({ default: group.replicas }),
      DistCols: version === '4.0' ? 'bigint' : 'BIGINT',
      IsStable: group.stable,
      ErrorMsg: group.stable ? '' : instability(group.tableIds, state.scheduler.pending[0]?.tabletId),
    })),
  );
}

function instability(tableIds: readonly string[], tabletId: string | undefined): string {
  return `get unhealthy tablet ${tabletId ?? tableIds[0] ?? ''} in colocate table. status: COLOCATE_MISMATCH`;
}

function showBuckets({ state, version }: Execution, id: string): SqlAnswer {
  const group = state.colocateGroups.find((each) => each.id === id);
  if (group === undefined) return failure(`Invalid group id: ${id}`);
  const backendId = group.placement[0]?.[0];
  const tags = registeredBackends(state).find(({ row }) => row.id === backendId)?.row.tags ?? { location: 'default' };
  return {
    kind: 'rows',
    columns: [...BUCKETS[version], { name: formatTags(tags), type: TYPES.string }],
    rows: group.placement.map((backends, bucket) => [String(bucket), backends.join(', ')]),
  };
}
