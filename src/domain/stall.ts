import type { DiskUse, RecycleBin, RunningLoads, UnstableColocateGroup } from './evidence.ts';
import type { Known } from './known.ts';

/**
 * Why a drain stands still. Stable: the step's data, notices and the guide use them. The order is the order in which they are
 * looked for: what stops everything first, then what stops some tablets, then what the FE alone waits for.
 */
export const STALL_CAUSES = [
  'scheduler-off',
  'dead-backend',
  'auto-drop-off',
  'wal',
  'task-stuck',
  'large-tablet',
  'transaction',
  'alter-running',
  'compute-nodes',
  'internal-schema',
  'no-tag',
  'no-medium',
  'disk-full',
  'no-place',
  'queue-full',
  'clone-failed',
  'colocate',
  'unrecoverable',
  'load-race',
  'scheduler-starved',
  'recycle-bin',
  'leaky',
  'reports-differ',
  'unknown',
] as const;
export type StallCause = (typeof STALL_CAUSES)[number];

/**
 * A tablet that the scheduler repairs, from its queues. Ages are differences of times that the FE itself prints, never against
 * our clock; undefined where the FE prints none.
 */
export interface TabletMove {
  readonly tablet: string;
  /** `HDD`, `SSD`; undefined before the scheduler has looked at it. */
  readonly medium: string | undefined;
  /** WAITING_DECOMMISSION: its old replica waits for loads that began before. */
  readonly code: string;
  readonly sourceId: string;
  readonly bytes: number;
  /** How long the FE lets this clone run; 0 before it runs. */
  readonly timeoutMs: number;
  readonly ageMs: number | undefined;
  readonly failedRunning: number;
  /** The FE's or the BE's own text; empty while all is well. */
  readonly error: string;
}

/** Failed or waiting repairs with the same text. */
export interface MoveTrouble {
  readonly error: string;
  readonly tablets: number;
  /** One of them, to be looked up: the largest. */
  readonly example: TabletMove;
}

export interface SchedulerView {
  readonly pending: number;
  readonly running: number;
  /** Waiting tablets that the FE lists, at most 1,000, and how many of them are repairs of high priority. */
  readonly listed: number;
  readonly urgent: number;
  /** Repairs under way. */
  readonly moves: readonly TabletMove[];
  /** Repairs that wait for more than a slot, most tablets first. */
  readonly waits: readonly MoveTrouble[];
  /** Repairs that were given up in the last minutes, most tablets first. */
  readonly failures: readonly MoveTrouble[];
  /** Tablets that were cloned well more than twice within the history, most often first. */
  readonly repeated: readonly { readonly tablet: string; readonly times: number }[];
  /** FE time since the scheduler last began, visited or ended anything; undefined when its queues and history are empty. */
  readonly idleMs: number | undefined;
}

/** A table with replicas on a leaving backend, and what its partitions want. */
export interface TableLeft {
  /** `db.table`. */
  readonly table: string;
  readonly replicas: number;
  /** Highest number of replicas by resource tag, and its media; unknown where the partitions cannot be seen. */
  readonly wants: Known<{ readonly byTag: Readonly<Record<string, number>>; readonly media: readonly string[] }>;
}

/** What the FE shows of a drain that stands still. Each part alone may be unknown. */
export interface StallEvidence {
  /** FE config keys of the master that matter to a drain; a key that the version lacks is absent. */
  readonly configs: Known<Readonly<Record<string, string>>>;
  readonly scheduler: Known<SchedulerView>;
  /** `db.table` of the tablets that the scheduler's rows name, by tablet id. */
  readonly tableOfTablet: Readonly<Record<string, string>>;
  readonly recycleBin: Known<RecycleBin>;
  readonly transactions: Known<readonly RunningLoads[]>;
  readonly colocate: Known<readonly UnstableColocateGroup[]>;
  /** Every disk of the backends of the group. */
  readonly disks: Known<readonly DiskUse[]>;
}
