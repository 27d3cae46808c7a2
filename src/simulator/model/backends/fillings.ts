import type { ClusterState } from '../state.ts';

const HOUR_MS = 3_600_000;
/** So often somebody looks at disks that fill. */
const STEP_MS = 60_000;

/** Other files that grow have come to so much by now: a disk takes no more than it holds. */
export function settleFillings(state: ClusterState): void {
  for (const [disk, { fromBytes, sinceMs, bytesPerHour }] of state.faults.fillings) {
    const bytes = Math.floor(fromBytes + (bytesPerHour * (state.nowMs - sinceMs)) / HOUR_MS);
    disk.otherBytes = Math.min(Math.max(0, bytes), disk.totalBytes - disk.trashBytes);
  }
}

/** While disks fill, something changes each minute. */
export function nextFillingMs({ faults, nowMs }: ClusterState): number | undefined {
  let next: number | undefined;
  for (const { sinceMs } of faults.fillings.values()) {
    const atMs = sinceMs + (Math.floor((nowMs - sinceMs) / STEP_MS) + 1) * STEP_MS;
    if (next === undefined || atMs < next) next = atMs;
  }
  return next;
}
