import type { EpochMs } from './instant.ts';
import type { NodeAddress } from './node.ts';

/** `missing`: no, empty, NaN, infinite or ambiguous data. `recovering`: a hole lies within the look-back. */
export type SignalQuality = 'ok' | 'stale' | 'missing' | 'recovering';

/**
 * What a signal measures, hence how it becomes demand:
 * `utilisation` 0..1 per node, summed over the nodes that served, divided by the target;
 * `bytes` per node, against the target share of a node's capacity; `total` for the group, divided by perNode;
 * `level` only bounds (kind limit).
 */
export type SignalMeasure = 'utilisation' | 'bytes' | 'total' | 'level';

export interface NodeValue {
  readonly backend: NodeAddress;
  readonly value: number;
  /** Capacity in the unit of `value` where the measure has one (bytes of disk, cores). */
  readonly capacity?: number;
}

/** One load reading of a group at one instant. */
export interface SignalReading {
  readonly signal: string;
  readonly kind: 'size' | 'limit';
  readonly measure: SignalMeasure;
  readonly quality: SignalQuality;
  /** Why the quality is not ok, naming label sets, targets and values; empty when ok. */
  readonly reason: string;
  /** Oldest sample that the value rests on. */
  readonly sampleAt: EpochMs | undefined;
  readonly ageMs: number | undefined;
  /** Group-wide number: mean utilisation, total, or highest level. Undefined unless something could be read. */
  readonly value: number | undefined;
  /** Per backend where the series are told apart; empty for one number per group. */
  readonly nodes: readonly NodeValue[];
  /** Backends of the group that have no series: unknown for scale-in. */
  readonly missingBackends: readonly NodeAddress[];
  /** Series that belong to no backend of this cluster, by instance label. */
  readonly foreignSeries: readonly string[];
  /** Target (ratio or perNode) or limit, in the unit of value. */
  readonly bound: number;
}
