import type { EpochMs } from '../../domain/instant.ts';
import { keepAt, leastAt, mostAt, needAt } from './needs.ts';
import type { Ahead } from './needs.ts';
import type { Stage } from './programme.ts';
import { ordersAt, roomAt } from './stages.ts';

const HOUR_MS = 3_600_000;

export function stagesOf(ahead: Ahead, movedHours: number): readonly Stage[] {
  return ahead.chances.at.map((_, index) => stageAt(ahead, movedHours, index));
}

/** A chance as a programme knows it; `movedHours` are node-hours that one node costs while it is drained, or filled. */
export function stageAt(ahead: Ahead, movedHours: number, index: number): Stage {
  const { chances, sizing } = ahead;
  const { cooldown, step } = sizing.group;
  const at = chances.at[index] ?? 0;
  const takes = takesMs(ahead, movedHours);
  const removals = cooldown.inMs > 0 ? 1 : takes <= 0 ? Infinity : 1 + Math.floor(roomAt(chances, index) / takes);
  return {
    at,
    need: needAt(ahead, index),
    keep: keepAt(ahead, index),
    free: leastAt(ahead, index),
    most: mostAt(ahead, index),
    hours: ((chances.nextMs[index] ?? at) - at) / HOUR_MS,
    mostOut: mostOutAt(ahead, index),
    mostIn: removals * step.in,
    mostFree: ordersAt(chances, index, ahead.order) * step.out,
    outAfterOut: outAfterOut(ahead, index),
    inAfterOut: inAfterOut(ahead, index),
    inAfterIn: inAfterIn(ahead, movedHours, index),
  };
}

/** Nodes that the orders from a chance to the next one add at most. */
export function mostOutAt({ chances, sizing, order }: Ahead, index: number): number {
  const { cooldown, step } = sizing.group;
  return ordersAt(chances, index, { ...order, takesMs: order.takesMs + cooldown.outMs }) * step.out;
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
export function inAfterIn(ahead: Ahead, movedHours: number, index: number): number {
  const { chances } = ahead;
  return firstFrom(chances, index + 1, (chances.at[index] ?? 0) + takesMs(ahead, movedHours));
}

/** From a removal to the next one. */
function takesMs({ sizing }: Ahead, movedHours: number): number {
  return movedHours * HOUR_MS + sizing.group.cooldown.inMs;
}

function firstFrom(chances: Ahead['chances'], index: number, at: EpochMs): number {
  let first = index;
  while ((chances.at[first] ?? Infinity) < at) first += 1;
  return first;
}
