import type { DorisVersion } from '../cluster.ts';
import { threadPools } from './thread-pools.ts';

export interface FrontendFamily {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  /** Label sets in the recordings' own words, all of value 0 where nothing else is known. Absent: one sample without labels. */
  readonly series?: readonly string[];
}

const FOLD = ['type="failed"', 'type="success"'] as const;
/** Until 3.0 there was one more of both. */
const CACHE = ['type="partition"', 'type="sql"'] as const;

/** Registered by every version. Source: recorded FEs of 2024-03 and 2026-01. */
const COMMON: readonly FrontendFamily[] = [
  { name: 'image_push', type: 'counter', help: 'counter of image failed to other frontends', series: FOLD },
  { name: 'routine_load_error_rows', type: 'counter', help: 'total error rows of routine load' },
  { name: 'report_queue_size', type: 'gauge', help: 'report queue size' },
  { name: 'query_total', type: 'counter', help: 'total query' },
  { name: 'query_rpc_size', type: 'counter', help: '', series: [] },
  { name: 'thrift_rpc_total', type: 'counter', help: '' },
  { name: 'edit_log_clean', type: 'counter', help: 'counter of edit log failed to clean', series: FOLD },
  { name: 'request_total', type: 'counter', help: 'total request' },
  { name: 'edit_log', type: 'counter', help: 'size of current edit log' },
  { name: 'image_clean', type: 'counter', help: 'counter of image failed to clean', series: FOLD },
  { name: 'query_hive_table', type: 'counter', help: 'total query from hive table' },
  { name: 'routine_load_rows', type: 'counter', help: 'total rows of routine load' },
  { name: 'routine_load_receive_bytes', type: 'counter', help: 'total received bytes of routine load' },
  { name: 'query_table', type: 'counter', help: 'total query from table' },
  { name: 'tablet_num', type: 'gauge', help: 'tablet number', series: [] },
  { name: 'thrift_rpc_latency_ms', type: 'counter', help: '' },
  { name: 'tablet_status_count', type: 'gauge', help: 'tablet count on different status' },
  { name: 'txn_num', type: 'gauge', help: 'number of running transactions' },
  { name: 'counter_hit_sql_block_rule', type: 'counter', help: 'total hit sql block rule query' },
  { name: 'max_journal_id', type: 'gauge', help: 'max journal id of this frontends' },
  { name: 'query_rpc_total', type: 'counter', help: '', series: [] },
  { name: 'scheduled_tablet_num', type: 'gauge', help: 'number of tablets being scheduled' },
  { name: 'connection_total', type: 'gauge', help: 'total connections' },
  { name: 'tablet_max_compaction_score', type: 'gauge', help: 'tablet max compaction score', series: [] },
  { name: 'publish_txn_num', type: 'gauge', help: 'number of publish transactions' },
  { name: 'rps', type: 'gauge', help: 'request per second' },
  { name: 'qps', type: 'gauge', help: 'query per second' },
  { name: 'query_err_rate', type: 'gauge', help: 'query error rate' },
  { name: 'image_write', type: 'counter', help: 'counter of image failed to write', series: FOLD },
  { name: 'max_tablet_compaction_score', type: 'gauge', help: 'max tablet compaction score of all backends' },
  { name: 'query_rpc_failed', type: 'counter', help: '', series: [] },
  { name: 'query_olap_table', type: 'counter', help: 'total query from olap table' },
  { name: 'query_instance_num', type: 'gauge', help: 'number of query instances of all current users' },
  { name: 'txn_counter', type: 'counter', help: 'counter of beginning transactions' },
  { name: 'query_err', type: 'counter', help: 'total error query' },
  { name: 'txn_status', type: 'gauge', help: 'txn statistics' },
  { name: 'query_instance_begin', type: 'counter', help: 'number of query instance begin', series: [] },
];

const UNTIL_3_0: readonly FrontendFamily[] = [
  { name: 'cache_hit', type: 'counter', help: 'total hits query by partition model', series: CACHE },
  { name: 'cache_added', type: 'counter', help: 'Number of Partition mode cache added', series: CACHE },
];

const FROM_3_0: readonly FrontendFamily[] = [
  { name: 'query_slow', type: 'counter', help: 'total slow query' },
  { name: 'query_slow_rate', type: 'gauge', help: 'query slow rate' },
];

const STATISTICS: readonly FrontendFamily[] = [
  { name: 'statistics_unhealthy_table_num', type: 'gauge', help: 'unhealthy table num' },
  { name: 'statistics_very_low_priority_queue_length', type: 'gauge', help: 'very low priority queue length' },
  { name: 'statistics_high_priority_queue_length', type: 'gauge', help: 'high priority queue length' },
  { name: 'statistics_low_priority_queue_length', type: 'gauge', help: 'low priority queue length' },
  { name: 'statistics_mid_priority_queue_length', type: 'gauge', help: 'mid priority queue length' },
  { name: 'statistics_failed_analyze_task', type: 'counter', help: 'failed analyze task num' },
  { name: 'statistics_failed_analyze_job', type: 'counter', help: 'failed analyze job num' },
  { name: 'statistics_succeed_analyze_task', type: 'counter', help: 'succeed analyze task num' },
  { name: 'statistics_succeed_analyze_job', type: 'counter', help: 'succeed analyze job num' },
  { name: 'statistics_unhealthy_column_num', type: 'gauge', help: 'unhealthy column num' },
  { name: 'statistics_unhealthy_column_rate', type: 'gauge', help: 'unhealthy column rate' },
  { name: 'statistics_unhealthy_table_rate', type: 'gauge', help: 'unhealthy table rate' },
  { name: 'statistics_empty_table_num', type: 'gauge', help: 'empty table num' },
  { name: 'statistics_not_analyzed_table_num', type: 'gauge', help: 'not analyzed table num' },
  { name: 'statistics_invalid_stats', type: 'counter', help: 'invalid stats' },
];

const VIEW = 'async_materialized_view';
const VIEWS: readonly FrontendFamily[] = [
  { name: `${VIEW}_task_failed_num`, type: 'counter', help: 'async materialized view task failed num' },
  { name: `${VIEW}_task_success_num`, type: 'counter', help: 'async materialized view task success num' },
  { name: `${VIEW}_task_skip_num`, type: 'counter', help: 'async materialized view task skip num' },
  { name: `${VIEW}_task_pending_num`, type: 'gauge', help: 'async materialized view task pending num' },
  { name: `${VIEW}_task_running_num`, type: 'gauge', help: 'async materialized view task running num' },
  {
    name: `${VIEW}_num`,
    type: 'gauge',
    help: 'async materialized view num',
    series: ['MANUAL', 'COMMIT', 'SCHEDULE'].flatMap((trigger) =>
      ['COMPLETE', 'AUTO'].flatMap((method) =>
        ['SELF_MANAGE', 'FOLLOW_BASE_TABLE', 'EXPR'].map(
          (kind) => `trigger="${trigger}", method="${method}", partitionType="${kind}"`,
        ),
      ),
    ),
  },
];

const FROM_4_0: readonly FrontendFamily[] = [
  { name: 'version', type: 'gauge', help: '' },
  { name: 'agent_task_total', type: 'counter', help: 'total agent task' },
  { name: 'agent_task_request_total', type: 'counter', help: 'total agent batch task request send to BE' },
  { name: 'internal_table_num', type: 'gauge', help: 'total internal table num' },
  { name: 'internal_database_num', type: 'gauge', help: 'total internal database num' },
  { name: 'catalog_num', type: 'gauge', help: 'total catalog num' },
  { name: 'plan_num', type: 'gauge', help: 'plan running num' },
  { name: 'commit_queue_length', type: 'gauge', help: 'commit queue length' },
  {
    name: 'update_tablet_stat_failed',
    type: 'counter',
    help: 'counter of failed to update tablet stat',
    series: FOLD.slice(0, 1),
  },
  ...['table', 'partition', 'tablet'].flatMap((of) =>
    ['avg', 'max', 'min'].map((which) => ({ name: `${which}_${of}_size_bytes`, type: 'gauge' as const, help: '' })),
  ),
  { name: 'sql_cache_num', type: 'gauge', help: 'Number of SQL cache' },
  { name: 'sql_cache_hit', type: 'counter', help: 'total hits query by sql cache' },
  { name: 'sql_cache_added', type: 'counter', help: 'Number of SQL cache added' },
  { name: 'sql_cache_total_search_times', type: 'counter', help: 'sql cache total search times' },
  { name: 'http_copy_into_upload_request_total', type: 'counter', help: 'http copy into upload total request' },
  { name: 'http_copy_into_upload_err_total', type: 'counter', help: 'http copy into err query request' },
  { name: 'http_copy_into_query_request_total', type: 'counter', help: 'http copy into total query request' },
  { name: 'routine_load_get_meta_count', type: 'counter', help: 'get meta count of routine load' },
  { name: 'routine_load_get_meta_fail_count', type: 'counter', help: 'get meta fail count of routine load' },
  { name: 'routine_load_get_meta_latency', type: 'counter', help: 'get meta lantency of routine load' },
  { name: 'routine_load_lag', type: 'gauge', help: 'total routine load lag' },
  { name: 'routine_load_progress', type: 'gauge', help: 'total routine load progress' },
  { name: 'routine_load_task_execute_time', type: 'counter', help: 'task execute time of routine load' },
  { name: 'routine_load_task_execute_count', type: 'counter', help: 'task execute count of routine load' },
  {
    name: 'routine_load_abort_task_num',
    type: 'gauge',
    help: 'total number of aborted tasks in active routine load jobs',
  },
  ...STATISTICS,
  ...VIEWS,
];

const LOAD_STATES = ['UNKNOWN', 'PENDING', 'ETL', 'LOADING', 'COMMITTED', 'FINISHED', 'CANCELLED'] as const;
const LOAD_TYPES = ['INSERT', 'BROKER', 'DELETE', 'SPARK', 'LOCAL_FILE', 'INSERT_JOB'] as const;
const ROUTINE_STATES = ['NEED_SCHEDULE', 'RUNNING', 'PAUSED', 'STOPPED', 'CANCELLED'] as const;

function jobs(version: DorisVersion): FrontendFamily {
  const modern = version === '4.0';
  const states = modern ? [...LOAD_STATES, 'RETRY'] : LOAD_STATES;
  const types = [...LOAD_TYPES, ...(modern ? ['COPY', 'INGESTION'] : ['HADOOP', 'MINI'])];
  const routine = modern ? [...ROUTINE_STATES, 'ABNORMAL_PAUSED', 'USER_PAUSED'] : ROUTINE_STATES;
  return {
    name: 'job',
    type: 'gauge',
    help: 'routine load job statistics',
    series: [
      ...types.flatMap((type) => states.map((state) => `job="load", type="${type}", state="${state}"`)),
      ...routine.map((state) => `job="load", type="ROUTINE_LOAD", state="${state}"`),
      ...['SCHEMA_CHANGE', 'ROLLUP'].map((type) => `job="alter", type="${type}", state="running"`),
    ],
  };
}

function registry(version: DorisVersion): readonly FrontendFamily[] {
  const pools = { name: 'thread_pool', type: 'counter', help: 'thread_pool statistics', series: threadPools(version) };
  return [
    ...COMMON,
    ...(version === '4.0' ? FROM_4_0 : UNTIL_3_0),
    ...(version === '2.1' ? [] : FROM_3_0),
    jobs(version),
    pools as FrontendFamily,
  ];
}

/** What each version registers beside the JVM's own, without the prefix `doris_fe_`. */
export const FRONTEND_FAMILIES: Readonly<Record<DorisVersion, readonly FrontendFamily[]>> = {
  '2.1': registry('2.1'),
  '3.0': registry('3.0'),
  '4.0': registry('4.0'),
};
