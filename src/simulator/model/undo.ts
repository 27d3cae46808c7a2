import { dropBackend } from './backends/drop.ts';
import { setDecommissioned, setDisabled, setTags } from './changes.ts';
import type { BackendRow, BackendState, ClusterState, FrontendRow, FrontendState } from './state.ts';
import type { ReplicaState } from './tablets/state.ts';
import { addMember, addReplica, sortMembers, tabletsOf, tellReplica } from './tablets/tablet-index.ts';

/*
 * From 3.0 on a change that waits for a majority is visible already. When its master dies before it is written, nobody else ever
 * heard of it: then it is undone. Only statements about nodes change anything meanwhile, for the daemons of a master without a
 * majority stand still.
 */

interface RememberedBackend {
  readonly backend: BackendState;
  readonly row: BackendRow;
  readonly flags: Pick<BackendRow, 'decommissioned' | 'queryDisabled' | 'loadDisabled' | 'tags'>;
  readonly replicas: readonly (readonly [tabletId: string, replica: ReplicaState])[];
}

/** Remembers the nodes as they are, and gives what makes them so again. */
export function rememberNodes(state: ClusterState): () => void {
  const backends = state.backends.flatMap((backend): readonly RememberedBackend[] => {
    const { row } = backend;
    if (row === undefined) return [];
    return [{ backend, row, flags: { ...row }, replicas: [...tabletsOf(state, row.id).replicas] }];
  });
  const frontends = new Map(state.frontends.flatMap((each) => (each.row === undefined ? [] : [[each, each.row]])));
  return () => {
    const ids = new Set(backends.map(({ row }) => row.id));
    for (const added of [...state.index.members.values()]) {
      if (!ids.has(added.row.id)) dropBackend(state, added, 'undone');
    }
    for (const each of backends) bringBack(state, each);
    sortMembers(state);
    for (const added of [...state.frontends]) if (!frontends.has(added)) forgetFrontend(state, added);
    for (const [frontend, row] of frontends) bringFrontendBack(state, frontend, row);
  };
}

function bringBack(state: ClusterState, { backend, row, flags, replicas }: RememberedBackend): void {
  if (backend.row === undefined) {
    if (!state.backends.includes(backend)) state.backends.push(backend);
    addMember(state, backend, row);
    state.options.observe?.({ kind: 'backend-added', atMs: state.nowMs, host: backend.host, backendId: row.id });
    for (const [tabletId, replica] of replicas) {
      const tablet = state.index.places.get(tabletId)?.tablet;
      if (tablet === undefined) continue;
      addReplica(state, tablet, replica);
      if (replica.state !== 'CLONE') tellReplica(state, tablet, replica, { kind: 'replica-added', why: 'scheduler' });
    }
  }
  if (row.decommissioned !== flags.decommissioned) setDecommissioned(state, backend, flags.decommissioned);
  if (row.queryDisabled !== flags.queryDisabled) setDisabled(state, backend, 'query', flags.queryDisabled);
  if (row.loadDisabled !== flags.loadDisabled) setDisabled(state, backend, 'load', flags.loadDisabled);
  if (row.tags !== flags.tags) setTags(state, backend, flags.tags);
}

function forgetFrontend(state: ClusterState, frontend: FrontendState): void {
  const { row, host } = frontend;
  if (row === undefined) return;
  frontend.row = undefined;
  if (!frontend.isKnown) state.frontends.splice(state.frontends.indexOf(frontend), 1);
  const { role, alive } = row;
  state.options.observe?.({ kind: 'frontend-removed', atMs: state.nowMs, host, role, alive });
}

/** Its process has not ended yet: then it never hears that it was dropped. */
function bringFrontendBack(state: ClusterState, frontend: FrontendState, row: FrontendRow): void {
  if (frontend.row !== undefined) return;
  if (!state.frontends.includes(frontend)) state.frontends.push(frontend);
  frontend.row = row;
  if (frontend.process === 'up') frontend.processChangesAtMs = undefined;
  state.options.observe?.({ kind: 'frontend-added', atMs: state.nowMs, host: frontend.host, role: row.role });
}
