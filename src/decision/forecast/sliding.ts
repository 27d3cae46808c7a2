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
  level: number;
}

/** The last levels of some stretches, each of them for as long as it is known how they go on. */
export interface SlidingLevels {
  /** The level of stretches that differ from some of late in a few slots at their ends; undefined where it may be another. */
  readonly level: (stretches: Stretches, exceeded: number) => number | undefined;
  /** `level` is the demand that at most `exceeded` of their slots lie above, and more than that reach. */
  readonly keep: (stretches: Stretches, exceeded: number, level: number) => void;
}

/**
 * A level stays what it is while what left lay below it, and what came does not lie above: as many slots as before lie above it, and
 * no fewer reach it. Where no slot may lie above, one that came above all is the level.
 */
export function slidingLevels(series: DemandSeries): SlidingLevels {
  const kept: Kept[] = [];
  let oldest = 0;

  const isBelow = (level: number, from: Slot, until: Slot): boolean => {
    for (let slot = from; slot < until; slot += 1) if (!(series.at(slot) < level)) return false;
    return true;
  };
  /** NaN = it may be any. */
  const levelWith = (level: number, exceeded: number, from: Slot, until: Slot): number => {
    let now = level;
    for (let slot = from; slot < until; slot += 1) {
      const demand = series.at(slot);
      if (!(demand <= now)) now = exceeded === 0 ? Math.max(now, demand) : NaN;
    }
    return now;
  };
  /** NaN likewise. */
  const slid = ({ stretches, exceeded, level }: Kept, now: Stretches): number => {
    let slidTo = level;
    for (let index = 0; index < now.length; index += 2) {
      const begin = now[index] ?? 0;
      const began = stretches[index] ?? 0;
      const end = now[index + 1] ?? 0;
      const ended = stretches[index + 1] ?? 0;
      if (!isBelow(level, began, begin) || !isBelow(level, end, ended)) return NaN;
      slidTo = levelWith(levelWith(slidTo, exceeded, begin, began), exceeded, ended, end);
    }
    return slidTo;
  };

  return {
    level(stretches, exceeded) {
      for (const each of kept) {
        if (each.exceeded !== exceeded || !isNear(each.stretches, stretches)) continue;
        const level = slid(each, stretches);
        if (Number.isNaN(level)) continue;
        for (let index = 0; index < stretches.length; index += 1) each.stretches[index] = stretches[index] ?? 0;
        each.level = level;
        return level;
      }
      return undefined;
    },
    keep(stretches, exceeded, level) {
      kept[oldest] = { stretches: [...stretches], exceeded, level };
      oldest = (oldest + 1) % KEPT;
    },
  };
}

function isNear(before: Stretches, now: Stretches): boolean {
  if (before.length !== now.length) return false;
  for (let index = 0; index < now.length; index += 1)
    if (Math.abs((now[index] ?? 0) - (before[index] ?? 0)) > MOVED_SLOTS) return false;
  return true;
}
