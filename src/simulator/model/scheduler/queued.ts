import type { ClusterState } from '../state.ts';
import type { TabletTaskState } from './state.ts';
import { emptyTask } from './tasks.ts';

/** Tablets that cannot be repaired and fill the queue: each has lost its last replica and is tried again for ever. */
export function queuedTasks(state: ClusterState, most: number): readonly TabletTaskState[] {
  const { queuedTablets, queuedSinceMs } = state.faults;
  return Array.from({ length: Math.min(queuedTablets, most) }, (_, index) => ({
    ...emptyTask(String(FIRST_TABLET + index), queuedSinceMs),
    status: 'REPLICA_MISSING',
    priority: 'VERY_HIGH',
    visitedAtMs: state.nowMs,
    failedScheduling: 10,
    errorMessage: 'unable to find source replica',
  }));
}

/** Below the ids of everything else. */
const FIRST_TABLET = 1_000;
