import type { EpochMs } from './instant.ts';
import type { Pause } from './memory.ts';
import type { GroupKey } from './node.ts';
import type { Operation } from './operation.ts';
import type { Mode } from './policy.ts';
import type { DecisionRecord } from './record.ts';
import type { EffectiveWindow } from './window.ts';

export interface NodeCount extends GroupKey {
  readonly state: 'alive' | 'dead' | 'leaving' | 'joining';
  readonly count: number;
}

/** What people and scrapers see of one cluster: from the store and the policy alone, with the daemon up or down. */
export interface ClusterStatus {
  readonly name: string;
  readonly mode: Mode;
  /** Why the cluster runs in observe although its policy says otherwise; undefined when it does not. */
  readonly forcedObserve: string | undefined;
  readonly leader: boolean;
  /** Of the last record; empty before the first. */
  readonly nodes: readonly NodeCount[];
  readonly windows: {
    readonly open: EffectiveWindow | undefined;
    /** Next opening or closing. */
    readonly nextChange: EpochMs | undefined;
  };
  readonly operation: Operation | undefined;
  readonly lastDecision: DecisionRecord | undefined;
  readonly pauses: readonly Pause[];
  readonly notes: readonly string[];
}
