import type { RemovalEvidence } from './evidence.ts';
import type { HostInventory } from './host.ts';
import type { EpochMs } from './instant.ts';
import type { Known } from './known.ts';
import type { GroupKey } from './node.ts';
import type { SignalReading } from './signal.ts';
import type { Topology } from './topology.ts';

export interface GroupSignals extends GroupKey {
  readonly readings: readonly SignalReading[];
}

/** A condition of windows.idle: `unknown` is not idle. */
export interface IdleReading {
  readonly signal: string;
  readonly below: number;
  readonly state: 'idle' | 'busy' | 'unknown';
  readonly value: number | undefined;
  readonly detail: string;
}

/** What is seen at one instant. */
export interface Observation {
  readonly at: EpochMs;
  readonly topology: Known<Topology>;
  readonly signals: readonly GroupSignals[];
  readonly idle: readonly IdleReading[];
  /** Condition of windows.emergency: true = beyond its bound for its time. */
  readonly emergency: Known<boolean>;
  /** By provisioner name. */
  readonly hosts: Readonly<Record<string, Known<HostInventory>>>;
  /** Tablets that are being moved for balance or repair (pending + running). */
  readonly tabletsInMigration: Known<number>;
  /** Present only in the stage `admit`. */
  readonly evidence: RemovalEvidence | undefined;
  /** This daemon holds the cluster's lease. */
  readonly leader: boolean;
  /** Wall clock less monotonic clock moved by more than 2 min since the last tick. */
  readonly clockJumped: boolean;
  readonly storeWritable: boolean;
}
