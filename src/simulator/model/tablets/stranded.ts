import { configNumber } from '../config.ts';
import { backendById, isSchedulable } from '../queries.ts';
import type { ClusterState, DiskState } from '../state.ts';
import { type TabletPlace, tabletsOf } from './tablet-index.ts';

/**
 * With every other disk above the high watermark a drain of 2.1 stood still at its last tablets: nothing queued, every view calls
 * them healthy, only TabletNum stays. Seen once, its cause unknown.
 */
export function isStranded(state: ClusterState, { tablet, partition }: TabletPlace): boolean {
  const { strandedTablets } = state.profile;
  if (strandedTablets === 0 || hasRoomElsewhere(state, partition.medium)) return false;
  const leaving = tablet.replicas.find(
    ({ backendId }) => backendById(state, backendId)?.row.decommissioned === true,
  )?.backendId;
  return leaving !== undefined && newestOn(state, leaving, strandedTablets).includes(tablet.id);
}

function hasRoomElsewhere(state: ClusterState, medium: DiskState['medium']): boolean {
  const ratio = configNumber(state, 'storage_high_watermark_usage_percent') / 100;
  for (const backend of state.index.members.values()) {
    if (!isSchedulable(backend)) continue;
    const { bytesByDisk } = tabletsOf(state, backend.row.id);
    const hasRoom = backend.disks.some((disk, index) => {
      const usedBytes = disk.otherBytes + disk.trashBytes + (bytesByDisk[index] ?? 0);
      return disk.online && disk.medium === medium && usedBytes <= disk.totalBytes * ratio;
    });
    if (hasRoom) return true;
  }
  return false;
}

function newestOn(state: ClusterState, backendId: string, count: number): readonly string[] {
  return [...tabletsOf(state, backendId).replicas.keys()].toSorted((a, b) => Number(b) - Number(a)).slice(0, count);
}
