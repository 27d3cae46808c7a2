import type { EpochMs } from '../../domain/instant.ts';
import { keepAt, leastAt, mostAt, needAt } from './needs.ts';
import type { Ahead } from './needs.ts';
import type { Stage } from './programme.ts';
import { drainFits, takenOutAt } from '../guards/time/drain-course.ts';
import { outsideShare } from '../guards/time/estimate.ts';
import { ordersAt, roomAt } from './stages.ts';

const HOUR_MS = 3_600_000;

export function stagesOf(ahead: Ahead): readonly Stage[] {
  return ahead.chances.at.map((_, index) => stageAt(ahead, index));
}

/** A chance as a programme knows it. */
export function stageAt(ahead: Ahead, index: number): Stage {
  const { chances, sizing } = ahead;
  const { cooldown, step } = sizing.group;
  const at = chances.at[index] ?? 0;
  const takes = takesMs(ahead);
  const removals = cooldown.inMs > 0 ? 1 : takes <= 0 ? Infinity : 1 + Math.floor(roomAt(chances, index) / takes);
  return {
    at,
    need: needAt(ahead, index),
    keep: keepAt(ahead, index),
    free: leastAt(ahead, index),
    most: mostAt(ahead, index),
    hours: ((chances.nextMs[index] ?? at) - at) / HOUR_MS,
    mostOut: mostOutAt(ahead, index),
    mostIn: removals * fitting(ahead, index),
    mostFree: ordersAt(chances, index, ahead.order) * step.out,
    outAfterOut: outAfterOut(ahead, index),
    inAfterOut: inAfterOut(ahead, index),
    inAfterIn: inAfterIn(ahead, index),
  };
}

/** Nodes of one removal, drained one after another, that come to their end. */
function fitting({ chances, drainMs, isShown, sizing, world: { policy } }: Ahead, index: number): number {
  const most = sizing.group.step.in;
  // The present removal is wanted all the same; the guard says why it is held.
  if (drainMs <= 0 || (index === 0 && !isShown)) return most;
  const fits = (nodes: number): boolean => {
    const needMs = nodes * drainMs * policy.operations.safety;
    return drainFits(policy, chances.at[index] ?? 0, chances.untilMs[index] ?? 0, needMs);
  };
  let nodes = most;
  while (nodes > 0 && !fits(nodes)) nodes -= 1;
  return nodes;
}

/** Nodes that the orders from a chance to the next one add at most. Growth that needs no window is never begun before it is needed. */
export function mostOutAt({ world, chances, sizing, order }: Ahead, index: number): number {
  const { group, target, members } = sizing;
  const { cooldown, step } = group;
  const isBound = world.policy.windows.scaleOut === 'window';
  const most = isBound ? Infinity : index === 0 ? Math.max(0, target - members.length) : 0;
  return Math.min(most, ordersAt(chances, index, { ...order, takesMs: order.takesMs + cooldown.outMs }) * step.out);
}

/** After growth at a chance: the first one at which nodes may be added again. */
export function outAfterOut({ chances, sizing, order }: Ahead, index: number): number {
  return firstFrom(chances, index + 1, (chances.at[index] ?? 0) + order.takesMs + sizing.group.cooldown.outMs);
}

/** After growth at a chance: the first one at which nodes may be taken away. */
export function inAfterOut({ chances, sizing, order }: Ahead, index: number): number {
  const { cooldown, minHoldMs } = sizing.group;
  const heldMs = Math.max(cooldown.inMs, minHoldMs);
  return firstFrom(chances, index + 1, (chances.at[index] ?? 0) + order.takesMs + heldMs);
}

/** After a removal at a chance: the first one at which nodes may be taken away again. */
export function inAfterIn(ahead: Ahead, index: number): number {
  const endMs = leavesAt(ahead, index);
  return firstFrom(ahead.chances, index + 1, endMs + ahead.sizing.group.cooldown.inMs);
}

/** What is drained once its window has closed leaves in the next one. */
function leavesAt({ chances, drainMs, world: { policy } }: Ahead, index: number): EpochMs {
  const at = chances.at[index] ?? 0;
  if (at + drainMs <= (chances.untilMs[index] ?? 0)) return at + drainMs;
  if (outsideShare(policy) < 1) return takenOutAt(policy, at, drainMs);
  let last = index;
  while ((chances.at[last + 1] ?? Infinity) <= at + drainMs) last += 1;
  if (at + drainMs < (chances.untilMs[last] ?? 0) && chances.isShut[last] !== true) return at + drainMs;
  do last += 1;
  while (chances.isShut[last] === true);
  return chances.at[last] ?? Infinity;
}

/** From a removal to the next one. */
function takesMs({ drainMs, sizing }: Ahead): number {
  return drainMs + sizing.group.cooldown.inMs;
}

function firstFrom(chances: Ahead['chances'], index: number, at: EpochMs): number {
  let first = index;
  while ((chances.at[first] ?? Infinity) < at) first += 1;
  return first;
}
