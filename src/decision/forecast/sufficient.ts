import { slotsAbove } from './errors.ts';
import type { Past } from './errors.ts';

/** How often a number of nodes may be too few, judged by the past. */
export interface Tolerance {
  /** Share of the time in which demand may lie above the nodes. */
  readonly aboveShare: number;
  /** Slots of a time in which the load may lie above what the nodes carry at 100 %. */
  readonly saturatedSlots: number;
  /** What is presumed before there are errors: one time that so much headroom was right for. */
  readonly headroomRatio: number;
  /** Times after which an error counts half; Infinity = all count alike. */
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
  const used = pasts.filter((past) => (past.expected[expert] ?? NaN) > 0);
  if (used.length === 0 || !(expected > 0)) return undefined;
  const weights = used.map((_, index) => 0.5 ** ((used.length - 1 - index) / tolerance.halfLife));
  const weight = weights.reduce((sum, each) => sum + each, 0);
  const priorWeight = tolerance.aboveShare > 0 ? 1 : 0;
  const meanSlots = used.reduce((sum, past) => sum + past.slots, 0) / used.length;

  const isEnough = (nodes: number): boolean => {
    const headroom = nodes / expected;
    let above = priorWeight * Math.max(0, 1 + tolerance.headroomRatio - headroom) * PRIOR_SLOTS;
    let saturated = 0;
    used.forEach((past, index) => {
      const had = headroom * (past.expected[expert] ?? 0);
      above += (weights[index] ?? 0) * slotsAbove(past, had);
      saturated += (weights[index] ?? 0) * slotsAbove(past, had * tolerance.fullRatio);
    });
    return (
      above <= tolerance.aboveShare * meanSlots * (weight + priorWeight) &&
      saturated <= tolerance.saturatedSlots * weight
    );
  };

  let low = 1;
  let high = Math.max(1, Math.ceil(MOST * expected));
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isEnough(middle)) high = middle;
    else low = middle + 1;
  }
  const headroom = low / expected;
  const mean = used.reduce((sum, past, index) => {
    return sum + (weights[index] ?? 0) * headroom * (past.expected[expert] ?? 0) * (past.slots / meanSlots);
  }, 0);
  return { nodes: low, headroom, samples: used.length, meanNodes: mean / weight };
}
