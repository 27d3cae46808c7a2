import { configNumber } from '../config.ts';
import type { ClusterState, DiskState } from '../state.ts';
import type { TabletTaskState } from './state.ts';

/* A clone takes a slot of its source's disk and one of its target's; balancing has slots of its own. */

const MIB = 2 ** 20;
/** At four slots on each of two disks a backend sends or takes 20 MiB/s. */
const SLOT_BYTES_PER_SECOND = 2.5 * MIB;
/** More slots than a disk has speed for share it. */
const DISK_BYTES_PER_SECOND = { HDD: 80 * MIB, SSD: 400 * MIB } as const;
/** Of a clone, however small its tablet is. */
const OVERHEAD_MS = 200;

export type SlotKind = 'repair' | 'balance';

export function slotKind({ type }: Pick<TabletTaskState, 'type'>): SlotKind {
  return type === 'BALANCE' ? 'balance' : 'repair';
}

export function freeSlots(state: ClusterState, disk: Pick<DiskState, 'pathHash' | 'medium'>, kind: SlotKind): number {
  const taken = state.scheduler.slots.get(disk.pathHash)?.[kind] ?? 0;
  return slotsOf(state, disk.medium, kind) - taken;
}

export function slotsOf(state: ClusterState, medium: DiskState['medium'], kind: SlotKind): number {
  if (kind === 'balance') return configNumber(state, 'balance_slot_num_per_path');
  return configNumber(state, medium === 'SSD' ? 'schedule_slot_num_per_ssd_path' : 'schedule_slot_num_per_hdd_path');
}

export function takeSlot(state: ClusterState, pathHash: string, kind: SlotKind): void {
  const taken = state.scheduler.slots.get(pathHash) ?? { repair: 0, balance: 0 };
  taken[kind] += 1;
  state.scheduler.slots.set(pathHash, taken);
}

export function releaseSlots(state: ClusterState, task: TabletTaskState): void {
  for (const pathHash of [task.sourcePathHash, task.targetPathHash]) {
    const taken = pathHash === undefined ? undefined : state.scheduler.slots.get(pathHash);
    if (taken !== undefined) taken[slotKind(task)] = Math.max(0, taken[slotKind(task)] - 1);
  }
}

/** How long a clone of so many bytes runs, by the slots in force when it begins. */
export function cloneMs(state: ClusterState, bytes: number, medium: DiskState['medium']): number {
  const slots = Math.max(1, slotsOf(state, medium, 'repair'));
  const bytesPerSecond = Math.min(SLOT_BYTES_PER_SECOND, DISK_BYTES_PER_SECOND[medium] / slots);
  const byDisksMs = (OVERHEAD_MS + (1000 * bytes) / bytesPerSecond) / state.options.speed;
  const { cloneBytesPerSecond } = state.faults;
  const byFaultMs = cloneBytesPerSecond === undefined ? 0 : (1000 * bytes) / cloneBytesPerSecond;
  return Math.max(1, Math.ceil(Math.max(byDisksMs, byFaultMs)));
}

/** How long the master waits for a clone: 1 MB/s, within bounds that are set. */
export function cloneTimeoutMs(state: ClusterState, bytes: number): number {
  const leastSec = configNumber(state, 'min_clone_task_timeout_sec');
  const mostSec = configNumber(state, 'max_clone_task_timeout_sec');
  return 1000 * Math.min(mostSec, Math.max(leastSec, Math.ceil(bytes / MIB)));
}
