import { backendById, isSchedulable, type RegisteredBackend } from '../queries.ts';
import type { ClusterState, TabletPlace } from '../state.ts';
import type { DatabaseState, PartitionState, TableState, TabletState } from './state.ts';
import { isStranded } from './stranded.ts';

/** As Doris names them; `UNRECOVERABLE` counts among the missing ones where no replica is left. */
export type TabletStatus =
  | 'HEALTHY'
  | 'REPLICA_MISSING'
  | 'REPLICA_RELOCATING'
  | 'REPLICA_MISSING_FOR_TAG'
  | 'REDUNDANT'
  | 'FORCE_REDUNDANT'
  | 'COLOCATE_MISMATCH'
  | 'COLOCATE_REDUNDANT'
  | 'UNRECOVERABLE';

export type TabletPriority = 'LOW' | 'NORMAL' | 'HIGH' | 'VERY_HIGH';

export interface TabletHealth {
  readonly status: TabletStatus;
  readonly priority: TabletPriority;
}

const HEALTHY: TabletHealth = { status: 'HEALTHY', priority: 'NORMAL' };

/** What the tablet checker says of a tablet (Tablet.getHealth, in its order). */
export function healthOf(state: ClusterState, place: TabletPlace): TabletHealth {
  const { tablet, partition, table } = place;
  const wanted = replicasWanted(partition);
  const holders = holdersOf(state, tablet);
  const alive = holders.filter(({ backend, ready }) => ready && backend?.row.alive === true);
  if (alive.length === 0) return { status: 'UNRECOVERABLE', priority: 'VERY_HIGH' };
  const bucketBackends = bucketPlacement(state, table, tablet);
  if (bucketBackends !== undefined) return colocateHealth(tablet, bucketBackends, alive.length, wanted);
  if (alive.length < wanted) {
    const backends = aliveBackends(state);
    const full = tablet.replicas.length >= backends.length && backends.length >= wanted && wanted > 1;
    return full
      ? { status: 'FORCE_REDUNDANT', priority: 'VERY_HIGH' }
      : { status: 'REPLICA_MISSING', priority: alive.length * 2 > wanted ? 'NORMAL' : 'VERY_HIGH' };
  }
  const stable = alive.filter(({ backend }) => backend !== undefined && isSchedulable(backend));
  if (stable.length < wanted) {
    const held = new Set(tablet.replicas.map(({ backendId }) => backendId));
    const free = aliveBackends(state).filter((backend) => isSchedulable(backend) && !held.has(backend.row.id));
    if (free.length === 0 && wanted > 1 && tablet.replicas.length > wanted) {
      return { status: 'FORCE_REDUNDANT', priority: 'VERY_HIGH' };
    }
    if (isStranded(state, place)) return HEALTHY;
    return { status: 'REPLICA_RELOCATING', priority: stable.length * 2 > wanted ? 'LOW' : 'NORMAL' };
  }
  if (missingForTag(partition, stable)) return { status: 'REPLICA_MISSING_FOR_TAG', priority: 'NORMAL' };
  if (tablet.replicas.length > wanted) return { status: 'REDUNDANT', priority: 'VERY_HIGH' };
  return HEALTHY;
}

export interface Holder {
  readonly backend: RegisteredBackend | undefined;
  readonly replica: TabletState['replicas'][number];
  /** Complete and in use: neither being copied nor on its way out. */
  readonly ready: boolean;
}

export function holdersOf(state: ClusterState, tablet: TabletState): readonly Holder[] {
  return tablet.replicas.map((replica) => ({
    backend: backendById(state, replica.backendId),
    replica,
    ready: replica.state === 'NORMAL',
  }));
}

export function replicasWanted({ replicaAllocation }: PartitionState): number {
  let wanted = 0;
  // Without a list of its own: asked for at every step of every tablet.
  for (const tag in replicaAllocation) wanted += replicaAllocation[tag] ?? 0;
  return wanted;
}

/** The backends that a colocate group wants a bucket on; undefined where the table is in no group. */
export function bucketPlacement(
  state: ClusterState,
  table: TableState,
  tablet: TabletState,
): readonly string[] | undefined {
  if (table.colocateGroup === undefined) return undefined;
  return state.colocateGroups.find(({ tableIds }) => tableIds.includes(table.id))?.placement[tablet.bucket];
}

function colocateHealth(tablet: TabletState, wantedOn: readonly string[], alive: number, wanted: number): TabletHealth {
  const held = tablet.replicas.filter(({ state }) => state === 'NORMAL').map(({ backendId }) => backendId);
  if (!wantedOn.every((backendId) => held.includes(backendId))) {
    return { status: 'COLOCATE_MISMATCH', priority: alive * 2 > wanted ? 'NORMAL' : 'HIGH' };
  }
  if (tablet.replicas.length > wantedOn.length) return { status: 'COLOCATE_REDUNDANT', priority: 'NORMAL' };
  return HEALTHY;
}

function missingForTag({ replicaAllocation }: PartitionState, stable: readonly Holder[]): boolean {
  for (const tag in replicaAllocation) {
    let held = 0;
    for (const { backend } of stable) if (backend?.row.tags['location'] === tag) held += 1;
    if (held < (replicaAllocation[tag] ?? 0)) return true;
  }
  return false;
}

function aliveBackends(state: ClusterState): readonly RegisteredBackend[] {
  return state.backends.filter((backend): backend is RegisteredBackend => backend.row?.alive === true);
}

const COUNTED = {
  HEALTHY: 'healthy',
  REPLICA_MISSING: 'replicaMissing',
  REPLICA_RELOCATING: 'replicaRelocating',
  REPLICA_MISSING_FOR_TAG: 'replicaMissingForTag',
  REDUNDANT: 'redundant',
  FORCE_REDUNDANT: 'forceRedundant',
  COLOCATE_MISMATCH: 'colocateMismatch',
  COLOCATE_REDUNDANT: 'colocateRedundant',
  UNRECOVERABLE: 'unrecoverable',
} as const satisfies Record<TabletStatus, string>;

export type TabletHealthCounts = Readonly<
  Record<
    | 'tablets'
    | 'healthy'
    | 'replicaMissing'
    | 'versionIncomplete'
    | 'replicaRelocating'
    | 'redundant'
    | 'replicaMissingForTag'
    | 'forceRedundant'
    | 'colocateMismatch'
    | 'colocateRedundant'
    | 'needFurtherRepair'
    | 'unrecoverable'
    | 'compactionTooSlow'
    | 'inconsistent'
    | 'oversize'
    | 'cloning',
    number
  >
>;

/** Counts of SHOW PROC '/cluster_health/tablet_health' for one database. Walks its tablets. */
export function tabletHealth(state: ClusterState, database: DatabaseState): TabletHealthCounts {
  const counts = {
    tablets: 0,
    healthy: 0,
    replicaMissing: 0,
    versionIncomplete: 0,
    replicaRelocating: 0,
    redundant: 0,
    replicaMissingForTag: 0,
    forceRedundant: 0,
    colocateMismatch: 0,
    colocateRedundant: 0,
    needFurtherRepair: 0,
    unrecoverable: 0,
    compactionTooSlow: 0,
    inconsistent: 0,
    oversize: 0,
    cloning: 0,
  };
  for (const table of database.tables) {
    for (const partition of table.partitions) {
      for (const tablet of partition.tablets) {
        counts.tablets += 1;
        counts[COUNTED[healthOf(state, { database, table, partition, tablet }).status]] += 1;
        if (tablet.replicas.some((replica) => replica.state === 'CLONE')) counts.cloning += 1;
      }
    }
  }
  return counts;
}
