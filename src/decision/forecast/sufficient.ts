import { slotsAbove } from './errors.ts';
import type { Past } from './errors.ts';

/** How often a number of nodes may be too few, judged by the past. */
export interface Tolerance {
  /** Share of the time in which demand may lie above the nodes; 0 = never in any past time. */
  readonly aboveShare: number;
  /** Slots of a time in which the load may lie above what the nodes carry at 100 %. */
  readonly saturatedSlots: number;
  /** What is presumed before there are errors: one time that so much headroom was right for. */
  readonly headroomRatio: number;
  /** Times after which an error counts half. */
  readonly halfLife: number;
  /** Nodes carry so much more at 100 % than at the target. */
  readonly fullRatio: number;
}

export interface Sufficient {
  readonly nodes: number;
  /** nodes / expected. */
  readonly headroom: number;
  /** Past times that judged it. */
  readonly samples: number;
  /** Mean nodes of the past times, had the same headroom been given. */
  readonly meanNodes: number;
}

/** Searched up to so many times what is expected. */
const MOST = 1.8;
/** Slots above the nodes for the whole of a missing headroom. */
const PRIOR_SLOTS = 100;

/**
 * The fewest whole nodes that would have been enough: the same headroom over what this expert expected of the past times would have
 * left demand above them in no more than the tolerated share. Undefined without a past time.
 */
export function sufficientNodes(
  pasts: readonly Past[],
  expert: number,
  expected: number,
  tolerance: Tolerance,
): Sufficient | undefined {
  if (!(expected > 0)) return undefined;
  const used: { readonly past: Past; readonly expected: number; readonly weight: number }[] = [];
  let weight = 0;
  let slots = 0;
  let factor = 1;
  const fade = 0.5 ** (1 / tolerance.halfLife);
  for (let index = pasts.length - 1; index >= 0; index -= 1) {
    const past = pasts[index];
    const said = past?.expected[expert] ?? NaN;
    if (past === undefined || !(said > 0)) continue;
    used.push({ past, expected: said, weight: factor });
    weight += factor;
    slots += past.slots;
    factor *= fade;
  }
  if (used.length === 0) return undefined;
  const meanSlots = slots / used.length;
  const most = Math.max(1, Math.ceil(MOST * expected));

  const isEnough = (nodes: number): boolean => {
    const headroom = nodes / expected;
    let above = Math.max(0, 1 + tolerance.headroomRatio - headroom) * PRIOR_SLOTS;
    let saturated = 0;
    for (const each of used) {
      const had = headroom * each.expected;
      above += each.weight * slotsAbove(each.past, had);
      saturated += each.weight * slotsAbove(each.past, had * tolerance.fullRatio);
    }
    return above <= tolerance.aboveShare * meanSlots * (weight + 1) && saturated <= tolerance.saturatedSlots * weight;
  };

  const neverAbove = (): number => {
    let ratio = 0;
    for (const { past, expected: said } of used) ratio = Math.max(ratio, (past.highest[0] ?? 0) / said);
    return Math.min(most, Math.max(1, Math.ceil(ratio * expected - 1e-9)));
  };

  const nodes = tolerance.aboveShare === 0 ? neverAbove() : smallest(1, most, isEnough);
  const headroom = nodes / expected;
  const mean = used.reduce((sum, each) => sum + each.weight * each.expected * (each.past.slots / meanSlots), 0);
  return { nodes, headroom, samples: used.length, meanNodes: (headroom * mean) / weight };
}

/** The first whole number that holds, where all after it hold too; `high` when none below it does. */
function smallest(low: number, high: number, holds: (value: number) => boolean): number {
  let least = low;
  let most = high;
  while (least < most) {
    const middle = (least + most) >> 1;
    if (holds(middle)) most = middle;
    else least = middle + 1;
  }
  return least;
}
