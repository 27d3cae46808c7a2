import { nextId } from '../ids.ts';
import { backendById, isSchedulable, type RegisteredBackend } from '../queries.ts';
import { wantSchedule } from '../rounds.ts';
import type { ClusterState } from '../state.ts';
import type { ReplicaState } from '../tablets/state.ts';
import type { TabletTaskState } from './state.ts';
import { healthOf } from '../tablets/tablet-health.ts';
import { addReplica, finishReplica, removeReplica, type TabletPlace } from '../tablets/tablet-index.ts';
import type { Destination } from './destination.ts';
import { refusesForSpace } from './flood.ts';
import { cloneMs, cloneTimeoutMs, freeSlots, releaseSlots, type SlotLimits, slotKind, takeSlot } from './slots.ts';
import { addPending, cancel, finish, newTask, takeOut } from './tasks.ts';

const FAILED_RUNS = 3;
const FAILS_AFTER_MS = 1_000;

export interface Source {
  readonly backend: RegisteredBackend;
  readonly replica: ReplicaState;
}

export type SourceChoice =
  | { readonly kind: 'found'; readonly source: Source }
  /** `paths`: the disks that it could be read from, none of them with a slot left. */
  | { readonly kind: 'no-slot'; readonly paths: readonly string[] }
  | { readonly kind: 'none' };

/**
 * The replica to copy from: the one that leaves, whose disk is of no more use to queries, else the one with most free slots.
 */
export function chooseSource(
  state: ClusterState,
  { tablet }: TabletPlace,
  task: Pick<TabletTaskState, 'type' | 'sourceBackendId'>,
  limits: SlotLimits,
): SourceChoice {
  const sources: Source[] = [];
  for (const replica of tablet.replicas) {
    const backend = replica.state === 'NORMAL' ? backendById(state, replica.backendId) : undefined;
    if (backend?.row.alive === true) sources.push({ backend, replica });
  }
  if (sources.length === 0) return { kind: 'none' };
  const leaving = sources.find(({ backend }) => !isSchedulable(backend));
  const chosen = sources.find(({ backend }) => backend.row.id === task.sourceBackendId && task.type === 'BALANCE');
  const candidates = chosen !== undefined ? [chosen] : leaving !== undefined ? [leaving] : sources;
  const kind = slotKind(task);
  let best: Source | undefined;
  let most = 0;
  for (const source of candidates) {
    const slots = freeSlots(state, limits, diskOf(source), kind);
    if (slots <= most) continue;
    most = slots;
    best = source;
  }
  if (best !== undefined) return { kind: 'found', source: best };
  return { kind: 'no-slot', paths: candidates.map((source) => diskOf(source).pathHash) };
}

function diskOf({ backend, replica }: Source): RegisteredBackend['disks'][number] {
  const disk = backend.disks[replica.diskIndex];
  if (disk === undefined) throw new Error(`backend ${backend.host} has no disk ${String(replica.diskIndex)}`);
  return disk;
}

/** A copy begins: from now on it counts among the replicas of its backend. */
export function startClone(
  state: ClusterState,
  task: TabletTaskState,
  { tablet }: TabletPlace,
  { source, destination }: { readonly source: Source; readonly destination: Destination },
): void {
  const kind = slotKind(task);
  const sourceDisk = diskOf(source);
  takeSlot(state, sourceDisk.pathHash, kind);
  takeSlot(state, destination.disk.pathHash, kind);
  addReplica(state, tablet, {
    id: nextId(state),
    backendId: destination.backend.row.id,
    diskIndex: destination.diskIndex,
    state: 'CLONE',
    watermarkTxnId: undefined,
  });
  takeOut(state, task);
  state.scheduler.running.push(task);
  state.scheduler.tasks.set(task.tabletId, task);
  if (task.status === 'REPLICA_RELOCATING') task.status = 'REPLICA_MISSING';
  Object.assign(task, {
    ...cloneEnd(state, tablet.bytes, destination.disk.medium),
    state: 'RUNNING',
    scheduledAtMs: state.nowMs,
    visitedAtMs: state.nowMs,
    sourceBackendId: source.backend.row.id,
    sourcePathHash: sourceDisk.pathHash,
    targetBackendId: destination.backend.row.id,
    targetPathHash: destination.disk.pathHash,
  } satisfies Partial<TabletTaskState>);
}

/** When a copy ends, and whether because the master gives it up. */
function cloneEnd(
  state: ClusterState,
  bytes: number,
  medium: 'HDD' | 'SSD',
): Pick<TabletTaskState, 'endsAtMs' | 'timesOut'> {
  const { faults, nowMs } = state;
  if (faults.stuckTasks > 0) {
    faults.stuckTasks -= 1;
    return { endsAtMs: undefined, timesOut: false };
  }
  const durationMs = cloneMs(state, bytes, medium);
  if (faults.cloneError !== undefined) {
    return { endsAtMs: nowMs + Math.min(durationMs, FAILS_AFTER_MS), timesOut: false };
  }
  const timeoutMs = cloneTimeoutMs(state, bytes);
  return { endsAtMs: nowMs + Math.min(durationMs, timeoutMs), timesOut: durationMs > timeoutMs };
}

/** A copy ends: well, or badly when the fault says so or one of its backends is gone. */
export function endClone(state: ClusterState, task: TabletTaskState): void {
  releaseSlots(state, task);
  const place = state.index.places.get(task.tabletId);
  const copy = place?.tablet.replicas.find(
    ({ backendId, state: is }) => backendId === task.targetBackendId && is === 'CLONE',
  );
  if (task.timesOut) {
    if (place !== undefined && copy !== undefined) removeReplica(state, place.tablet, copy);
    cancel(state, task, { errorMessage: 'timeout' });
    wantSchedule(state);
    return;
  }
  const failure = failureOf(state, task, copy);
  if (place === undefined || copy === undefined || failure !== undefined) {
    if (place !== undefined && copy !== undefined) removeReplica(state, place.tablet, copy);
    fail(state, task, failure ?? 'replica does not exist');
    return;
  }
  finishReplica(state, place.tablet, copy);
  finish(state, task);
  state.journalId += 1;
  followUp(state, place, task.surplusBackendId);
  wantSchedule(state);
}

/** The tablet is looked at again at once: mostly it has one replica too many now. */
export function followUp(state: ClusterState, place: TabletPlace, surplusBackendId?: string): void {
  const health = healthOf(state, place);
  if (health.status === 'HEALTHY' || health.status === 'UNRECOVERABLE') return;
  addPending(state, { ...newTask(state, place, health), surplusBackendId });
}

function failureOf(state: ClusterState, task: TabletTaskState, copy: ReplicaState | undefined): string | undefined {
  if (state.faults.cloneError !== undefined) return state.faults.cloneError;
  const isThere = (id: string | undefined): boolean => id !== undefined && backendById(state, id)?.row.alive === true;
  if (copy === undefined || !isThere(task.targetBackendId)) return 'dest backend is not alive';
  const full = refusesForSpace(state, copy, task.bytes);
  if (full !== undefined) return full;
  return isThere(task.sourceBackendId) ? undefined : '[INTERNAL_ERROR]failed to download file';
}

/** Three runs that fail are enough; the checker finds the tablet again. */
function fail(state: ClusterState, task: TabletTaskState, errorMessage: string): void {
  task.failedRunning += 1;
  task.errorMessage = errorMessage;
  if (task.failedRunning >= FAILED_RUNS || !state.index.places.has(task.tabletId)) {
    cancel(state, task);
  } else {
    takeOut(state, task);
    Object.assign(task, {
      state: 'PENDING',
      endsAtMs: undefined,
      sourcePathHash: undefined,
      targetPathHash: undefined,
    });
    addPending(state, task);
  }
  wantSchedule(state);
}
