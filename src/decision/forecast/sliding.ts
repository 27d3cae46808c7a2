import type { DemandSeries, Slot } from './series.ts';

/** Begin and end of each stretch of slots, one after the other. */
export type Stretches = readonly Slot[];

/** Decisions ask for the time until the next chance, and plans for the two that end at their horizon. */
const KEPT = 4;
/** Between two decisions the ends of a stretch move by a slot. */
const MOVED_SLOTS = 8;

interface Kept {
  readonly stretches: Slot[];
  readonly exceeded: number;
  readonly level: number;
}

/** The last levels of some stretches, each of them for as long as it stays the same. */
export interface SlidingLevels {
  /** The level of stretches that differ from some of late in a few slots at their ends; undefined where it may be another. */
  readonly level: (stretches: Stretches, exceeded: number) => number | undefined;
  /** `level` is the demand that at most `exceeded` of their slots lie above, and more than that reach. */
  readonly keep: (stretches: Stretches, exceeded: number, level: number) => void;
}

/**
 * A level stays what it is while what left lay below it, and what came does not lie above: as many slots as before lie above it, and
 * no fewer reach it.
 */
export function slidingLevels(series: DemandSeries): SlidingLevels {
  const kept: Kept[] = [];
  let oldest = 0;

  const staysWithout = (level: number, from: Slot, until: Slot): boolean => {
    for (let slot = from; slot < until; slot += 1) if (!(series.at(slot) < level)) return false;
    return true;
  };
  const staysWith = (level: number, from: Slot, until: Slot): boolean => {
    for (let slot = from; slot < until; slot += 1) if (!(series.at(slot) <= level)) return false;
    return true;
  };
  const stays = ({ stretches, level }: Kept, now: Stretches): boolean => {
    if (stretches.length !== now.length) return false;
    for (let index = 0; index < now.length; index += 1)
      if (Math.abs((now[index] ?? NaN) - (stretches[index] ?? NaN)) > MOVED_SLOTS) return false;
    for (let index = 0; index < now.length; index += 2) {
      const begin = now[index] ?? 0;
      const began = stretches[index] ?? 0;
      const end = now[index + 1] ?? 0;
      const ended = stretches[index + 1] ?? 0;
      if (!staysWithout(level, began, begin) || !staysWithout(level, end, ended)) return false;
      if (!staysWith(level, begin, began) || !staysWith(level, ended, end)) return false;
    }
    return true;
  };

  return {
    level(stretches, exceeded) {
      for (const each of kept) {
        if (each.exceeded !== exceeded || !stays(each, stretches)) continue;
        for (let index = 0; index < stretches.length; index += 1) each.stretches[index] = stretches[index] ?? 0;
        return each.level;
      }
      return undefined;
    },
    keep(stretches, exceeded, level) {
      kept[oldest] = { stretches: [...stretches], exceeded, level };
      oldest = (oldest + 1) % KEPT;
    },
  };
}
