import type { BackendState, ClusterState, DiskState } from '../state.ts';
import type { ReplicaState } from '../tablets/state.ts';
import { tabletsOf } from '../tablets/tablet-index.ts';

/** storage_flood_stage_usage_percent and storage_flood_stage_left_capacity_bytes of be.conf: both must be reached. */
const USED_RATIO = 0.9;
const LEFT_BYTES = 2 ** 30;

/** The BE's own refusal of a copy that it has no room for, whatever the FE thinks; undefined: it takes it. */
export function refusesForSpace(
  state: ClusterState,
  { backendId, diskIndex }: ReplicaState,
  bytes: number,
): string | undefined {
  const backend = state.index.members.get(backendId);
  const disk = backend?.disks[diskIndex];
  if (backend === undefined || disk === undefined || !isFlooded(state, backend, disk, bytes)) return undefined;
  return `[EXCEEDED_LIMIT]reach the capacity limit of path ${disk.path}, file_size=${String(bytes)}`;
}

/** A BE that takes no load any more: a disk of its is full. */
export function refusesLoads(state: ClusterState, backend: BackendState): boolean {
  return backend.disks.some((disk) => disk.online && isFlooded(state, backend, disk, 0));
}

function isFlooded(state: ClusterState, backend: BackendState, disk: DiskState, incomingBytes: number): boolean {
  const held = backend.row === undefined ? undefined : tabletsOf(state, backend.row.id);
  const dataBytes = held?.bytesByDisk[backend.disks.indexOf(disk)] ?? 0;
  const usedBytes = disk.otherBytes + disk.trashBytes + dataBytes + incomingBytes;
  const { backendFloodRatio } = state.faults;
  if (backendFloodRatio !== undefined) return usedBytes >= disk.totalBytes * backendFloodRatio;
  return usedBytes >= disk.totalBytes * USED_RATIO && disk.totalBytes - usedBytes <= LEFT_BYTES;
}
