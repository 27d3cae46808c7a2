import { USER_SHARES } from '../load/curves.ts';
import { registeredBackends, replayedJournalId, tabletNum } from '../model/queries.ts';
import type { FrontendView } from './frontend-view.ts';
import { tableSizes } from './table-sizes.ts';
import { double, type Sample } from './text.ts';

const GIB = 2 ** 30;

/** Values of the registered families that are not nought, by name without prefix. Counters are floors of what never falls. */
export const FRONTEND_VALUES: Readonly<Record<string, (view: FrontendView) => readonly Sample[]>> = {
  query_total: ({ queries }) => perUser(queries),
  query_err: ({ queries }) => perUser(queries / 5_000),
  query_slow: ({ queries }) => [['', Math.floor(queries / 2_000)]],
  query_olap_table: ({ queries }) => [['', Math.floor(queries * 0.97)]],
  query_table: ({ queries }) => [['', Math.floor(queries * 0.97)]],
  query_instance_begin: ({ queries }) => perUser(queries * 8).slice(1),
  query_instance_num: ({ queriesPerSecond }) => [['', Math.round(queriesPerSecond / 10)]],
  request_total: ({ queries, uptimeSeconds }) => [['', Math.floor(queries * 1.05 + uptimeSeconds / 5)]],
  qps: ({ queriesPerSecond }) => [['', double(queriesPerSecond)]],
  rps: ({ queriesPerSecond }) => [['', double(queriesPerSecond * 1.05)]],
  query_err_rate: ({ queriesPerSecond }) => [['', double(queriesPerSecond / 5_000)]],
  query_slow_rate: ({ queriesPerSecond }) => [['', double(queriesPerSecond / 2_000)]],
  connection_total: ({ connections, state }) =>
    state.profile.version === '2.1' ? [['', connections]] : perUser(connections),
  query_rpc_total: (view) => perBackendHost(view, 1_000),
  query_rpc_size: (view) => perBackendHost(view, 1_200_000),
  query_rpc_failed: (view) => perBackendHost(view, 0.001),
  thrift_rpc_total: ({ isMaster, uptimeSeconds }) => [
    ['method="report"', isMaster ? Math.floor(uptimeSeconds * 3) : 0],
  ],
  thrift_rpc_latency_ms: ({ isMaster, uptimeSeconds }) => [
    ['method="report"', isMaster ? Math.floor(uptimeSeconds * 6) : 0],
  ],
  tablet_num: (view) => perBackendAddress(view, (id) => (view.isMaster ? tabletNum(view.state, id) : 0)),
  tablet_max_compaction_score: (view) => perBackendAddress(view, () => (view.isMaster ? view.score : 0)),
  max_tablet_compaction_score: ({ isMaster, score }) => [['', isMaster ? score : 0]],
  scheduled_tablet_num: (view) => [['', scheduled(view)]],
  tablet_status_count: tabletStatus,
  max_journal_id: ({ state, frontend }) => [['', replayedJournalId(state, frontend)]],
  edit_log: editLog,
  txn_num: ({ state, isMaster }) => [['', isMaster ? state.transactions.length : 0]],
  txn_counter: ({ queries, queriesWhileRejecting, queriesWhileFailing, isMaster }) => {
    const loads = (count: number): number => (isMaster ? Math.floor(count / 500) : 0);
    const rejected = loads(queriesWhileRejecting);
    // Half of those that race with clones.
    const failed = loads(queriesWhileFailing / 2);
    const begun = Math.max(0, loads(queries) - rejected);
    return [
      ['type="begin"', begun],
      ['type="failed"', failed],
      ['type="success"', Math.max(0, begun - failed)],
      ['type="reject"', rejected],
    ];
  },
  txn_status: ({ state, isMaster }) =>
    ['aborted', 'unknown', 'precommitted', 'prepare', 'visible', 'committed'].map(
      (status): Sample => [`type="${status}"`, status === 'prepare' && isMaster ? state.transactions.length : 0],
    ),
  version: ({ state }) => [[versionLabels(state.profile.versionText), 0]],
  agent_task_total: ({ state, isMaster }) => [
    ['task="CREATE"', isMaster ? state.index.places.size : 0],
    ['task="CLONE"', 0],
    ['task="DROP"', 0],
  ],
  internal_table_num: ({ state }) => [['', state.databases.reduce((total, { tables }) => total + tables.length, 0)]],
  internal_database_num: ({ state }) => [['', state.databases.length]],
  catalog_num: () => [['', 1]],
  statistics_unhealthy_column_rate: () => [['', double(0)]],
  statistics_unhealthy_table_rate: () => [['', double(0)]],
  ...Object.fromEntries(
    (['table', 'partition', 'tablet'] as const).flatMap((of) =>
      (['avg', 'max', 'min'] as const).map((which) => [
        `${which}_${of}_size_bytes`,
        ({ state, isMaster }: FrontendView): readonly Sample[] => [['', isMaster ? tableSizes(state)[of][which] : 0]],
      ]),
    ),
  ),
};

/** Of the machine and the JVM: not registered by Doris itself, the same in every version. */
export const SYSTEM_MEMORY: readonly Sample[] = [
  ['name="buffers"', 256 * 2 ** 20],
  ['name="memory_total"', 32 * GIB],
  ['name="memory_available"', 18 * GIB],
  ['name="memory_free"', 6 * GIB],
  ['name="cached"', 12 * GIB],
];

/** The same without labels and by user: who sums both counts twice. */
function perUser(total: number): readonly Sample[] {
  const shares = USER_SHARES.map(([user, share]): Sample => [`user="${user}"`, Math.floor(total * share)]);
  return [['', Math.floor(total)], ...shares];
}

function perBackendHost({ state }: FrontendView, perServedSecond: number): readonly Sample[] {
  return registeredBackends(state).map(({ host }): Sample => {
    const servedSeconds = state.load.counters.backends.get(host)?.servedSeconds ?? 0;
    return [`be="${host}"`, Math.floor(servedSeconds * perServedSecond)];
  });
}

function perBackendAddress({ state }: FrontendView, value: (backendId: string) => number): readonly Sample[] {
  return registeredBackends(state).map(
    ({ host, ports, row }): Sample => [`backend="${host}:${String(ports.heartbeat)}"`, value(row.id)],
  );
}

function scheduled({ state, isMaster }: FrontendView): number {
  if (!isMaster) return 0;
  return state.scheduler.pending.length + state.scheduler.running.length + state.faults.queuedTablets;
}

function tabletStatus(view: FrontendView): readonly Sample[] {
  const busy = scheduled(view);
  return [
    ...(view.state.profile.version === '4.0' ? [['type="exceed_limit"', 0] as const] : []),
    ['type="total"', view.isMaster ? view.state.index.places.size : 0],
    ['type="added"', 0],
    ['type="in_sched"', busy],
    ['type="unhealthy"', busy],
    ['type="not_ready"', 0],
  ];
}

function editLog({ state, frontend, isMaster }: FrontendView): readonly Sample[] {
  const entries = replayedJournalId(state, frontend);
  const written = isMaster ? entries : 0;
  return [
    ['type="current_bytes"', written * 1_200],
    ['type="read"', isMaster ? 0 : entries],
    ['type="accumulated_bytes"', written * 1_200],
    ['type="current"', written],
    ...(state.profile.version === '4.0' ? [['type="large_write"', 0] as const] : []),
    ['type="write"', written],
  ];
}

/** From doris-4.0.2-rc01-677147005f. */
function versionLabels(versionText: string): string {
  const [, major = '0', minor = '0', patch = '0'] = /^doris-(\d+)\.(\d+)\.(\d+)/.exec(versionText) ?? [];
  const release = `doris-${major}.${minor}.${patch}`;
  const hash = versionText.split('-').at(-1) ?? '';
  return `version="${release}", major="${major}", minor="${minor}", patch="${patch}", hotfix="0", short_hash="${hash}"`;
}
