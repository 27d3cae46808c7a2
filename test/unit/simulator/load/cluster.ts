import type { ClusterOptions } from '../../../../src/simulator/cluster.ts';
import { createState } from '../../../../src/simulator/model/create-state.ts';
import type { BackendRow, BackendState, ClusterState } from '../../../../src/simulator/model/state.ts';

export const START = Date.UTC(2026, 10, 23, 8);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** Three FEs and four BEs with small tables, half busy. */
export function cluster(options: Partial<ClusterOptions> = {}): ClusterState {
  return createState({
    version: '4.0',
    seed: 7,
    speed: 1,
    startAtMs: START,
    frontends: 3,
    backends: 4,
    dataset: 'recorded',
    load: () => 2,
    ...options,
  });
}

export function backendAt(state: ClusterState, index: number): BackendState & { readonly row: BackendRow } {
  const backend = state.backends[index];
  if (backend?.row === undefined) throw new Error(`there is no backend ${String(index)}`);
  return backend as BackendState & { readonly row: BackendRow };
}

export function frontendAt(state: ClusterState, index: number): ClusterState['frontends'][number] {
  const frontend = state.frontends[index];
  if (frontend === undefined) throw new Error(`there is no frontend ${String(index)}`);
  return frontend;
}
