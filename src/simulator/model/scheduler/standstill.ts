import { checkEveryMs, nextRoundAfter, SCHEDULE_MS } from '../rounds.ts';
import type { ClusterState } from '../state.ts';
import type { Standstill, TabletTaskState } from './state.ts';
import { KEPT_TASKS } from './tasks.ts';

/*
 * A drain without a target, or copies that take days, make rounds of checker and scheduler that find what the last one found, each
 * 20 s, over hundreds of tablets. What such a round leaves behind is known without looking at a tablet again.
 */

/** Nothing waits, and the checker that looks again for the sake of a colocate group has found nothing new. */
export function standstillOfChecker(state: ClusterState, isChanged: boolean): Standstill | undefined {
  if (isChanged || isTimeFelt(state)) return undefined;
  return { waiting: [], refused: [], repeats: state.scheduler.standstill !== undefined };
}

/** Time alone could make the next round differ. */
function isTimeFelt({ scheduler, faults }: ClusterState): boolean {
  return scheduler.isGivingTime || faults.starvedEveryMs > 0 || faults.fillings.size > 0;
}

/** Whether the round that has just ended got nothing done. */
export function standstillAfter(
  state: ClusterState,
  round: {
    readonly queue: readonly TabletTaskState[];
    readonly waiting: readonly TabletTaskState[];
    readonly before: Standstill | undefined;
  },
): Standstill | undefined {
  const { queue, waiting, before } = round;
  if (queue.length === 0 || isTimeFelt(state)) return undefined;
  const refused: TabletTaskState[] = [];
  for (const task of queue) {
    if (task.type !== 'REPAIR') return undefined;
    if (task.state === 'CANCELLED') refused.push(task);
    else if (task.state !== 'PENDING' || task.code !== 'WAITING_SLOT') return undefined;
  }
  return { waiting, refused, repeats: before !== undefined };
}

interface RepeatedRounds {
  readonly standstill: Standstill;
  readonly nextCheckAtMs: number;
}

/** Undefined where the next rounds have to be carried out, or there are none. */
export function repeatedRounds({ scheduler, nowMs }: ClusterState): RepeatedRounds | undefined {
  const { standstill, nextCheckAtMs, nextScheduleAtMs } = scheduler;
  if (standstill?.repeats !== true || nextScheduleAtMs !== undefined) return undefined;
  if (nextCheckAtMs === undefined || nextCheckAtMs <= nowMs) return undefined;
  return { standstill, nextCheckAtMs };
}

/** All rounds that end before an instant, as if each were carried out; the next one is set. */
export function repeatRounds(
  state: ClusterState,
  { standstill, nextCheckAtMs }: RepeatedRounds,
  beforeMs: number,
): void {
  const { scheduler } = state;
  const everyMs = checkEveryMs(state);
  const scheduleAfterMs = nextRoundAfter(state, nextCheckAtMs, SCHEDULE_MS) - nextCheckAtMs;
  const rounds = Math.max(0, Math.ceil((beforeMs - nextCheckAtMs - scheduleAfterMs) / everyMs));
  scheduler.nextCheckAtMs = nextCheckAtMs + rounds * everyMs;
  scheduler.nextBalanceAtMs = scheduler.nextCheckAtMs;
  if (rounds === 0) return;
  const { waiting, refused } = standstill;
  const kept = refused.length === 0 ? 1 : Math.min(rounds, Math.ceil(KEPT_TASKS / refused.length));
  let last = refused;
  for (let round = rounds - kept; round < rounds; round += 1) {
    const checkAtMs = nextCheckAtMs + round * everyMs;
    const atMs = checkAtMs + scheduleAfterMs;
    last = refused.map((task) => {
      const visitedAtMs = task.visitedAtMs === undefined ? undefined : atMs;
      return { ...task, createdAtMs: checkAtMs, visitedAtMs, finishedAtMs: atMs };
    });
    scheduler.history.push(...last);
  }
  scheduler.standstill = { ...standstill, refused: last };
  if (scheduler.history.length > KEPT_TASKS) scheduler.history.splice(0, scheduler.history.length - KEPT_TASKS);
  const lastMs = scheduler.nextCheckAtMs - everyMs + scheduleAfterMs;
  for (const task of waiting) {
    task.visitedAtMs = lastMs;
    task.scheduledAtMs = lastMs;
    task.failedScheduling += rounds;
  }
}
