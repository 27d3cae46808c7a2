import type { ClusterState } from './state.ts';

/** Lets time pass up to an instant; an earlier one changes nothing. */
export function advance(state: ClusterState, atMs: number): void {
  if (atMs <= state.nowMs) return;
  state.nowMs = atMs;
}
