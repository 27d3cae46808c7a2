import { needsAdminPriv } from '../access/needs.ts';
import { bare, failure } from '../answer/errors.ts';
import { columns, isFrom, list, TYPES } from '../answer/table.ts';
import { type Statement, valueOf } from '../statement.ts';

const WORKLOAD_GROUPS = columns(
  `Id, Name, cpu_share until 3.0, memory_limit until 3.0, enable_memory_overcommit until 3.0, min_cpu_percent from 4.0,
  max_cpu_percent from 4.0, min_memory_percent from 4.0, max_memory_percent from 4.0, max_concurrency, max_queue_size,
  queue_timeout, cpu_hard_limit until 3.0, scan_thread_num, max_remote_scan_thread_num, min_remote_scan_thread_num,
  memory_low_watermark from 4.0, memory_high_watermark from 4.0, compute_group from 4.0, read_bytes_per_second from 4.0,
  remote_read_bytes_per_second from 4.0, slot_memory_policy from 4.0, running_query_num, waiting_query_num`,
);
const NORMAL_UNTIL_30 = '1 normal 1024 30% true 2147483647 0 0 0% -1 -1 -1 0 0'.split(' ');
const NORMAL_FROM_40 = 'normal 0% 100% 0% 100% 2147483647 0 0 -1 -1 -1 75% 85% default -1 -1 none 0 0'.split(' ');

const COLLATIONS = columns(
  `Collation, Charset, Id:${String(TYPES.bigint)} until 3.0, Id from 4.0, Default, Compiled,
  Sortlen:${String(TYPES.bigint)} until 3.0, Sortlen from 4.0`,
);
const COLLATION_ROWS = [
  ['utf8mb4_0900_bin', 'utf8mb4', '309', 'Yes', 'Yes', '1'],
  ['utf8mb3_general_ci', 'utf8mb3', '33', 'Yes', 'Yes', '1'],
];

const ONLY_CLOUD = 'Command only support in cloud mode.';
const CLASS_CAST =
  "class org.apache.doris.system.SystemInfoService cannot be cast to class org.apache.doris.cloud.system.CloudSystemInfoService (org.apache.doris.system.SystemInfoService and org.apache.doris.cloud.system.CloudSystemInfoService are in unnamed module of loader 'app')";

/** Answers that depend on the version alone. */
export const OTHER_STATEMENTS: readonly Statement[] = [
  {
    kind: 'read',
    form: 'SHOW WORKLOAD GROUPS',
    by: 'local',
    run: ({ state, version }) => {
      const newest = [state.databases[0]?.id ?? '1', ...NORMAL_FROM_40];
      return list(version, WORKLOAD_GROUPS, [isFrom(version, '4.0') ? newest : NORMAL_UNTIL_30]);
    },
  },
  {
    kind: 'read',
    form: 'SHOW COLLATION',
    by: 'local',
    run: ({ version }) =>
      list(version, COLLATIONS, isFrom(version, '4.0') ? COLLATION_ROWS : COLLATION_ROWS.slice(0, 1)),
  },
  { kind: 'read', form: 'SHOW COMPUTE GROUPS', from: '3.0', by: 'local', run: () => failure(ONLY_CLOUD) },
  {
    kind: 'read',
    form: 'SHOW CLUSTERS',
    by: 'local',
    run: ({ version }) =>
      version === '2.1'
        ? bare(`ClassCastException, msg: java.lang.ClassCastException: ${CLASS_CAST}`)
        : failure(ONLY_CLOUD),
  },
  {
    kind: 'read',
    form: 'SHOW TRANSACTION [FROM <database:name>] WHERE ID = <id:number>',
    by: 'local',
    needs: needsAdminPriv,
    run: (_, captures) => failure(`transaction with id ${valueOf(captures, 'id')} does not exist`),
  },
];
