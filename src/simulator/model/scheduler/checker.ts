import { configFlag, configNumber } from '../config.ts';
import { isSchedulable, registeredBackends } from '../queries.ts';
import { wantFirstSchedule, wantNextCheck } from '../rounds.ts';
import type { ClusterState } from '../state.ts';
import { healthOf, holdersOf, type TabletHealth } from '../tablets/tablet-health.ts';
import type { TabletPlace } from '../tablets/tablet-index.ts';
import { givesBucketsTime, placeColocateGroups, settleColocateGroups } from './colocate.ts';
import { standstillOfChecker } from './standstill.ts';
import { addPending, newTask } from './tasks.ts';

/**
 * One round of the tablet checker: what is not healthy joins the queue. Only tablets on backends that are leaving or dead can have
 * become so, and those that something has happened to.
 */
export function check(state: ClusterState): void {
  const { scheduler } = state;
  scheduler.nextCheckAtMs = undefined;
  if (configFlag(state, 'disable_tablet_scheduler')) return;
  const mostTasks = configNumber(state, 'max_scheduling_tablets') - state.faults.queuedTablets;
  // Nothing can join a queue that others fill: what changes that wakes the checker.
  if (mostTasks <= 0) return;
  let isChanged = placeColocateGroups(state);
  scheduler.isGivingTime = givesBucketsTime(state);
  for (const tabletId of suspects(state)) {
    if (scheduler.tasks.has(tabletId)) continue;
    const place = state.index.places.get(tabletId);
    const health = place === undefined ? undefined : healthOf(state, place);
    if (place === undefined || health === undefined || health.status === 'HEALTHY') {
      if (scheduler.suspects.delete(tabletId)) isChanged = true;
    } else if (health.status !== 'UNRECOVERABLE') {
      const isQueued = isReady(state, place, health) && scheduler.tasks.size < mostTasks;
      if (isQueued) addPending(state, newTask(state, place, health));
      else scheduler.isGivingTime = true;
    }
  }
  const unstable = state.colocateGroups.filter(({ stable }) => !stable).length;
  const left = settleColocateGroups(state);
  if (left > 0 || scheduler.isGivingTime) wantNextCheck(state);
  if (scheduler.pending.length > 0) wantFirstSchedule(state);
  else scheduler.standstill = standstillOfChecker(state, isChanged || left !== unstable);
}

function suspects(state: ClusterState): ReadonlySet<string> {
  const found = new Set(state.scheduler.suspects);
  for (const backend of registeredBackends(state)) {
    if (isSchedulable(backend)) continue;
    for (const tabletId of state.index.backends.get(backend.row.id)?.replicas.keys() ?? []) found.add(tabletId);
  }
  return found;
}

/** A dead backend may come back: what can wait does so for a minute. */
function isReady(state: ClusterState, { tablet }: TabletPlace, { priority }: TabletHealth): boolean {
  if (priority === 'VERY_HIGH') return true;
  const delayMs = 1000 * configNumber(state, 'tablet_repair_delay_factor_second');
  return holdersOf(state, tablet).every(({ backend }) => {
    if (backend === undefined || backend.row.alive || backend.row.decommissioned) return true;
    return backend.row.deadSinceMs === undefined || state.nowMs - backend.row.deadSinceMs >= delayMs;
  });
}
