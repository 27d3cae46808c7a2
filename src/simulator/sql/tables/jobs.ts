import type { SqlAnswer } from '../../cluster.ts';
import type { JobState } from '../../model/state.ts';
import { needsAdminFrom30 } from '../access/needs.ts';
import { coded, refuse } from '../answer/errors.ts';
import { formatSize, formatTime } from '../answer/format.ts';
import { type Columns, columns, type Fields, isFrom, table, TYPES } from '../answer/table.ts';
import { type Execution, type Statement, valuesOf } from '../statement.ts';
import type { Captures } from '../text/form.ts';
import { databaseOf, INFORMATION_SCHEMA, unknownDatabase } from './names.ts';

/** SHOW BACKUP and SHOW RESTORE send texts as another type from 4.0 on. */
const asTexts = (names: string): Columns =>
  columns(
    names
      .split(',')
      .map((name) => `${name.trim()} until 3.0, ${name.trim()}:${String(TYPES.text)} from 4.0`)
      .join(', '),
  );

const BACKUPS = asTexts(
  `JobId, SnapshotName, DbName, State, BackupObjs, CreateTime, SnapshotFinishedTime, UploadFinishedTime, FinishedTime,
  UnfinishedTasks, Progress, TaskErrMsg, Status, Timeout`,
);
const RESTORES = asTexts(
  `JobId, Label, Timestamp, DbName, State, AllowLoad, ReplicationNum, ReplicaAllocation, ReserveReplica,
  ReserveDynamicPartitionEnable, RestoreObjs, CreateTime, MetaPreparedTime, SnapshotFinishedTime, DownloadFinishedTime,
  FinishedTime, UnfinishedTasks, Progress, TaskErrMsg, Status, Timeout`,
);
const COLUMN_CHANGES = columns(
  `JobId, TableName, CreateTime, FinishTime, IndexName, IndexId, OriginIndexId, SchemaVersion, TransactionId, State, Msg,
  Progress, Timeout`,
);
const ROLLUPS = columns(
  `JobId, TableName, CreateTime, FinishTime, BaseIndexName, RollupIndexName, RollupId, TransactionId, State, Msg,
  Progress, Timeout`,
);
const RECYCLE_BIN = columns('Type, Name, DbId, TableId, PartitionId, DropTime, DataSize, RemoteDataSize');

export const JOB_STATEMENTS: readonly Statement[] = [
  {
    kind: 'read',
    form: 'SHOW BACKUP [FROM|IN <database:name>]',
    by: 'local',
    run: (...of) => showJobs(...of, BACKUPS, 'backup'),
  },
  {
    kind: 'read',
    form: 'SHOW RESTORE [FROM|IN <database:name>]',
    by: 'local',
    run: (...of) => showJobs(...of, RESTORES, 'restore'),
  },
  {
    kind: 'read',
    form: 'SHOW ALTER TABLE COLUMN [FROM|IN <database:name>]',
    by: 'local',
    run: (...of) => showJobs(...of, COLUMN_CHANGES, 'schema_change'),
  },
  {
    kind: 'read',
    form: 'SHOW ALTER TABLE ROLLUP [FROM|IN <database:name>]',
    by: 'local',
    run: (...of) => showJobs(...of, ROLLUPS, 'rollup'),
  },
  { kind: 'read', form: 'SHOW CATALOG RECYCLE BIN', by: 'local', needs: needsAdminFrom30, run: showRecycleBin },
];

function showJobs(execution: Execution, captures: Captures, shape: Columns, kind: JobState['kind']): SqlAnswer {
  const { state, version, session } = execution;
  const name = valuesOf(captures, 'database').at(-1) ?? session.database;
  if (name === undefined) {
    return isFrom(version, '4.0')
      ? refuse('No database selected')
      : coded(1046, '3D000', 'errCode = 2, detailMessage = No database selected');
  }
  const database = databaseOf(state, name);
  if (database === undefined && name !== INFORMATION_SCHEMA.name) return unknownDatabase(name);
  const jobs = state.jobs.filter((job) => job.kind === kind && job.databaseId === database?.id);
  return table(
    version,
    shape,
    jobs.map((job, index) => jobFields(execution, job, index, name)),
  );
}

function jobFields({ state }: Execution, job: JobState, index: number, database: string): Fields {
  return {
    JobId: Number(job.databaseId) * 100 + index,
    SnapshotName: `snapshot_${job.table}`,
    Label: `snapshot_${job.table}`,
    DbName: database,
    TableName: job.table,
    State: job.state,
    BackupObjs: `[${database}.${job.table}]`,
    RestoreObjs: job.table,
    CreateTime: formatTime(state.nowMs),
    IndexName: job.table,
    BaseIndexName: job.table,
    RollupIndexName: `${job.table}_rollup`,
    AllowLoad: false,
    Status: '[OK]',
    Progress: '',
    Msg: '',
    TransactionId: 1,
    Timeout: 86_400,
  };
}

function showRecycleBin({ state, version }: Execution): SqlAnswer {
  return table(
    version,
    RECYCLE_BIN,
    state.recycleBin.map(({ kind, name, ids, droppedAtMs, bytes }) => ({
      Type: kind,
      Name: name,
      DbId: ids.database,
      TableId: ids.table,
      PartitionId: ids.partition,
      DropTime: formatTime(droppedAtMs),
      DataSize: formatSize(bytes),
      RemoteDataSize: formatSize(0),
    })),
  );
}
