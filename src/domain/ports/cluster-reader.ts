import type { ClusterEvidence, TabletWalk } from '../evidence.ts';
import type { Known } from '../known.ts';
import type { NodeAddress } from '../node.ts';
import type { StallEvidence, TableLeft } from '../stall.ts';
import type { Topology } from '../topology.ts';

/** Tablets of the scheduler's queues, and what else needs the slots of a drain. */
export interface MigrationView {
  readonly pending: number;
  readonly running: number;
  /** Tablets that wait because replicas are lost or incomplete, not because a backend is leaving. */
  readonly repairs: number;
}

/** Queries that run on a backend. `unknown` = this version does not tell. */
export interface BackendActivity {
  readonly runningTasks: number | 'unknown';
  /** Queries of all FEs that are older than `since`, for versions without a figure per backend. */
  readonly olderQueries: number;
}

/** Whom an FE names as master when it is asked itself; undefined = it could not be asked, `problem` says why. */
export interface MasterView {
  readonly frontend: NodeAddress;
  readonly master: NodeAddress | undefined;
  readonly problem: string;
}

export interface ClusterLook {
  readonly topology: Topology;
  /** Tablets that are moved or repaired, pending and running. Cheap: the counts of cluster_balance alone. */
  readonly tabletsInMigration: Known<number>;
}

/**
 * What is seen of one cluster. Every call has its own deadline, reads from the master and rejects with a CodedError;
 * a caller turns that into unknown.
 */
export interface ClusterReader {
  /** SHOW FRONTENDS and SHOW BACKENDS from the agreed master. */
  topology(): Promise<Topology>;
  /** What every evaluation reads, over one connection. */
  look(): Promise<ClusterLook>;
  /** The scheduler's queues, up to 1,000 rows; only for a drain that is to be slower than what was found. */
  migration(): Promise<MigrationView>;
  /** What a removal is judged by and costs little: configs, disks, jobs, loads. Each part that cannot be read is unknown by itself. */
  evidence(request: { readonly group: string; readonly victims: readonly NodeAddress[] }): Promise<ClusterEvidence>;
  /** Dear: every tablet is walked and every table asked. Once per admission, never in a loop. */
  walkTablets(): Promise<TabletWalk>;
  activity(backend: NodeAddress, sinceSeconds: number): Promise<BackendActivity>;
  /** Tablets left on a backend that sit in the recycle bin or belong to nothing (leaky); undefined = cannot be told. */
  residualTablets(backend: NodeAddress): Promise<number | undefined>;
  /** Queues, recycle bin, loads, colocate groups and disks of a group whose drain stands still; walks no tablet. */
  stallEvidence(group: string): Promise<StallEvidence>;
  /** Tables with replicas on a backend, most first. Dear: asks every table; only for a drain that is stuck. */
  tablesLeft(backend: NodeAddress): Promise<readonly TableLeft[]>;
  /** Load jobs that the FE counts as cancelled, of all databases. Only its growth has a meaning. */
  cancelledLoads(): Promise<number>;
  /** Values of FE config keys on the master; a key that the version lacks is absent. */
  configs(keys: readonly string[]): Promise<Readonly<Record<string, string>>>;
  /** Connections of clients on one FE (its own SHOW PROCESSLIST), ours not counted. */
  frontendQueries(frontend: NodeAddress): Promise<number>;
  /** Every alive FE is asked whom it takes for the master: after a change some go on naming an earlier one. */
  masters(): Promise<readonly MasterView[]>;
  /** Routine loads that the master counts as paused. */
  pausedRoutineLoads(): Promise<number>;
}
