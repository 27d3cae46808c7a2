import { wantCheck } from '../rounds.ts';
import type { BackendState, ClusterState } from '../state.ts';
import { forgetBackend, removeReplica, tabletsOf } from '../tablets/tablet-index.ts';

/** The row and its replicas are gone at once; the process runs on, and its storage stays. */
export function dropBackend(
  state: ClusterState,
  backend: BackendState,
  why: 'drained' | 'dropped' | 'undone' = 'dropped',
): void {
  const { row, host } = backend;
  if (row === undefined) return;
  state.journalId += 1;
  const held = [...tabletsOf(state, row.id).replicas];
  const replicas = held.filter(([, replica]) => replica.state !== 'CLONE').length;
  for (const [tabletId, replica] of held) {
    const place = state.index.places.get(tabletId);
    if (place !== undefined) removeReplica(state, place.tablet, replica, 'backend-removed');
    state.scheduler.suspects.add(tabletId);
  }
  forgetBackend(state, row.id);
  backend.row = undefined;
  backend.reported = undefined;
  if (!backend.isKnown) state.backends.splice(state.backends.indexOf(backend), 1);
  state.options.observe?.({ kind: 'backend-removed', atMs: state.nowMs, host, backendId: row.id, why, replicas });
  wantCheck(state);
}
