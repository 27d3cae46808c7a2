import type { EpochMs } from './instant.ts';
import type { Known } from './known.ts';
import type { NodeAddress } from './node.ts';

export interface DiskUse {
  readonly backend: NodeAddress;
  readonly backendId: string;
  readonly path: string;
  readonly medium: string;
  readonly online: boolean;
  /** Of tablets alone: what a drain moves. */
  readonly dataBytes: number;
  /** Data, other files and trash together: total less available. */
  readonly usedBytes: number;
  readonly totalBytes: number;
}

/** How full the FE lets a disk become: the first choice for a replica, and where loads are refused. */
export interface Watermarks {
  readonly highRatio: number;
  readonly highLeftBytes: number;
  readonly floodRatio: number;
  readonly floodLeftBytes: number;
}

export interface CloneSpeed {
  /** max_clone_task_timeout_sec: a copy that takes longer is begun anew, for ever. */
  readonly timeoutMs: number;
  /** Slowest disk of those that have copied since the master started; undefined = none has. */
  readonly slowestBytesPerSecond: number | undefined;
}

/** Of one database that runs some. */
export interface RunningLoads {
  readonly database: string;
  readonly databaseId: string;
  readonly running: number;
}

export interface OpenTransaction {
  readonly database: string;
  readonly id: string;
  /** By two times that the master printed. */
  readonly ageMs: number;
}

export interface OpenTransactions {
  readonly running: number;
  /** Oldest first. */
  readonly old: readonly OpenTransaction[];
}

export interface UnstableColocateGroup {
  readonly group: string;
  /** The FE's own text; empty where it has none. */
  readonly error: string;
}

export interface RecycleBin {
  readonly entries: number;
  /** Of what was dropped, newest first, at most five. */
  readonly names: readonly string[];
  /** Until the newest entry is erased, by times that the master printed; 0 when it is empty. */
  readonly emptyInMs: number;
  /** Below so many tablets the FE drops a backend that holds nothing but recycled ones (decommission_tablet_check_threshold). */
  readonly ignoredBelow: number;
}

export interface FrontendDisk {
  readonly host: string;
  readonly path: string;
  readonly availableBytes: number;
}

/** A node whose own clock runs ahead of the master's, as far as its start shows it. */
export interface FastClock {
  readonly node: NodeAddress;
  readonly aheadMs: number;
}

export interface OwnCheck {
  /** Why all of them may not leave together. */
  readonly refusal: string | undefined;
  /** So many of them, the first ones, may all the same. */
  readonly allowed?: number;
}

/** What a removal is judged by and costs the FE little: read for every attempt. What cannot be read is a hold, not a pass. */
export interface ClusterEvidence {
  readonly at: EpochMs;
  /** Of every backend of the group, the leaving ones included. */
  readonly disks: Known<readonly DiskUse[]>;
  readonly watermarks: Known<Watermarks>;
  readonly cloneSpeed: Known<CloneSpeed>;
  /** Scheduler switches that are set although a drain needs what they forbid, by config key. */
  readonly schedulerOff: Known<readonly string[]>;
  /** Running schema changes and rollups, one sentence each. */
  readonly jobs: Known<readonly string[]>;
  readonly transactions: Known<OpenTransactions>;
  /** Names of colocate groups that are not stable. */
  readonly unstableColocateGroups: Known<readonly string[]>;
  readonly recycleBin: Known<RecycleBin>;
  /** Meta directories; undefined where the version does not tell (2.0). */
  readonly frontendDisks: Known<readonly FrontendDisk[]> | undefined;
  readonly fastClocks: Known<readonly FastClock[]>;
  /** Answer of the FE's own dry run for the victims; undefined where it is not reachable. */
  readonly ownCheck: OwnCheck | undefined;
}

export interface ReplicationNeed {
  /** Resource tag. */
  readonly group: string;
  /** Highest replica count of any partition on the tag. */
  readonly replicas: number;
  /** `db.table` that has it. */
  readonly table: string;
  /** Of all that is on the tag, one replica: what one host can hold at most. Undefined while the FE's statistics know no size. */
  readonly onceBytes?: number;
}

export interface SingleReplicaTable {
  /** Resource tag that the one replica is on. */
  readonly group: string;
  /** `db.table`. */
  readonly table: string;
}

export interface TabletHealth {
  readonly total: number;
  /** Missing, incomplete or misplaced replicas: the scheduler repairs them with the slots that a drain needs. */
  readonly unhealthy: number;
  readonly unrecoverable: number;
}

/** Of those on one tag. */
export interface LargestTablet {
  /** Resource tag. */
  readonly group: string;
  /** `db.table`. */
  readonly table: string;
  readonly partition: string;
  /** Undefined: `bytes` is the mean of the partition's tablets. */
  readonly tabletId: string | undefined;
  readonly bytes: number;
}

/** What only a walk over every tablet, table or database tells. Dear: once per admission, never in a loop. */
export interface TabletWalk {
  readonly at: EpochMs;
  readonly replication: Known<readonly ReplicationNeed[]>;
  readonly singleReplicaTables: Known<readonly SingleReplicaTable[]>;
  readonly tablets: Known<TabletHealth>;
  /** One of each tag that has a partition with a size. */
  readonly largestTablets: Known<readonly LargestTablet[]>;
  /** Tablets that all backends count and no table has: those of the recycle bin, and leaky ones. */
  readonly residualTablets: Known<number>;
  /** Running backups and restores, one sentence each: no statement tells them of more than one database. */
  readonly backups: Known<readonly string[]>;
}

export interface RemovalEvidence extends ClusterEvidence {
  /** Undefined until everything cheaper allows the removal. */
  readonly walk: TabletWalk | undefined;
}
