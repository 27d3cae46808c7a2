import type { DorisVersion } from '../../cluster.ts';
import { showGrants } from '../access/grants.ts';
import { failure } from '../answer/errors.ts';
import { type Columns, columns, isFrom, list } from '../answer/table.ts';
import { BROKERS } from '../system/empty.ts';
import type { ProcNode } from './node.ts';

const empty = (path: string, shape: Columns): ProcNode => ({ path, show: ({ version }) => list(version, shape, []) });

const TASKS = columns('TaskType, FailedNum, TotalNum');
const TASK_TYPES = `CREATE DROP PUSH CLONE STORAGE_MEDIUM_MIGRATE ROLLUP SCHEMA_CHANGE CANCEL_DELETE MAKE_SNAPSHOT
  RELEASE_SNAPSHOT CHECK_CONSISTENCY UPLOAD DOWNLOAD CLEAR_REMOTE_FILE MOVE REALTIME_PUSH PUBLISH_VERSION
  CLEAR_ALTER_TASK CLEAR_TRANSACTION_TASK RECOVER_TABLET STREAM_LOAD UPDATE_TABLET_META_INFO ALTER INSTALL_PLUGIN
  UNINSTALL_PLUGIN COMPACTION STORAGE_MEDIUM_MIGRATE_V2 NOTIFY_UPDATE_STORAGE_POLICY PUSH_COOLDOWN_CONF
  PUSH_STORAGE_POLICY ALTER_INVERTED_INDEX GC_BINLOG`.split(/\s+/);
const TASK_TYPES_40 = ['CLEAN_TRASH', 'UPDATE_VISIBLE_VERSION', 'CLEAN_UDF_CACHE', 'PUSH_INDEX_POLICY'];

function taskTypes(version: DorisVersion): readonly string[] {
  return [...TASK_TYPES, ...(isFrom(version, '4.0') ? TASK_TYPES_40 : []), 'CALCULATE_DELETE_BITMAP', 'Total'];
}

/** Paths that a quiet cluster answers with nothing, or always with the same. */
export const OTHER_NODES: readonly ProcNode[] = [
  { path: '/auth', show: ({ state, version }) => showGrants(version, state.users) },
  { path: '/bdbje', show: () => failure('Not in bdbje debug mode') },
  empty('/brokers', BROKERS),
  {
    path: '/catalogs',
    show: ({ state, version }) =>
      list(version, columns('CatalogIds, CatalogName, DatabaseNum, LastUpdateTime'), [
        ['0', 'internal', state.databases.length + 1, null],
      ]),
  },
  { path: '/monitor', show: ({ version }) => list(version, columns('Name, Info'), [['jvm', ' ']]) },
  {
    path: '/tasks',
    show: ({ version }) =>
      list(
        version,
        TASKS,
        taskTypes(version).map((type) => [type, 0, 0]),
      ),
  },
  empty(
    '/current_queries',
    columns('QueryId, ConnectionId, Catalog, Database, User, ScanBytes, ProcessRows, ExecTime'),
  ),
  empty(
    '/current_query_stmts',
    columns('QueryId, ConnectionId, Catalog, Database, User, ExecTime, SqlHash, Statement'),
  ),
  empty('/current_backend_instances', columns('Backend, InstanceNum, InstanceId, ExecTime')),
  empty('/stream_loads', columns('Label, DbId, FinishTime')),
  empty(
    '/binlog',
    columns(
      `Name, Type, Id, Dropped, BinlogLength, BinlogSize from 4.0, FirstBinlogCommittedTime,
      ReadableFirstBinlogCommittedTime, LastBinlogCommittedTime, ReadableLastBinlogCommittedTime, BinlogTtlSeconds,
      BinlogMaxBytes from 4.0, BinlogMaxHistoryNums from 4.0`,
    ),
  ),
];
