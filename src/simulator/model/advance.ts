import { recordLoad } from '../load/record.ts';
import { nextFillingMs, settleFillings } from './backends/fillings.ts';
import { latestReportMs } from './backends/disk-report.ts';
import { changeBackendProcess } from './backends/processes.ts';
import { elect } from './frontends/election.ts';
import { masterEndsAtMs } from './frontends/majority.ts';
import { changeFrontendProcess, endFrontend } from './frontends/processes.ts';
import { nextHeartbeatMs, settle } from './heartbeat.ts';
import { hasMajority, masterOf } from './queries.ts';
import { emptyRecycleBin, nextExpiryMs } from './recycle-bin.ts';
import { balance } from './scheduler/balance.ts';
import { check } from './scheduler/checker.ts';
import { endClone } from './scheduler/clones.ts';
import { dropDrained, nextSkippedLeakMs, noteDrops } from './scheduler/drop-daemon.ts';
import { schedule } from './scheduler/schedule.ts';
import { repeatedRounds, repeatRounds } from './scheduler/standstill.ts';
import type { ClusterState } from './state.ts';

/**
 * Lets time pass up to an instant; an earlier one changes nothing. Nothing is stepped: the state jumps from one instant at which
 * something happens to the next, so a quiet year costs as much as a quiet second, and one jump ends where many small ones do.
 */
export function advance(state: ClusterState, atMs: number): void {
  if (atMs < state.nowMs) return;
  for (;;) {
    noteDrops(state);
    const eventMs = nextAfterStandstill(state, atMs);
    if (eventMs === undefined || eventMs > atMs) break;
    state.nowMs = Math.max(state.nowMs, eventMs);
    settleFillings(state);
    settle(state);
    happen(state);
    recordLoad(state);
  }
  if (atMs > state.nowMs) {
    state.nowMs = atMs;
    settleFillings(state);
    settle(state);
  }
  for (const { ownCluster } of state.frontends) if (ownCluster !== undefined) advance(ownCluster, atMs);
}

/** When something happens next; rounds that repeat the last one are carried out at once. */
function nextAfterStandstill(state: ClusterState, untilMs: number): number | undefined {
  const repeated = canWork(state) ? repeatedRounds(state) : undefined;
  if (repeated === undefined) return nextEventMs(state);
  const { scheduler } = state;
  scheduler.nextCheckAtMs = undefined;
  scheduler.nextBalanceAtMs = undefined;
  repeatRounds(state, repeated, Math.min(untilMs + 1, nextEventMs(state) ?? Number.POSITIVE_INFINITY));
  return nextEventMs(state);
}

/** When something happens next; undefined: nothing ever does. */
function nextEventMs(state: ClusterState): number | undefined {
  const { scheduler } = state;
  let next = Number.POSITIVE_INFINITY;
  const consider = (atMs: number | undefined): void => {
    if (atMs !== undefined && atMs < next) next = atMs;
  };
  for (const { processChangesAtMs } of state.frontends) consider(processChangesAtMs);
  for (const { processChangesAtMs } of state.backends) consider(processChangesAtMs);
  consider(nextHeartbeatMs(state));
  consider(nextReportMs(state));
  consider(nextFillingMs(state));
  consider(state.electionAtMs);
  consider(masterEndsAtMs(state));
  if (canWork(state)) {
    for (const { endsAtMs } of scheduler.running) consider(endsAtMs);
    consider(scheduler.nextCheckAtMs);
    consider(scheduler.nextScheduleAtMs);
    consider(scheduler.nextBalanceAtMs);
    consider(scheduler.nextDropAtMs);
    consider(nextSkippedLeakMs(state));
    consider(nextExpiryMs(state));
  }
  return Number.isFinite(next) ? next : undefined;
}

/** Everything that is due now, in an order that does not depend on who asks. */
function happen(state: ClusterState): void {
  const { nowMs, scheduler } = state;
  const isDue = (atMs: number | undefined): boolean => atMs !== undefined && atMs <= nowMs;
  for (const frontend of [...state.frontends]) {
    if (isDue(frontend.processChangesAtMs)) changeFrontendProcess(state, frontend);
  }
  for (const backend of state.backends) if (isDue(backend.processChangesAtMs)) changeBackendProcess(state, backend);
  const master = masterOf(state);
  if (isDue(masterEndsAtMs(state)) && master !== undefined) endFrontend(state, master);
  if (isDue(state.electionAtMs)) elect(state);
  if (!canWork(state)) return;
  for (const task of [...scheduler.running]) if (isDue(task.endsAtMs)) endClone(state, task);
  if (isDue(scheduler.nextCheckAtMs)) check(state);
  if (isDue(scheduler.nextBalanceAtMs)) balance(state);
  if (isDue(scheduler.nextScheduleAtMs)) schedule(state);
  if (isDue(scheduler.nextDropAtMs)) dropDrained(state);
  if (isDue(nextExpiryMs(state))) emptyRecycleBin(state);
}

/** The master's daemons write to the edit log: without a majority they stand still. */
function canWork(state: ClusterState): boolean {
  return masterOf(state) !== undefined && hasMajority(state);
}

/** The first disk report of a backend that has come alive. */
function nextReportMs(state: ClusterState): number | undefined {
  let next: number | undefined;
  for (const backend of state.backends) {
    const { row, process } = backend;
    if (row === undefined || row.disksReported || !row.alive || process !== 'up') continue;
    const atMs = latestReportMs(state, backend, state.profile.diskReportMs) + state.profile.diskReportMs;
    next = Math.min(next ?? atMs, atMs);
  }
  return next;
}
