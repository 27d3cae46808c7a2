import { configFlag } from '../config.ts';
import { backendById, isSchedulable } from '../queries.ts';
import { wantCheck } from '../rounds.ts';
import type { ClusterState, TabletTaskState } from '../state.ts';
import { healthOf } from '../tablets/tablet-health.ts';
import type { TabletPlace } from '../tablets/tablet-index.ts';
import { chooseSource, startClone } from './clones.ts';
import { chooseDestination, type DestinationChoice, takesReplicas } from './destination.ts';
import { removeRedundant } from './redundant.ts';
import { slotKind } from './slots.ts';
import { close, keepWaiting, takeOut } from './tasks.ts';

const URGENCY = { VERY_HIGH: 0, HIGH: 1, NORMAL: 2, LOW: 3 } as const;
const WAITS_FOR_SOURCE = "waiting for source replica's slot";
const WAITS_FOR_TARGET = 'scheduler waiting for dest backend slot';

/** One round of the scheduler: everything that waits has its turn, the most urgent first. */
export function schedule(state: ClusterState): void {
  state.scheduler.nextScheduleAtMs = undefined;
  if (configFlag(state, 'disable_tablet_scheduler')) {
    for (const task of [...state.scheduler.pending]) refuse(state, task);
    return;
  }
  const full = new Set<string>();
  const queue = state.scheduler.pending.toSorted((a, b) => URGENCY[a.priority] - URGENCY[b.priority]);
  for (const task of queue) attempt(state, task, full);
}

function refuse(state: ClusterState, task: TabletTaskState): void {
  close(state, task, { state: 'CANCELLED', errorMessage: 'tablet scheduler is disabled', code: 'DIAGNOSE_IGNORE' });
  state.scheduler.suspects.add(task.tabletId);
}

/** `full`: what has no slot left in this round. */
function attempt(state: ClusterState, task: TabletTaskState, full: Set<string>): void {
  const place = state.index.places.get(task.tabletId);
  if (place === undefined) {
    takeOut(state, task);
    return;
  }
  const leaving = leavingPath(state, place);
  if (task.type === 'REPAIR' && leaving !== undefined && full.has(leaving) && task.status !== 'REDUNDANT') {
    keepWaiting(state, task, 'WAITING_SLOT', WAITS_FOR_SOURCE);
    return;
  }
  if (task.type === 'BALANCE') {
    move(state, task, place);
    return;
  }
  const health = healthOf(state, place);
  switch (health.status) {
    case 'HEALTHY':
      takeOut(state, task);
      return;
    case 'UNRECOVERABLE':
      close(state, task, { state: 'CANCELLED', errorMessage: 'tablet is unrecoverable' });
      return;
    case 'REDUNDANT':
    case 'FORCE_REDUNDANT':
    case 'COLOCATE_REDUNDANT':
      task.status = health.status;
      removeRedundant(state, task, place);
      return;
    case 'REPLICA_MISSING':
    case 'REPLICA_RELOCATING':
    case 'REPLICA_MISSING_FOR_TAG':
    case 'COLOCATE_MISMATCH':
      task.status = health.status === 'COLOCATE_MISMATCH' ? health.status : 'REPLICA_MISSING';
      if (!copy(state, task, place, chooseDestination(state, place, 'repair')) && leaving !== undefined) {
        if (task.errorMessage === WAITS_FOR_SOURCE) full.add(leaving);
      }
  }
}

/** The disk that a leaving replica is read from. */
function leavingPath(state: ClusterState, { tablet }: TabletPlace): string | undefined {
  for (const { backendId, diskIndex, state: is } of tablet.replicas) {
    if (is !== 'NORMAL') continue;
    const backend = backendById(state, backendId);
    if (backend?.row.alive === true && !isSchedulable(backend)) return backend.disks[diskIndex]?.pathHash;
  }
  return undefined;
}

/** True when the copy has begun. */
function copy(state: ClusterState, task: TabletTaskState, place: TabletPlace, choice: DestinationChoice): boolean {
  if (place.table.state !== 'NORMAL') {
    const why = ['SCHEMA_CHANGE', 'ROLLUP'].includes(place.table.state)
      ? 'table is in alter process, but tablet status is REPLICA_RELOCATING'
      : "table's state is not NORMAL";
    giveUp(state, task, why);
    return false;
  }
  if (choice.kind === 'none') {
    giveUp(state, task, choice.why);
    return false;
  }
  if (choice.kind === 'no-slot') {
    keepWaiting(state, task, 'WAITING_SLOT', WAITS_FOR_TARGET);
    return false;
  }
  const source = chooseSource(state, place, task);
  if (source.kind === 'none') {
    giveUp(state, task, 'unable to find source replica');
    return false;
  }
  if (source.kind === 'no-slot') {
    keepWaiting(state, task, 'WAITING_SLOT', WAITS_FOR_SOURCE);
    return false;
  }
  startClone(state, task, place, { source: source.source, destination: choice.destination });
  return true;
}

/** Straight to the history; the checker finds the tablet again in its next round. */
function giveUp(state: ClusterState, task: TabletTaskState, errorMessage: string): void {
  close(state, task, { state: 'CANCELLED', errorMessage, code: 'NONE' });
  state.scheduler.suspects.add(task.tabletId);
  wantCheck(state);
}

function move(state: ClusterState, task: TabletTaskState, place: TabletPlace): void {
  if (healthOf(state, place).status !== 'HEALTHY') {
    close(state, task, {
      state: 'CANCELLED',
      errorMessage: 'tablet is unhealthy when doing balance',
      code: 'DIAGNOSE_IGNORE',
    });
    wantCheck(state);
    return;
  }
  const target = task.targetBackendId === undefined ? undefined : backendById(state, task.targetBackendId);
  if (target === undefined || !takesReplicas(target)) {
    close(state, task, { state: 'CANCELLED', errorMessage: 'cluster is balance', code: 'DIAGNOSE_IGNORE' });
    wantCheck(state);
    return;
  }
  const choice = chooseDestination(state, place, slotKind(task), target.row.id);
  if (choice.kind === 'no-slot') keepWaiting(state, task, 'WAITING_SLOT', 'unable to take dest slot for non-urgent');
  else copy(state, task, place, choice);
}
