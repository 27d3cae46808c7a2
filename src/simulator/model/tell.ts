import type { ModelEvent } from './events.ts';
import type { BackendState, ClusterState, FrontendState } from './state.ts';

/* Events that are told from more than one place. */

type BackendChange = Pick<Extract<ModelEvent, { readonly kind: 'backend-changed' }>, 'what' | 'to'>;

export function tellBackend(state: ClusterState, { host, row }: BackendState, change: BackendChange): void {
  if (row === undefined) return;
  state.options.observe?.({ kind: 'backend-changed', atMs: state.nowMs, host, backendId: row.id, ...change });
}

export function tellProcess(
  state: ClusterState,
  { host }: { readonly host: string },
  role: 'frontend' | 'backend',
  what: 'started' | 'stopped',
): void {
  state.options.observe?.({ kind: `process-${what}`, atMs: state.nowMs, host, role });
}

/** Called after it has changed. */
export function tellMaster(state: ClusterState): void {
  state.options.observe?.({ kind: 'master-changed', atMs: state.nowMs, host: state.masterHost });
}

/** Called before an FE's memory is cleared. */
export function tellConfigsGone(state: ClusterState, { host, configs }: FrontendState): void {
  for (const key of configs.keys()) {
    state.options.observe?.({ kind: 'config-set', atMs: state.nowMs, host, key, value: undefined });
  }
}
