import { wantBalance, wantNextCheck } from '../rounds.ts';
import type { ClusterState } from '../state.ts';
import type { SchedulerState, TabletTaskState } from './state.ts';
import type { TabletHealth } from '../tablets/tablet-health.ts';
import type { TabletPlace } from '../tablets/tablet-index.ts';

/** Rows of history_tablets. */
export const KEPT_TASKS = 1_000;

export function emptyScheduler(): SchedulerState {
  return {
    pending: [],
    running: [],
    history: [],
    tasks: new Map(),
    slots: new Map(),
    suspects: new Set(),
    nextCheckAtMs: undefined,
    nextScheduleAtMs: undefined,
    nextBalanceAtMs: undefined,
    standstill: undefined,
    isGivingTime: false,
    nextDropAtMs: undefined,
    dropBlockedSinceMs: undefined,
  };
}

/** One that waits for its turn. */
export function newTask(
  state: ClusterState,
  { tablet, partition }: TabletPlace,
  { status, priority }: Pick<TabletTaskState, 'status' | 'priority'> | TabletHealth,
  balance?: { readonly sourceBackendId: string; readonly targetBackendId: string },
): TabletTaskState {
  return {
    ...emptyTask(tablet.id, state.nowMs),
    type: balance === undefined ? 'REPAIR' : 'BALANCE',
    medium: partition.medium,
    status,
    surplusBackendId: balance?.sourceBackendId,
    priority,
    sourceBackendId: balance?.sourceBackendId,
    targetBackendId: balance?.targetBackendId,
    bytes: tablet.bytes,
  };
}

export function emptyTask(tabletId: string, createdAtMs: number): TabletTaskState {
  return {
    tabletId,
    type: 'REPAIR',
    medium: 'HDD',
    status: 'HEALTHY',
    surplusBackendId: undefined,
    state: 'PENDING',
    code: 'NONE',
    priority: 'NORMAL',
    createdAtMs,
    scheduledAtMs: undefined,
    visitedAtMs: undefined,
    finishedAtMs: undefined,
    endsAtMs: undefined,
    timesOut: false,
    waitsFor: undefined,
    sourceBackendId: undefined,
    sourcePathHash: undefined,
    targetBackendId: undefined,
    targetPathHash: undefined,
    bytes: 0,
    failedScheduling: 0,
    failedRunning: 0,
    errorMessage: '',
  };
}

export function addPending(state: ClusterState, task: TabletTaskState): void {
  state.scheduler.pending.push(task);
  state.scheduler.tasks.set(task.tabletId, task);
}

/** Takes a task out of its queue; what follows is its end or another queue. */
export function takeOut(state: ClusterState, task: TabletTaskState): void {
  for (const queue of [state.scheduler.pending, state.scheduler.running]) {
    const at = queue.indexOf(task);
    if (at >= 0) queue.splice(at, 1);
  }
  state.scheduler.tasks.delete(task.tabletId);
  if (state.scheduler.tasks.size === 0) wantBalance(state);
}

type Ending = { readonly errorMessage?: string; readonly code?: TabletTaskState['code'] };

export function finish(state: ClusterState, task: TabletTaskState, how: Ending = {}): void {
  close(state, task, 'FINISHED', how);
}

/** A replica that was to be deleted stays in use; the checker looks at the tablet again. */
export function cancel(state: ClusterState, task: TabletTaskState, how: Ending = {}): void {
  close(state, task, 'CANCELLED', how);
  for (const replica of state.index.places.get(task.tabletId)?.tablet.replicas ?? []) {
    if (replica.state === 'DECOMMISSION') Object.assign(replica, { state: 'NORMAL', watermarkTxnId: undefined });
  }
  state.scheduler.suspects.add(task.tabletId);
  wantNextCheck(state);
}

/** As history_tablets shows it. */
function close(state: ClusterState, task: TabletTaskState, ending: 'FINISHED' | 'CANCELLED', how: Ending): void {
  takeOut(state, task);
  task.state = ending;
  task.errorMessage = how.errorMessage ?? task.errorMessage;
  task.code = how.code ?? task.code;
  task.visitedAtMs = task.visitedAtMs === undefined && how.code === 'DIAGNOSE_IGNORE' ? undefined : state.nowMs;
  task.finishedAtMs = state.nowMs;
  const { history } = state.scheduler;
  history.push(task);
  if (history.length > KEPT_TASKS) history.shift();
}

/** It could not be started now and stays in the queue. */
export function keepWaiting(
  state: ClusterState,
  task: TabletTaskState,
  code: TabletTaskState['code'],
  errorMessage: string,
): void {
  task.code = code;
  task.errorMessage = errorMessage;
  task.visitedAtMs = state.nowMs;
  task.scheduledAtMs = state.nowMs;
  task.failedScheduling += 1;
}
