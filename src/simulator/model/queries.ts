import { reportedBytes } from './backends/disk-report.ts';
import type {
  BackendState,
  ClusterState,
  FrontendRow,
  FrontendState,
  RegisteredBackend,
  TabletPlace,
} from './state.ts';
import type { DatabaseState, PartitionState, TableState } from './tablets/state.ts';
export type { RegisteredBackend } from './state.ts';

/* What is read from the state in more than one place. None of these changes it, and none walks all tablets unless it says so. */

export type RegisteredFrontend = FrontendState & { readonly row: FrontendRow };

/** The FE that leads, if there is one. Without a majority it stays the leader until another is elected. */
export function masterOf(state: ClusterState): FrontendState | undefined {
  if (state.masterHost === undefined) return undefined;
  for (const frontend of state.frontends) if (frontend.host === state.masterHost) return frontend;
  return undefined;
}

/**
 * The FE that an FE takes for the master: the real one, or itself where it led and was cut off from the others; undefined when
 * it cannot reach any.
 */
export function masterSeenBy(state: ClusterState, frontend: FrontendState): FrontendState | undefined {
  if (state.faults.partitionedHosts.has(frontend.host)) return frontend.claimsMaster ? frontend : undefined;
  const master = masterOf(state);
  return master !== undefined && reaches(state, frontend, master) ? master : undefined;
}

/** What the master writes reaches more than half of the electable followers. */
export function hasMajority(state: ClusterState): boolean {
  return masterOf(state) !== undefined && canElect(state);
}

/** More than half of the electable followers run and reach each other. */
export function canElect(state: ClusterState): boolean {
  const { partitionedHosts } = state.faults;
  let electable = 0;
  let up = 0;
  let together = 0;
  // Asked for at every event, so without a list of its own.
  for (const { row, process, host } of state.frontends) {
    if (row?.role !== 'FOLLOWER' || !row.everAlive) continue;
    electable += 1;
    if (process !== 'up') continue;
    up += 1;
    if (!partitionedHosts.has(host)) together += 1;
  }
  return electable === 1 ? up === 1 : together * 2 > electable;
}

/** Followers that count for a majority: those that were alive once. */
export function electableFollowers(state: ClusterState): readonly RegisteredFrontend[] {
  return registeredFrontends(state).filter(({ row }) => row.role === 'FOLLOWER' && row.everAlive);
}

/** This FE answers statements: its catalog is ready and it knows a master. */
export function isServing(state: ClusterState, frontend: FrontendState): boolean {
  if (frontend.process === 'own-cluster') return true;
  return frontend.process === 'up' && masterSeenBy(state, frontend) !== undefined;
}

/** Newest journal entry that this FE has replayed. */
export function replayedJournalId(state: ClusterState, frontend: FrontendState): number {
  return follows(state, frontend) ? state.journalId : frontend.lastReplayedId;
}

/** It is the master, or replays what the master writes. */
export function follows(state: ClusterState, frontend: FrontendState): boolean {
  if (frontend.process !== 'up' || frontend.row === undefined) return false;
  if (frontend.host === state.masterHost) return true;
  const master = masterOf(state);
  return master !== undefined && reaches(state, frontend, master) && !state.faults.laggingFrontends.has(frontend.host);
}

/** Two processes run and no cut lies between them. */
function reaches(state: ClusterState, one: FrontendState, other: FrontendState): boolean {
  if (!isUp(one) || !isUp(other)) return false;
  if (one.host === other.host) return true;
  const { partitionedHosts } = state.faults;
  return !partitionedHosts.has(one.host) && !partitionedHosts.has(other.host);
}

function isUp({ process }: FrontendState): boolean {
  return process === 'up';
}

export function registeredFrontends(state: ClusterState): readonly RegisteredFrontend[] {
  return state.frontends.filter((frontend): frontend is RegisteredFrontend => frontend.row !== undefined);
}

/** In the order of their ids. */
export function registeredBackends(state: ClusterState): readonly RegisteredBackend[] {
  return state.index.memberList;
}

export function backendById(state: ClusterState, id: string): RegisteredBackend | undefined {
  return state.index.members.get(id);
}

/** Alive, not leaving and, in 4.0, not shutting down. */
export function isSchedulable({ row }: RegisteredBackend): boolean {
  return row.alive && !row.decommissioned && !row.shutdown;
}

/** Replicas in the FE's index, those of the recycle bin and of nobody included. Kept up to date, not counted. */
export function tabletNum(state: ClusterState, backendId: string): number {
  const held = state.index.backends.get(backendId);
  return held === undefined ? 0 : held.replicas.size + held.recycled + held.leaky + held.leftovers;
}

/** Bytes of tablets, kept up to date. */
export function dataUsedBytes(state: ClusterState, backendId: string): number {
  return state.index.backends.get(backendId)?.bytesByDisk.reduce((sum, bytes) => sum + bytes, 0) ?? 0;
}

export interface DiskUse {
  readonly path: string;
  readonly pathHash: string;
  readonly medium: 'HDD' | 'SSD';
  readonly online: boolean;
  readonly dataBytes: number;
  readonly otherBytes: number;
  readonly trashBytes: number;
  readonly availableBytes: number;
  readonly totalBytes: number;
}

/** As the newest disk report told; zeros before the first. */
export function diskUse(state: ClusterState, backend: BackendState): readonly DiskUse[] {
  const reported = backend.row?.disksReported === true;
  return backend.disks.map(({ path, pathHash, medium, online, otherBytes, trashBytes, totalBytes }, index) => {
    if (!reported) {
      const none = { dataBytes: 0, otherBytes: 0, trashBytes: 0, availableBytes: 0, totalBytes: 0 };
      return { path, pathHash, medium, online, ...none };
    }
    const heldBytes = reportedBytes(state, backend, index);
    const availableBytes = Math.max(0, totalBytes - otherBytes - trashBytes - heldBytes);
    const dataBytes = toldBytes(state, backend, index) ?? heldBytes;
    return { path, pathHash, medium, online, dataBytes, otherBytes, trashBytes, availableBytes, totalBytes };
  });
}

/** What a backend says instead of what it holds. */
function toldBytes({ faults }: ClusterState, { host }: BackendState, diskIndex: number): number | undefined {
  const told = faults.reportedData.get(host);
  return told === undefined || diskIndex === 0 ? told : 0;
}

/** The first partition whose replicas would not find enough backends of their tag. Walks all partitions. */
export function decommissionRefusal(
  state: ClusterState,
  leaving: readonly string[],
):
  | {
      readonly database: DatabaseState;
      readonly table: TableState;
      readonly partition: PartitionState;
      readonly tag: string;
      readonly available: number;
    }
  | undefined {
  const backends = registeredBackends(state);
  const tags = new Set(backends.flatMap(({ row }) => (leaving.includes(row.id) ? (row.tags['location'] ?? []) : [])));
  const availableOf = new Map(
    [...tags].map((tag) => [
      tag,
      backends.filter(
        (backend) =>
          backend.row.tags['location'] === tag && isSchedulable(backend) && !leaving.includes(backend.row.id),
      ).length,
    ]),
  );
  for (const database of state.databases) {
    for (const table of database.tables) {
      for (const partition of table.partitions) {
        for (const [tag, available] of availableOf) {
          if ((partition.replicaAllocation[tag] ?? 0) > available)
            return { database, table, partition, tag, available };
        }
      }
    }
  }
  return undefined;
}

/** Where a tablet belongs. */
export function findTablet(state: ClusterState, tabletId: string): TabletPlace | undefined {
  return state.index.places.get(tabletId);
}
