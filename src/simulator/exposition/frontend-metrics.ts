import { registeredBackends, registeredFrontends } from '../model/queries.ts';
import type { ClusterState } from '../model/state.ts';
import { FRONTEND_FAMILIES } from './frontend-families.ts';
import { frontendHistograms } from './frontend-histograms.ts';
import { FRONTEND_VALUES, SYSTEM_MEMORY } from './frontend-values.ts';
import { type FrontendView, frontendView } from './frontend-view.ts';
import { jvmHeap, jvmText, jvmThreads } from './jvm.ts';
import { double, type Sample, sampleLines } from './text.ts';

/**
 * What a frontend's `/metrics` answers now: the JVM, the registry, the summaries, the nodes, the workload groups, in this order
 * and each in its own spelling. Undefined: its process does not answer.
 */
export function frontendMetrics(state: ClusterState, host: string): string | undefined {
  const view = frontendView(state, host);
  if (view === undefined) return undefined;
  return [
    jvmText(view),
    registryText(view),
    systemText(view),
    frontendHistograms(view),
    nodes(view),
    groups(view),
  ].join('');
}

/** `/metrics?type=core`: name, type and value in one line. */
export function frontendCoreMetrics(state: ClusterState, host: string): string | undefined {
  const view = frontendView(state, host);
  if (view === undefined) return undefined;
  const { young, old, max } = jvmHeap(view);
  const connections = FRONTEND_VALUES['connection_total']?.(view) ?? [];
  const dead = (rows: readonly { readonly row: { readonly alive: boolean } }[]): number =>
    rows.filter(({ row }) => !row.alive).length;
  const lines = [
    `jvm_young_used_percent DOUBLE ${((100 * young) / max).toFixed(1)}`,
    `jvm_old_used_percent DOUBLE ${((100 * old) / max).toFixed(1)}`,
    `jvm_thread LONG ${String(jvmThreads(view))}`,
    ...core(view, 'max_journal_id'),
    ...connections.map(([, value]) => `doris_fe_connection_total LONG ${String(value)}`),
    `doris_fe_rps DOUBLE ${(view.queriesPerSecond * 1.05).toFixed(2)}`,
    `doris_fe_qps DOUBLE ${view.queriesPerSecond.toFixed(2)}`,
    `doris_fe_query_err_rate DOUBLE ${(view.queriesPerSecond / 5_000).toFixed(2)}`,
    ...core(view, 'max_tablet_compaction_score'),
    `doris_fe_frontend_dead_num ${String(dead(registeredFrontends(view.state)))}`,
    `doris_fe_backend_dead_num ${String(dead(registeredBackends(view.state)))}`,
    'doris_fe_broker_dead_num 0',
  ];
  return `${lines.join('\n')}\n`;
}

function core(view: FrontendView, name: string): readonly string[] {
  return (FRONTEND_VALUES[name]?.(view) ?? []).map(([, value]) => `doris_fe_${name} LONG ${String(value)}`);
}

function registryText(view: FrontendView): string {
  let text = '';
  for (const { name, type, help, series } of FRONTEND_FAMILIES[view.state.profile.version]) {
    const samples = FRONTEND_VALUES[name]?.(view) ?? (series ?? ['']).map(nought);
    if (samples.length === 0) continue;
    text += `# HELP doris_fe_${name} ${help}\n# TYPE doris_fe_${name} ${type}\n`;
    text += sampleLines(`doris_fe_${name}`, samples);
  }
  return text;
}

/** A share of a thread pool is a double. */
function nought(labels: string): Sample {
  return [labels, labels.endsWith('_pct"') ? double(0) : 0];
}

function systemText({ uptimeSeconds, queries }: FrontendView): string {
  const segments = Math.floor(60 * uptimeSeconds + 20 * queries);
  return [
    '# HELP system_meminfo Memory in buffer cache, so relatively temporary storage for raw disk blocks\n',
    '# TYPE system_meminfo gauge\n',
    sampleLines('system_meminfo', SYSTEM_MEMORY),
    '# HELP system_snmp The number of all TCP packets received\n',
    '# TYPE system_snmp gauge\n',
    sampleLines('system_snmp', [
      ['name="tcp_in_segs"', segments],
      ['name="tcp_retrans_segs"', Math.floor(segments / 20_000)],
      ['name="tcp_in_errs"', 0],
      ['name="tcp_out_segs"', segments],
    ]),
  ].join('');
}

function nodes({ state, isMaster }: FrontendView): string {
  const backends = registeredBackends(state);
  const samples: Sample[] = [
    ['type="fe_node_num", state="total"', registeredFrontends(state).length],
    ['type="be_node_num", state="total"', backends.length],
    ['type="be_node_num", state="alive"', backends.filter(({ row }) => row.alive).length],
    ['type="be_node_num", state="decommissioned"', backends.filter(({ row }) => row.decommissioned).length],
    ['type="broker_node_num", state="dead"', 0],
  ];
  if (isMaster) samples.push(['type="is_master"', 1]);
  return `# TYPE  node_info gauge\n${sampleLines('node_info', samples)}`;
}

/** The group's name has its compute group before it from 4.0 on. */
function groups({ state, queriesPerSecond, latency }: FrontendView): string {
  const { version } = state.profile;
  if (version === '2.1') return '';
  const name = version === '4.0' ? 'default.normal' : 'normal';
  const running = Math.round((queriesPerSecond * latency.mean) / 1000);
  return [
    '# HELP doris_workload_group_query_detail\n',
    '# TYPE doris_workload_group_query_detail counter\n',
    sampleLines('doris_workload_group_query_detail', [
      [`name="${name}", type="running_query_num"`, running],
      [`name="${name}", type="waiting_query_num"`, 0],
    ]),
  ].join('');
}
