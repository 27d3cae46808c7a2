import type { DorisVersion } from '../cluster.ts';

const MEASURES = [
  'pool_size',
  'active_thread_num',
  'active_thread_pct',
  'task_in_queue',
  'task_count',
  'completed_task_count',
] as const;
/** Pools whose queue can be full also count what they turned away. */
const BOUNDED = [
  'mysql-nio-pool',
  'load-submitter',
  'schema-change-pool',
  'SQL submitter',
  'thrift-server-pool',
  'agent-task-pool',
] as const;
const COMMON = [
  'loading-load-task-scheduler_pool',
  'loading-load-task-scheduler_scheduler_thread_pool',
  'pending-load-task-scheduler-pool',
  'pending-load-task-scheduler-scheduler-thread-pool',
  'catalog-refresh-timer-pool',
  'heartbeat-mgr-pool',
  'topic-publish-thread',
  'STATS_FETCH',
  'metric-timer-pool',
  'profile-write-pool',
  'connect-scheduler-check-timer',
  'Mysql Load',
] as const;
const UNTIL_3_0 = ['Analysis Job Executor', 'ExternalMetaCacheMgr'] as const;
const FROM_4_0 = [
  'tablet-stat-mgr',
  'Drop stats executor',
  'Manual Analysis Job Executor',
  'Auto Analysis Job Executor',
  'abort-txn-executor',
  'NotCheckpointCommonRefreshExecutor',
  'NotCheckpointscheduleExecutor',
  'NotCheckpointRowCountRefreshExecutor',
  'NotCheckpointFileListingExecutor',
  'SQL submitter with block policy',
  'dns_cache_pool',
] as const;
const PUBLISHERS = 128;

/** Label sets of `doris_fe_thread_pool`: by far the most series of an FE. */
export function threadPools(version: DorisVersion): readonly string[] {
  const publishers = Array.from({ length: PUBLISHERS }, (_, index) => `PUBLISH_VERSION_EXEC-${String(index)}`);
  const pools = [...COMMON, ...(version === '4.0' ? [...FROM_4_0, ...publishers] : UNTIL_3_0)];
  return [
    ...BOUNDED.flatMap((name) => [...MEASURES, 'task_rejected'].map((measure) => labels(name, measure))),
    ...pools.flatMap((name) => MEASURES.map((measure) => labels(name, measure))),
  ];
}

function labels(name: string, measure: string): string {
  return `name="${name}", type="${measure}"`;
}
