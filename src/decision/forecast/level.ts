import { DAY_SLOTS } from './local-days.ts';
import type { LocalDays } from './local-days.ts';
import { sink } from './series.ts';
import type { DemandSeries, Slot } from './series.ts';
import { slidingLevels } from './sliding.ts';
import type { Stretches } from './sliding.ts';

/** A holiday is passed over for the season before it, at most so often. */
const SEASONS_BACK = 3;
/** Below this share of known slots nothing is said. */
const KNOWN_SHARE = 0.5;

/** The highest demands of one level at a time; nothing keeps them beyond it. */
let scratch = new Float64Array(64);

/** Slots [from, until). */
export interface Part {
  readonly from: Slot;
  readonly until: Slot;
}

/** A part that lies ahead of `now`, the first slot that is not closed yet. */
export interface Ahead extends Part {
  readonly now: Slot;
}

/** How far back is looked, and how far more where that time has not come yet. */
export interface Lag {
  readonly daysBack: number;
  readonly stepDays: number;
}

/**
 * What the same local times were like a number of days ago: the demand that at most `exceeded` slots lay above. A slot whose own
 * time so many days ago has not come yet is looked for one season further back. NaN = not known well enough.
 */
export type Levels = (ahead: Ahead, exceeded: number) => number;

export function levelsOf(series: DemandSeries, days: LocalDays, season: Lag): Levels {
  const step = season.stepDays * DAY_SLOTS;
  const stretches: number[] = [];
  const sliding = slidingLevels(series);

  const bySlots: Levels = ({ now, from, until }, exceeded) => {
    const count = exceeded + 1;
    const highest = cleared(count);
    let known = 0;
    const lag = days.lagOf(from, until, season.daysBack);
    for (let slot = from; slot < until; slot += 1) {
      let earlier = lag === undefined ? days.daysBefore(slot, season.daysBack) : slot - lag;
      while (earlier >= now) earlier -= step;
      for (let back = 0; back < SEASONS_BACK && days.isHoliday?.(earlier) === true; back += 1) {
        earlier -= step;
      }
      const demand = series.at(earlier);
      if (Number.isNaN(demand)) continue;
      known += 1;
      if (demand > (highest[0] ?? 0)) sink(highest, count, demand);
    }
    return levelIn(highest, count, known, until - from);
  };

  return (ahead, exceeded) => {
    const slots = ahead.until - ahead.from;
    const lag = days.isHoliday === undefined ? days.lagOf(ahead.from, ahead.until, season.daysBack) : undefined;
    if (lag === undefined) return bySlots(ahead, exceeded);
    lookBack(ahead, lag, step, stretches);
    const same = sliding.level(stretches, exceeded);
    if (same !== undefined) return same;
    const count = exceeded + 1;
    const highest = cleared(count);
    for (let index = 0; index < stretches.length; index += 2)
      series.scanTops(stretches[index] ?? 0, stretches[index + 1] ?? 0, highest, count);
    // So many slots reach the least of these: it stands for them, and only what lies above it has to be looked at.
    highest.fill(highest[0] ?? -1, 0, count);
    let known = 0;
    for (let index = 0; index < stretches.length; index += 2)
      known += series.scan(stretches[index] ?? 0, stretches[index + 1] ?? 0, highest, count);
    const level = levelIn(highest, count, known, slots);
    if (known === slots && count <= known) sliding.keep(stretches, exceeded, level);
    return level;
  };
}

/** The stretches of the past that a time ahead is compared with: what has not come yet is looked for a step further back. */
function lookBack({ now, from, until }: Ahead, lag: number, step: number, stretches: number[]): Stretches {
  let count = 0;
  for (let begin = from - lag, end = until - lag; begin < end; ) {
    if (begin < now) {
      const stop = Math.min(end, now);
      stretches[count] = begin;
      stretches[count + 1] = stop;
      count += 2;
      begin = stop;
    } else {
      begin -= step;
      end -= step;
    }
  }
  stretches.length = count;
  return stretches;
}

function cleared(count: number): Float64Array {
  if (count > scratch.length) scratch = new Float64Array(2 * count);
  return scratch.fill(-1, 0, count);
}

function levelIn(highest: Float64Array, count: number, known: number, slots: number): number {
  if (known < KNOWN_SHARE * slots || known === 0) return NaN;
  return Math.max(0, highest[Math.max(0, count - known)] ?? NaN);
}
