import type { DorisVersion } from '../cluster.ts';
import { USER_SHARES } from '../load/curves.ts';
import type { FrontendView } from './frontend-view.ts';
import { double } from './text.ts';

const COMMON = [
  'editlog_write_latency_ms',
  'journal_write_batch_data_size',
  'journal_write_batch_size',
  'query_latency_ms',
  'txn_exec_latency_ms',
  'txn_publish_latency_ms',
] as const;
const PLANNING = [
  '',
  'analyze_',
  'cloud_meta_',
  'create_scan_range_',
  'distribute_',
  'external_catalog_meta_',
  'external_tvf_init_',
  'finalize_scan_node_',
  'fold_const_by_be_',
  'init_scan_node_',
  'lock_tables_',
  'materialized_view_rewrite_',
  'optimize_',
  'parse_',
  'partition_prune_',
  'rewrite_',
  'translate_',
] as const;
const FROM_4_0 = [
  'async_materialized_view_task_duration_ms',
  'calculate_delete_bitmap_latency_ms',
  'commit_to_ms_latency_ms',
  'get_commit_lock_latency_ms',
  'get_delete_bitmap_update_lock_latency_ms',
  'http_copy_into_query_latency_ms',
  'http_copy_into_upload_latency_ms',
  'journal_write_latency_ms',
  ...PLANNING.map((step) => `plan_${step}duration_ms`),
  'txn_commit_and_publish_latency_ms',
] as const;

interface Histogram {
  readonly labels: string;
  readonly mean: number;
  readonly p99: number;
  readonly sum: number;
  readonly count: number;
}

const NONE: Histogram = { labels: '', mean: 0, p99: 0, sum: 0, count: 0 };
/** Of the 99th percentile. */
const QUANTILES = [
  ['0.75', 0.25],
  ['0.95', 0.6],
  ['0.98', 0.85],
  ['0.99', 1],
  ['0.999', 2.5],
] as const;

/** Summaries in alphabetical order: their labels are joined without a blank. */
export function frontendHistograms(view: FrontendView): string {
  const { version } = view.state.profile;
  const names = version === '4.0' ? [...COMMON, ...FROM_4_0].toSorted() : COMMON;
  return names.map((name) => histogramText(`doris_fe_${name}`, histogramsOf(name, view), version)).join('');
}

function histogramsOf(name: string, view: FrontendView): readonly Histogram[] {
  if (name === 'query_latency_ms') return queryLatency(view);
  if (name === 'editlog_write_latency_ms' && view.isMaster) {
    return [{ labels: '', mean: 3, p99: 20, sum: 3 * view.state.journalId, count: view.state.journalId }];
  }
  return [NONE];
}

/** Of all queries, then of each user. */
function queryLatency({ latency, latencyMs, queries }: FrontendView): readonly Histogram[] {
  const ofShare = (share: number, labels: string): Histogram => ({
    labels,
    ...latency,
    sum: latencyMs * share,
    count: Math.floor(queries * share),
  });
  return [ofShare(1, ''), ...USER_SHARES.map(([user, share]) => ofShare(share, `user="${user}"`))];
}

/** Up to 4.0.0 the sum and the count have a blank before their braces, in every version the braces are there. */
function histogramText(name: string, histograms: readonly Histogram[], version: DorisVersion): string {
  const blank = version === '4.0' ? '' : ' ';
  const lines = [`# HELP ${name} `, `# TYPE ${name} summary`];
  for (const { labels, p99, sum, count } of histograms) {
    for (const [quantile, share] of QUANTILES) {
      const more = labels === '' ? '' : `,${labels}`;
      lines.push(`${name}{quantile="${quantile}"${more}} ${double(Math.round(p99 * share))}`);
    }
    lines.push(`${name}_sum${blank}{${labels}} ${double(sum)}`, `${name}_count${blank}{${labels}} ${String(count)}`);
  }
  return `${lines.join('\n')}\n`;
}
