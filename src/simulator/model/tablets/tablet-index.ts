import { noteReport } from '../backends/disk-report.ts';
import type { ModelEvent } from '../events.ts';
import type {
  BackendRow,
  BackendState,
  BackendTablets,
  ClusterState,
  RegisteredBackend,
  TabletIndex,
} from '../state.ts';
import type { ReplicaState, TabletState } from './state.ts';

export type { TabletPlace } from '../state.ts';

export function emptyIndex(): TabletIndex {
  return { members: new Map(), memberList: [], places: new Map(), backends: new Map() };
}

export function tabletsOf(state: ClusterState, backendId: string): BackendTablets {
  const known = state.index.backends.get(backendId);
  if (known !== undefined) return known;
  const added: BackendTablets = { replicas: new Map(), bytesByDisk: [], recycled: 0, leaky: 0, leftovers: 0 };
  state.index.backends.set(backendId, added);
  return added;
}

export function addReplica(state: ClusterState, tablet: TabletState, replica: ReplicaState): void {
  tablet.replicas.push(replica);
  tabletsOf(state, replica.backendId).replicas.set(tablet.id, replica);
  if (replica.state !== 'CLONE') changeBytes(state, replica, tablet.bytes);
}

/** A copy is complete: from now on it holds the tablet's bytes. */
export function finishReplica(state: ClusterState, tablet: TabletState, replica: ReplicaState): void {
  replica.state = 'NORMAL';
  changeBytes(state, replica, tablet.bytes);
  tellReplica(state, tablet, replica, { kind: 'replica-added', why: 'scheduler' });
}

export function removeReplica(
  state: ClusterState,
  tablet: TabletState,
  replica: ReplicaState,
  why: 'scheduler' | 'backend-removed' = 'scheduler',
): void {
  const at = tablet.replicas.indexOf(replica);
  if (at < 0) return;
  tablet.replicas.splice(at, 1);
  state.index.backends.get(replica.backendId)?.replicas.delete(tablet.id);
  if (replica.state === 'CLONE') return;
  changeBytes(state, replica, -tablet.bytes);
  tellReplica(state, tablet, replica, { kind: 'replica-removed', why });
}

export function tellReplica(
  { options, index, nowMs }: ClusterState,
  tablet: TabletState,
  { backendId }: ReplicaState,
  what: Pick<Extract<ModelEvent, { readonly why: 'scheduler' | 'backend-removed' }>, 'kind' | 'why'>,
): void {
  const place = index.places.get(tablet.id);
  if (options.observe === undefined || place === undefined) return;
  const finished = tablet.replicas.filter((each) => each.state !== 'CLONE' && index.members.has(each.backendId));
  const wanted = Object.values(place.partition.replicaAllocation).reduce((sum, replicas) => sum + replicas, 0);
  options.observe({ ...what, atMs: nowMs, tabletId: tablet.id, backendId, replicas: finished.length, wanted });
}

/** A tablet has another size from now on, on all its backends. */
export function resizeTablet(state: ClusterState, tablet: TabletState, bytes: number): void {
  for (const replica of tablet.replicas) {
    if (replica.state !== 'CLONE') changeBytes(state, replica, bytes - tablet.bytes);
  }
  tablet.bytes = bytes;
}

/** A backend has a row from now on. */
export function addMember(state: ClusterState, backend: BackendState, row: BackendRow): void {
  backend.row = row;
  backend.reported = undefined;
  state.index.members.set(row.id, backend as RegisteredBackend);
  listMembers(state);
}

/** In the order of their ids again, after one came back. */
export function sortMembers(state: ClusterState): void {
  const { members } = state.index;
  const sorted = [...members].toSorted(([a], [b]) => Number(a) - Number(b));
  members.clear();
  for (const [id, backend] of sorted) members.set(id, backend);
  listMembers(state);
}

function listMembers({ index }: ClusterState): void {
  index.memberList = [...index.members.values()];
}

/** All that an id held is forgotten, after its replicas were removed. */
export function forgetBackend(state: ClusterState, backendId: string): void {
  state.index.backends.delete(backendId);
  state.index.members.delete(backendId);
  listMembers(state);
}

function changeBytes(state: ClusterState, replica: ReplicaState, bytes: number): void {
  const held = tabletsOf(state, replica.backendId);
  const backend = state.index.members.get(replica.backendId);
  if (backend !== undefined) noteReport(state, backend);
  held.bytesByDisk[replica.diskIndex] = (held.bytesByDisk[replica.diskIndex] ?? 0) + bytes;
}
