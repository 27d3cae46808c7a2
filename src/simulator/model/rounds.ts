import type { ClusterState } from './state.ts';

/*
 * The master's daemons work in rounds that count from the instant at which it began to lead. A round is an event only where
 * there is something to do: `next...AtMs` of the scheduler say so.
 */

/** The first round strictly after now. */
export function nextRound(state: ClusterState, everyMs: number): number {
  return nextRoundAfter(state, state.nowMs, everyMs);
}

/** The first round strictly after an instant. */
export function nextRoundAfter({ masterSinceMs }: ClusterState, atMs: number, everyMs: number): number {
  return masterSinceMs + (Math.floor((atMs - masterSinceMs) / everyMs) + 1) * everyMs;
}

/** Between two rounds of the scheduler at the speed of a real one. */
export const SCHEDULE_MS = 1_000;

/** Slots that become free are filled once a second; the faster tablets move, the more often. */
function scheduleEveryMs({ options, faults }: ClusterState): number {
  return faults.starvedEveryMs > 0 ? faults.starvedEveryMs : Math.max(10, Math.round(SCHEDULE_MS / options.speed));
}

/** Between two rounds of the tablet checker. */
export function checkEveryMs({ profile, faults }: ClusterState): number {
  return Math.max(profile.tabletCheckMs, faults.starvedEveryMs);
}

/** Something has changed: the tablet checker has something to look for. */
export function wantCheck(state: ClusterState): void {
  state.scheduler.standstill = undefined;
  wantNextCheck(state);
}

/** The tablet checker is to look again at what it has found before. */
export function wantNextCheck(state: ClusterState): void {
  state.scheduler.nextCheckAtMs ??= nextRound(state, checkEveryMs(state));
  wantBalance(state);
}

/** A task waits that a round might carry out. */
export function wantSchedule(state: ClusterState): void {
  state.scheduler.standstill = undefined;
  if (state.scheduler.pending.length > 0) state.scheduler.nextScheduleAtMs ??= nextRound(state, scheduleEveryMs(state));
}

/** The checker has filled the queue: its tasks wait for a whole second at any speed. */
export function wantFirstSchedule(state: ClusterState): void {
  if (state.scheduler.pending.length > 0)
    state.scheduler.nextScheduleAtMs ??= nextRound(state, Math.max(SCHEDULE_MS, state.faults.starvedEveryMs));
}

/** Members or what they hold have changed: backends may have become uneven. */
export function wantBalance(state: ClusterState): void {
  state.scheduler.nextBalanceAtMs ??= nextRound(state, state.profile.tabletCheckMs);
}
