import type { BackendState, ClusterState } from '../state.ts';
import { tellProcess } from '../tell.ts';

/*
 * A backend's process: down -> starting -> up -> shutting-down -> down. A graceful stop waits for the queries that run on it.
 */

const START_MS = 5_000;
const GRACE_MS = 3_000;
/** grace_shutdown_wait_seconds */
const LONGEST_GRACE_MS = 120_000;

/** start_be.sh; a process that runs already goes on. */
export function startBackend(state: ClusterState, backend: BackendState): void {
  if (backend.process !== 'down' || state.faults.deadHosts.has(backend.host)) return;
  backend.process = 'starting';
  backend.startedAtMs = state.nowMs;
  backend.processChangesAtMs = state.nowMs + Math.ceil(START_MS / state.options.speed);
}

/** stop_be.sh, with --grace or without. */
export function stopBackend(
  state: ClusterState,
  backend: BackendState,
  { graceful }: { readonly graceful: boolean },
): void {
  if (!graceful || backend.process === 'starting') {
    endBackend(state, backend);
    return;
  }
  if (backend.process !== 'up') return;
  backend.process = 'shutting-down';
  const busy = (state.faults.runningQueries.get(backend.host) ?? 0) > 0;
  backend.processChangesAtMs = state.nowMs + (busy ? LONGEST_GRACE_MS : Math.ceil(GRACE_MS / state.options.speed));
}

/** kill -9, or the end of the machine. */
export function endBackend(state: ClusterState, backend: BackendState): void {
  if (backend.process !== 'down') tellProcess(state, backend, 'backend', 'stopped');
  backend.process = 'down';
  backend.processChangesAtMs = undefined;
  backend.startedAtMs = undefined;
}

/** Moves the storage of a stopped process aside. */
export function resetBackend(backend: BackendState): void {
  if (backend.process === 'down') backend.storageClusterId = undefined;
}

/** Carries out the change that is due now. */
export function changeBackendProcess(state: ClusterState, backend: BackendState): void {
  backend.processChangesAtMs = undefined;
  if (backend.process === 'shutting-down') endBackend(state, backend);
  if (backend.process !== 'starting') return;
  backend.process = 'up';
  tellProcess(state, backend, 'backend', 'started');
}
