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

/** Slots of each disk, by what they are for and its medium. */
export interface SlotLimits {
  readonly repair: Readonly<Record<DiskState['medium'], number>>;
  readonly balance: Readonly<Record<DiskState['medium'], number>>;
}

export function slotLimits(state: ClusterState): SlotLimits {
  const balance = configNumber(state, 'balance_slot_num_per_path');
  return {
    repair: {
      HDD: configNumber(state, 'schedule_slot_num_per_hdd_path'),
      SSD: configNumber(state, 'schedule_slot_num_per_ssd_path'),
    },
    balance: { HDD: balance, SSD: balance },
  };
}

export function freeSlots(
  state: ClusterState,
  limits: SlotLimits,
  { pathHash, medium }: Pick<DiskState, 'pathHash' | 'medium'>,
  kind: SlotKind,
): number {
  return limits[kind][medium] - (state.scheduler.slots.get(pathHash)?.[kind] ?? 0);
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
  const slots = Math.max(1, slotLimits(state).repair[medium]);
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
