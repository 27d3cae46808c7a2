import { wholeNodes } from '../sizing/round.ts';
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

/** What one expert's past errors say. Kept while no other time is over: a headroom is judged but once. */
export interface Lessons {
  /**
   * The fewest whole nodes that would have been enough: the same headroom over what this expert expected of the past times would
   * have left demand above them in no more than the tolerated share. Undefined without a past time.
   */
  readonly sufficient: (expected: number) => Sufficient | undefined;
}

export function lessonsOf(pasts: readonly Past[], expert: number, tolerance: Tolerance): Lessons {
  const used: Past[] = [];
  let slots = 0;
  for (let index = pasts.length - 1; index >= 0; index -= 1) {
    const past = pasts[index];
    if (past === undefined || !((past.expected[expert] ?? NaN) > 0)) continue;
    used.push(past);
    slots += past.slots;
  }
  if (used.length === 0) return { sufficient: () => undefined };
  const meanSlots = slots / used.length;
  const fade = 0.5 ** (1 / tolerance.halfLife);
  let weight = 0;
  let mean = 0;
  let worst = 0;
  let factor = 1;
  for (const past of used) {
    const said = past.expected[expert] ?? NaN;
    weight += factor;
    mean += factor * said * (past.slots / meanSlots);
    worst = Math.max(worst, (past.highest[0] ?? 0) / said);
    factor *= fade;
  }

  const mostAbove = tolerance.aboveShare * meanSlots * (weight + 1);
  const mostSaturated = tolerance.saturatedSlots * weight;
  const judge = (headroom: number): boolean => {
    let above = Math.max(0, 1 + tolerance.headroomRatio - headroom) * PRIOR_SLOTS;
    let saturated = 0;
    let share = 1;
    for (const past of used) {
      const had = headroom * (past.expected[expert] ?? NaN);
      above += share * slotsAbove(past, had);
      saturated += share * slotsAbove(past, had * tolerance.fullRatio);
      // Neither of them ever falls.
      if (above > mostAbove || saturated > mostSaturated) return false;
      share *= fade;
    }
    return above <= mostAbove && saturated <= mostSaturated;
  };
  // More headroom than one that was enough is enough, and less than one that was not is not.
  let enoughFrom = Infinity;
  let tooLittleTo = -Infinity;
  const isEnough = (headroom: number): boolean => {
    if (headroom >= enoughFrom) return true;
    if (headroom <= tooLittleTo) return false;
    const isSo = judge(headroom);
    if (isSo) enoughFrom = headroom;
    else tooLittleTo = headroom;
    return isSo;
  };

  return {
    sufficient(expected) {
      // No load is hardly any load: one node, unless another expert speaks of more.
      if (expected === 0) return { nodes: 1, headroom: 1, samples: used.length, meanNodes: Infinity };
      if (!(expected > 0)) return undefined;
      const most = Math.max(1, Math.ceil(MOST * expected));
      const nodes =
        tolerance.aboveShare === 0
          ? Math.min(most, Math.max(1, wholeNodes(worst * expected)))
          : smallest(1, most, (count) => isEnough(count / expected));
      const headroom = nodes / expected;
      return { nodes, headroom, samples: used.length, meanNodes: (headroom * mean) / weight };
    },
  };
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
