import type { ClusterOptions } from '../cluster.ts';
import type { LoadHistory } from '../load/history.ts';
import type { WaitingWriteState } from './frontends/waiting-write.ts';
import type { SchedulerState } from './scheduler/state.ts';
import type {
  ColocateGroupState,
  DatabaseState,
  PartitionState,
  RecycledState,
  ReplicaState,
  TableState,
  TabletState,
} from './tablets/state.ts';
import type { HostScriptTrouble, ReplyTrouble } from './trouble.ts';
import type { VersionProfile } from './version-profile.ts';

/**
 * A whole Doris cluster as data. Only `model/` and `faults/` change it; `sql/`, `rest/` and `exposition/` read it and call the
 * named changes of `model/changes.ts`. There is no I/O and no clock: every function takes the instant, and time passes only in
 * `advance(state, atMs)`.
 */
export interface ClusterState {
  readonly options: ClusterOptions;
  readonly profile: VersionProfile;
  /** From 0 inclusive to 1 exclusive, seeded. */
  readonly random: () => number;
  nowMs: number;
  readonly clusterId: string;
  /** Newest id given to anything: a counter from 10001 in 2.1 and 3.0, the clock's milliseconds from 4.0. */
  lastId: number;
  /** Newest entry of the edit log; grows with each change and a little with time. */
  journalId: number;
  /** Every host that may run an FE, spare and unknown ones included; registered rows of unknown hosts too. */
  readonly frontends: FrontendState[];
  readonly backends: BackendState[];
  readonly databases: DatabaseState[];
  readonly users: UserState[];
  readonly recycleBin: RecycledState[];
  readonly colocateGroups: ColocateGroupState[];
  /** Open load transactions: a replica of a leaving backend is not deleted before those that are older have ended. */
  readonly transactions: TransactionState[];
  readonly jobs: JobState[];
  readonly scheduler: SchedulerState;
  /** Which tablet lies where, kept up to date with every replica. */
  readonly index: TabletIndex;
  /** Undefined: nobody is master (an election, or no majority of followers). */
  masterHost: string | undefined;
  /** Since when; the rounds of its daemons (heartbeat, checker, scheduler, drop check) count from here. */
  masterSinceMs: number;
  /** When the followers that are left elect the next master. */
  electionAtMs: number | undefined;
  readonly heartbeats: HeartbeatState;
  /** Changes that wait for a majority of followers, oldest first. */
  readonly waitingWrites: WaitingWriteState[];
  readonly faults: FaultState;
  /** Who served when, and what the counters of /metrics have come to: `emptyHistory()` at the start, then `load/` alone changes it. */
  readonly load: LoadHistory;
}

export interface HeartbeatState {
  /** Rounds since the master leads that have been carried out. */
  round: number;
  /** Since when the edit log takes nothing for want of a majority: then nothing else is written either. */
  blockedSinceMs: number | undefined;
}

export interface FrontendState {
  readonly host: string;
  /** A host of the simulated machine room; a row may also name a host that nobody knows. */
  readonly isKnown: boolean;
  readonly ports: { readonly query: number; readonly http: number; readonly rpc: number; readonly editLog: number };
  /**
   * down -> starting -> up; `own-cluster`: started without a helper on an empty meta directory; `asking`: started, polls its
   * helper until it is registered; `unknown`: a dropped follower of 2.1 that stays up.
   */
  process: 'down' | 'starting' | 'asking' | 'up' | 'own-cluster' | 'unknown';
  /** When a starting process is up, or a dropped one ends. */
  processChangesAtMs: number | undefined;
  helper: string | undefined;
  /** What the meta directory holds; undefined = empty. */
  metaClusterId: string | undefined;
  /** Row of SHOW FRONTENDS; undefined = not registered. */
  row: FrontendRow | undefined;
  /** Values of ADMIN SET in this process's memory; empty after a restart. */
  readonly configs: Map<string, string>;
  startedAtMs: number | undefined;
  /** Newest entry that it replayed, as long as it does not follow the master: `replayedJournalId()` knows the rest. */
  lastReplayedId: number;
  /** What its log says of why it has ended by itself. */
  lastWords: string | undefined;
  /** It led when it was cut off from the others, and has not heard that there is another master. */
  claimsMaster: boolean;
  /** The one-node cluster that it became by a start without a helper. */
  ownCluster: ClusterState | undefined;
}

export interface FrontendRow {
  readonly name: string;
  readonly role: 'FOLLOWER' | 'OBSERVER';
  /** In the BDBJE group. */
  joined: boolean;
  /** As the last heartbeat of the master saw it. */
  alive: boolean;
  /** A good heartbeat at least once: then it counts in the electable group. */
  everAlive: boolean;
  readonly addedAtMs: number;
  /** Of the last good heartbeat; undefined = never. */
  lastHeartbeatMs: number | undefined;
  lastStartMs: number | undefined;
  liveSinceMs: number | undefined;
  errorMessage: string;
  /** As the last good heartbeat told. */
  replayedJournalId: number;
}

export interface BackendState {
  readonly host: string;
  /** A host of the simulated machine room; a row may also name a host that nobody knows. */
  readonly isKnown: boolean;
  readonly ports: {
    readonly heartbeat: number;
    readonly be: number;
    readonly http: number;
    readonly brpc: number;
    readonly arrow: number;
  };
  process: 'down' | 'starting' | 'up' | 'shutting-down';
  processChangesAtMs: number | undefined;
  startedAtMs: number | undefined;
  /** What its storage belongs to; undefined = empty storage. */
  storageClusterId: string | undefined;
  readonly disks: DiskState[];
  readonly cores: number;
  readonly memoryBytes: number;
  /** Row of SHOW BACKENDS; undefined = not registered. */
  row: BackendRow | undefined;
  /** Instants of its reports are this plus whole periods. */
  reportPhaseMs: number;
  /** Bytes of tablets by disk as the report before this period told; only there while they have changed since. */
  reported: { readonly period: number; readonly dataBytes: readonly number[] } | undefined;
}

export interface DiskState {
  readonly path: string;
  /** 19 digits. */
  readonly pathHash: string;
  readonly medium: 'HDD' | 'SSD';
  readonly totalBytes: number;
  /** Other files and trash; tablets come on top. */
  otherBytes: number;
  trashBytes: number;
  online: boolean;
}

export interface BackendRow {
  /** Decimal text. */
  readonly id: string;
  tags: Readonly<Record<string, string>>;
  readonly addedAtMs: number;
  alive: boolean;
  everAlive: boolean;
  decommissioned: boolean;
  decommissionedAtMs: number | undefined;
  queryDisabled: boolean;
  loadDisabled: boolean;
  /** Reported by its heartbeat (4.0). */
  shutdown: boolean;
  lastHeartbeatMs: number | undefined;
  lastStartMs: number | undefined;
  /** Of a backend Doris prints its last good heartbeat. */
  liveSinceMs: number | undefined;
  /** Of the first good heartbeat after bad ones, and of the first bad one after good ones. */
  aliveSinceMs: number | undefined;
  deadSinceMs: number | undefined;
  heartbeatFailures: number;
  errorMessage: string;
  /** Capacity is 0 until the first disk report. */
  disksReported: boolean;
  /** Undefined: "N/A". */
  lastTabletReportMs: number | undefined;
}

/** Which tablet lies where: every replica comes and goes through `addReplica` and `removeReplica`. */
export interface TabletIndex {
  /** Registered backends by id, in the order of their ids. */
  readonly members: Map<string, RegisteredBackend>;
  /** The same as a list, for who walks them at every event. */
  memberList: readonly RegisteredBackend[];
  readonly places: Map<string, TabletPlace>;
  /** By backend id. */
  readonly backends: Map<string, BackendTablets>;
}

export type RegisteredBackend = BackendState & { readonly row: BackendRow };

export interface TabletPlace {
  readonly database: DatabaseState;
  readonly table: TableState;
  readonly partition: PartitionState;
  readonly tablet: TabletState;
}

export interface BackendTablets {
  /** Replicas of tablets in the catalog, copies in the making included, by tablet id. */
  readonly replicas: Map<string, ReplicaState>;
  /** Finished replicas only. */
  readonly bytesByDisk: number[];
  /** Replicas of the recycle bin: they count, and nobody moves them. */
  recycled: number;
  /** Entries of partitions that nobody knows any more: they count, too. */
  leaky: number;
  /** Entries of copies that loads have overtaken: as long as the loads go on, they count, too. */
  leftovers: number;
}

export interface TransactionState {
  readonly id: number;
  readonly databaseId: string;
  readonly label: string;
  readonly startedAtMs: number;
}

export interface JobState {
  readonly kind: 'schema_change' | 'rollup' | 'backup' | 'restore' | 'load';
  readonly databaseId: string;
  readonly table: string;
  /** As SHOW prints it: RUNNING, PENDING, SNAPSHOTING ... */
  readonly state: string;
}

export interface UserState {
  readonly name: string;
  /** Undefined: any host may log in without one. */
  password: string | undefined;
  /** OPERATOR stands for root's role of that name, which is NODE and ADMIN. */
  privileges: readonly ('NODE' | 'ADMIN' | 'SELECT' | 'OPERATOR')[];
  roles: readonly string[];
}

/** Set by `faults/`; all off in a healthy cluster. */
export interface FaultState {
  /** These never catch up with the master's journal. */
  readonly laggingFrontends: Set<string>;
  /** SHOW FRONTENDS answers so much later. */
  showFrontendsDelayMs: number;
  /** Every clone fails with this text. */
  cloneError: string | undefined;
  /** Hosts that are cut off from all others although their processes run. */
  readonly partitionedHosts: Set<string>;
  /** Machines that are down: no process on them starts. */
  readonly deadHosts: Set<string>;
  /** Start scripts lose `--helper`. */
  helperLost: boolean;
  /** How far the clocks of FE hosts are off, by host. */
  readonly clockSkewMs: Map<string, number>;
  /** Other files that grow. */
  readonly fillings: Map<
    DiskState,
    { readonly fromBytes: number; readonly sinceMs: number; readonly bytesPerHour: number }
  >;
  /** Share of a disk from which on a backend refuses clones and loads; undefined: Doris's own rule. */
  backendFloodRatio: number | undefined;
  /** Bytes per second of one clone at most. */
  cloneBytesPerSecond: number | undefined;
  /** Tables whose tablets get no tag, by id. */
  readonly untaggedTables: Set<string>;
  /** What faults have changed, to be put back. */
  readonly before: {
    readonly allocations: Map<PartitionState, Readonly<Record<string, number>>>;
    readonly media: Map<PartitionState, 'HDD' | 'SSD'>;
    readonly bytes: Map<TabletState, number>;
  };
  /** Old replicas of colocate groups stay. */
  colocateStuck: boolean;
  /** Tablets in the scheduler's queue that cannot be repaired. */
  queuedTablets: number;
  queuedSinceMs: number;
  /** How seldom checker and scheduler come round; 0: as always. */
  starvedEveryMs: number;
  /** So many clones more that begin hang. */
  stuckTasks: number;
  /** Bytes of data that backends report instead of what they hold, by host. */
  readonly reportedData: Map<string, number>;
  /** Loads overtake each clone. */
  loadRace: boolean;
  /** Hosts whose backend is a compute node. */
  readonly computeNodes: Set<string>;
  /** Replies that come late or never, the oldest fault first. */
  readonly replies: ReplyTrouble[];
  /** Host scripts that answer late, never or badly, the oldest fault first. */
  readonly hostScripts: HostScriptTrouble[];
  /** Queries running on a backend, by host: RunningTasks, currentFragmentNum and SHOW PROCESSLIST show them. */
  readonly runningQueries: Map<string, number>;
  /** Backends whose group-commit WAL is not empty: their row stays. */
  readonly unfinishedWals: Map<string, number>;
}
