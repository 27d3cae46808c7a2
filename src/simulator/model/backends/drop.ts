import { wantCheck } from '../rounds.ts';
import type { BackendState, ClusterState } from '../state.ts';
import { forgetBackend, removeReplica, tabletsOf } from '../tablets/tablet-index.ts';

/** The row and its replicas are gone at once; the process runs on, and its storage stays. */
export function dropBackend(state: ClusterState, backend: BackendState): void {
  const { row } = backend;
  if (row === undefined) return;
  state.journalId += 1;
  for (const [tabletId, replica] of [...tabletsOf(state, row.id).replicas]) {
    const place = state.index.places.get(tabletId);
    if (place !== undefined) removeReplica(state, place.tablet, replica);
    state.scheduler.suspects.add(tabletId);
  }
  forgetBackend(state, row.id);
  backend.row = undefined;
  backend.reported = undefined;
  if (!backend.isKnown) state.backends.splice(state.backends.indexOf(backend), 1);
  wantCheck(state);
}
