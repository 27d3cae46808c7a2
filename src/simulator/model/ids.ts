import type { ClusterState } from './state.ts';

/** The next id of anything: tablets, replicas, backends and tables share one counter. */
export function nextId(state: ClusterState): string {
  state.lastId += 1;
  return String(state.lastId);
}
