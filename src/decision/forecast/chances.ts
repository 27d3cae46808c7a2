import { SLOT_MS } from '../../domain/demand.ts';
import type { Interval } from '../../domain/instant.ts';
import { DAY_SLOTS } from './local-days.ts';
import { startOf } from './series.ts';
import type { Slot } from './series.ts';

/** Nobody looks further ahead for the next chance; without one in that time it is held to come then. */
const FURTHEST_SLOTS = 15 * DAY_SLOTS;
/** Read at once, so that a clock which goes on seldom reads again. */
const READ_SLOTS = 60 * DAY_SLOTS;

/** When the size may be changed, as boundaries between slots: the beginning of each slot that lies in a window. */
export interface Chances {
  readonly from: Slot;
  readonly isChance: (boundary: Slot) => boolean;
  /** The first one after a boundary, at most 15 days later. */
  readonly after: (boundary: Slot) => Slot;
}

/** `windowsIn` gives the usable parts that meet a range, oldest first; undefined = changes are possible at any time. */
export function chancesFrom(from: Slot, windowsIn: ((range: Interval) => readonly Interval[]) | undefined): Chances {
  if (windowsIn === undefined) return { from, isChance: () => true, after: (boundary) => boundary + 1 };
  let open = new Uint8Array(0);
  let next = new Int32Array(0);

  const readUntil = (boundary: Slot): void => {
    if (boundary - from < open.length) return;
    const length = boundary - from + READ_SLOTS;
    open = new Uint8Array(length);
    for (const { startMs, endMs } of windowsIn({ startMs: startOf(from), endMs: startOf(from + length) })) {
      const first = Math.max(0, Math.ceil(startMs / SLOT_MS) - from);
      open.fill(1, first, Math.max(first, Math.min(length, Math.ceil(endMs / SLOT_MS) - from)));
    }
    next = new Int32Array(length);
    for (let index = length - 1, soonest = length; index >= 0; index -= 1) {
      next[index] = soonest;
      if (open[index] === 1) soonest = index;
    }
  };

  return {
    from,
    isChance(boundary) {
      readUntil(boundary);
      return open[boundary - from] === 1;
    },
    after(boundary) {
      readUntil(boundary + FURTHEST_SLOTS);
      const found = next[Math.max(0, boundary - from)] ?? Infinity;
      return Math.min(from + found, boundary + FURTHEST_SLOTS);
    },
  };
}
