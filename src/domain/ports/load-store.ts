import type { LoadHistory, LoadSlot } from '../demand.ts';
import type { EpochMs } from '../instant.ts';
import type { GroupKey } from '../node.ts';

/** Slots of load, kept so that any retention of Prometheus grows into enough history. */
export interface LoadStore {
  /** Merges: the higher load of a slot wins, `migrating` stays once set. */
  merge(cluster: string, group: GroupKey, slots: readonly LoadSlot[]): Promise<void>;
  read(
    cluster: string,
    group: GroupKey,
    range: { readonly from: EpochMs; readonly until: EpochMs },
  ): Promise<LoadHistory>;
  retain(newerThan: EpochMs): Promise<number>;
}
