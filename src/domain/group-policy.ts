import type { EpochMs } from './instant.ts';

export type PresetSignal =
  | 'be_cpu'
  | 'be_disk'
  | 'fe_qps'
  | 'be_memory'
  | 'be_compaction'
  | 'fe_heap'
  | 'fe_connections'
  | 'fe_query_p99';

/**
 * One signal of a group. `query` undefined = a preset of that name.
 * size: `target` (ratio per node) or `perNode` (total per node); limit: a bound above which scale-in is forbidden.
 */
export interface SignalPolicy {
  readonly name: string;
  readonly query: string | undefined;
  readonly purpose:
    | { readonly kind: 'size'; readonly form: 'target'; readonly targetRatio: number }
    | { readonly kind: 'size'; readonly form: 'per-node'; readonly perNode: number }
    | { readonly kind: 'limit'; readonly limit: number };
  /** be_memory only, where Doris exports no total. */
  readonly memoryPerNodeBytes: number | undefined;
  /** false = `labels: none`: no matcher is injected. */
  readonly injectLabels: boolean;
}

/** Floors and ceilings in windows.timezone, each active from an occurrence for its duration, or between two instants. */
export interface SchedulePolicy {
  readonly name: string;
  readonly when:
    | { readonly form: 'cron'; readonly cron: string; readonly durationMs: number }
    | { readonly form: 'range'; readonly fromMs: EpochMs; readonly untilMs: EpochMs };
  readonly min: number | undefined;
  readonly max: number | undefined;
}

export interface GroupPolicy {
  /** Resource tag; compute group in decoupled mode. */
  readonly group: string;
  readonly min: number;
  readonly max: number;
  readonly step: { readonly out: number; readonly in: number };
  readonly provisioner: string | undefined;
  readonly signals: readonly SignalPolicy[];
  readonly forecast: {
    readonly seasonsMs: readonly number[];
    readonly historyMs: number;
    readonly quantile: number;
    readonly headroomRatio: number;
  };
  readonly schedule: readonly SchedulePolicy[];
  readonly cooldown: { readonly outMs: number; readonly inMs: number };
  readonly minHoldMs: number;
  readonly stabilize: { readonly outMs: number; readonly inMs: number };
  readonly deadBandRatio: number;
  /** Undefined = measured, or 10 min. */
  readonly leadTimeMs: number | undefined;
  readonly disk: { readonly projectedRatio: number; readonly cancelRatio: number };
  readonly cost:
    | { readonly perNodeHour: number; readonly currency: string; readonly baselineNodes: number | undefined }
    | undefined;
}
