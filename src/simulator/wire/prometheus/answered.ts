import type { SimulatedSeries } from '../../cluster.ts';
import { normalise, parseQuery } from './normalise.ts';

/** One query that is answered, and what its value is made of. */
export interface AnsweredQuery {
  readonly series: SimulatedSeries;
  /** `target`: all labels of the scraped target; `instance`: that label alone, as an aggregation leaves it. */
  readonly labels: 'target' | 'instance';
  readonly query: string;
}

/** What can be asked, alone or inside sum(), avg(), min() or max(), with or without by (instance). */
export const ANSWERED: readonly AnsweredQuery[] = [
  {
    series: 'be_cpu_ratio',
    labels: 'instance',
    query:
      '1 - sum by (instance) (rate(doris_be_cpu{device="cpu",mode="idle"}[2m])) / sum by (instance) (rate(doris_be_cpu{device="cpu"}[2m]))',
  },
  {
    series: 'be_disk_used_bytes',
    labels: 'instance',
    query: 'sum by (instance) (doris_be_disks_total_capacity) - sum by (instance) (doris_be_disks_avail_capacity)',
  },
  {
    series: 'be_disk_ratio',
    labels: 'instance',
    query: '1 - sum by (instance) (doris_be_disks_avail_capacity) / sum by (instance) (doris_be_disks_total_capacity)',
  },
  { series: 'be_disk_total_bytes', labels: 'target', query: 'doris_be_disks_total_capacity' },
  { series: 'be_memory_bytes', labels: 'target', query: 'doris_be_memory_allocated_bytes' },
  {
    series: 'be_compaction_score',
    labels: 'instance',
    query:
      '(max by (instance) (doris_be_tablet_base_max_compaction_score) >= max by (instance) (doris_be_tablet_cumulative_max_compaction_score)) or max by (instance) (doris_be_tablet_cumulative_max_compaction_score)',
  },
  { series: 'fe_qps', labels: 'target', query: 'rate(doris_fe_query_total{user=""}[2m])' },
  {
    series: 'fe_heap_ratio',
    labels: 'instance',
    query: 'sum by (instance) (jvm_heap_size_bytes{type="used"}) / sum by (instance) (jvm_heap_size_bytes{type="max"})',
  },
  { series: 'fe_connections', labels: 'target', query: 'doris_fe_connection_total{user=""}' },
  { series: 'fe_query_p99_ms', labels: 'target', query: 'doris_fe_query_latency_ms{quantile="0.99",user=""}' },
];

/** Metric names whose sample times are answered by timestamp(), with a series that exists when they do. */
const SAMPLED: Readonly<Record<string, SimulatedSeries>> = {
  doris_be_cpu: 'be_cpu_ratio',
  doris_be_disks_total_capacity: 'be_disk_total_bytes',
  doris_be_disks_avail_capacity: 'be_disk_total_bytes',
  doris_be_memory_allocated_bytes: 'be_memory_bytes',
  doris_be_tablet_base_max_compaction_score: 'be_compaction_score',
  doris_be_tablet_cumulative_max_compaction_score: 'be_compaction_score',
  doris_fe_query_total: 'fe_qps',
  jvm_heap_size_bytes: 'fe_heap_ratio',
  doris_fe_connection_total: 'fe_connections',
  doris_fe_query_latency_ms: 'fe_query_p99_ms',
};

const BY_TEXT = new Map(
  ANSWERED.map((answered) => {
    const { root, query } = parseQuery(answered.query);
    return [normalise(root, query).text, answered];
  }),
);

export function answeredQuery(normalText: string): AnsweredQuery | undefined {
  return BY_TEXT.get(normalText);
}

/** The series behind the metric of a selector such as `doris_be_cpu{mode="idle"}`. */
export function sampledSeries(selectorText: string): SimulatedSeries | undefined {
  return SAMPLED[/^[^{]*/.exec(selectorText)?.[0] ?? ''];
}
