import type { EpochMs } from './instant.ts';
import type { Known } from './known.ts';
import type { NodeAddress } from './node.ts';

export interface DiskUse {
  readonly backend: NodeAddress;
  readonly backendId: string;
  readonly path: string;
  readonly medium: string;
  readonly online: boolean;
  /** Data, other files and trash together: total less available. */
  readonly usedBytes: number;
  readonly totalBytes: number;
}

export interface ReplicationNeed {
  /** Resource tag. */
  readonly group: string;
  /** Highest replica count of any partition on the tag. */
  readonly replicas: number;
  /** `db.table` that has it. */
  readonly table: string;
}

/** What a removal is judged by, read right before it. What cannot be read is a hold, not a pass. */
export interface RemovalEvidence {
  readonly at: EpochMs;
  readonly replication: Known<readonly ReplicationNeed[]>;
  /** `db.table` of tables with one replica. */
  readonly singleReplicaTables: Known<readonly string[]>;
  readonly disks: Known<readonly DiskUse[]>;
  readonly tablets: Known<{ readonly unrecoverable: number; readonly unhealthy: number }>;
  /** Scheduler switches that are off although a drain needs them, by config key. */
  readonly schedulerOff: Known<readonly string[]>;
  /** Running alter, rollup, backup and restore jobs, one sentence each. */
  readonly jobs: Known<readonly string[]>;
  /** Names of colocate groups that are not stable. */
  readonly unstableColocateGroups: Known<readonly string[]>;
  /** Answer of the FE's own dry run for the victims; undefined where it is not reachable. */
  readonly ownCheck: { readonly refusal: string | undefined } | undefined;
}
