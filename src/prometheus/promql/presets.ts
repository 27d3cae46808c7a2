import type { PresetSignal } from '../../domain/group-policy.ts';
import type { SignalMeasure } from '../../domain/signal.ts';

/** One value per node of the role; `%I` stands for the instance label. */
export interface Preset {
  readonly role: 'backend' | 'frontend';
  readonly measure: SignalMeasure;
  readonly query: string;
  /** Capacity per node in the unit of the query, where it is a share of it. */
  readonly capacityQuery?: string;
  /** Doris versions that export these names. */
  readonly versions: string;
}

/**
 * The load of a Doris cluster in PromQL: one table for every version. FE counters have an unlabelled series beside those per
 * user, hence `user=""`; `doris_be_cpu` has the sum of all cores as device "cpu".
 * Source: FE and BE metrics of 2.0 to 4.0; two minutes hold two samples of any scrape interval up to 60 s.
 */
export const PRESETS: Readonly<Record<PresetSignal, Preset>> = {
  be_cpu: {
    role: 'backend',
    measure: 'utilisation',
    query:
      '1 - sum by (%I) (rate(doris_be_cpu{device="cpu",mode="idle"}[2m])) / sum by (%I) (rate(doris_be_cpu{device="cpu"}[2m]))',
    versions: '2.0 - 4.0',
  },
  be_disk: {
    role: 'backend',
    measure: 'bytes',
    query: 'sum by (%I) (doris_be_disks_total_capacity) - sum by (%I) (doris_be_disks_avail_capacity)',
    capacityQuery: 'sum by (%I) (doris_be_disks_total_capacity)',
    versions: '2.0 - 4.0',
  },
  fe_qps: {
    role: 'frontend',
    measure: 'total',
    query: 'sum by (%I) (rate(doris_fe_query_total{user=""}[2m]))',
    versions: '2.0 - 4.0',
  },
  be_memory: {
    role: 'backend',
    measure: 'level',
    query: 'max by (%I) (doris_be_memory_allocated_bytes)',
    versions: '2.0 - 4.0',
  },
  be_compaction: {
    role: 'backend',
    measure: 'level',
    query:
      '(max by (%I) (doris_be_tablet_base_max_compaction_score) >= max by (%I) (doris_be_tablet_cumulative_max_compaction_score)) or max by (%I) (doris_be_tablet_cumulative_max_compaction_score)',
    versions: '2.0 - 4.0',
  },
  fe_heap: {
    role: 'frontend',
    measure: 'level',
    query: 'sum by (%I) (jvm_heap_size_bytes{type="used"}) / sum by (%I) (jvm_heap_size_bytes{type="max"})',
    versions: '2.0 - 4.0',
  },
  fe_connections: {
    role: 'frontend',
    measure: 'level',
    query: 'max by (%I) (doris_fe_connection_total{user=""})',
    versions: '2.0 - 4.0',
  },
  fe_query_p99: {
    role: 'frontend',
    measure: 'level',
    query: 'max by (%I) (doris_fe_query_latency_ms{quantile="0.99",user=""})',
    versions: '2.0 - 4.0',
  },
};

export function isPreset(name: string): name is PresetSignal {
  return Object.hasOwn(PRESETS, name);
}
