import { DAY_SLOTS } from './local-days.ts';
import type { LocalDays } from './local-days.ts';
import { sink } from './series.ts';
import type { DemandSeries, Slot } from './series.ts';

/** A holiday is passed over for the season before it, at most so often. */
const SEASONS_BACK = 3;
/** Below this share of known slots nothing is said. */
const KNOWN_SHARE = 0.5;

/** The highest demands of one level at a time; nothing keeps them beyond it. */
let scratch = new Float64Array(64);

/** Slots [from, until) that lie ahead of `now`, the first slot that is not closed yet. */
export interface Ahead {
  readonly now: Slot;
  readonly from: Slot;
  readonly until: Slot;
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
export function levelOf(series: DemandSeries, days: LocalDays, ahead: Ahead, season: Lag, exceeded: number): number {
  const { now, from, until } = ahead;
  const count = exceeded + 1;
  const highest = cleared(count);
  const step = season.stepDays * DAY_SLOTS;
  let known = 0;
  const lag = days.lagOf(from, until, season.daysBack);
  if (lag !== undefined && days.isHoliday === undefined) {
    lookBack(ahead, lag, step, (begin, end) => {
      series.scanTops(begin, end, highest, count);
    });
    // So many slots reach the least of these: it stands for them, and only what lies above it has to be looked at.
    highest.fill(highest[0] ?? -1, 0, count);
    lookBack(ahead, lag, step, (begin, end) => {
      known += series.scan(begin, end, highest, count);
    });
    return levelIn(highest, count, known, until - from);
  }
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
}

/** The stretches of the past that a time ahead is compared with: what has not come yet is looked for a step further back. */
function lookBack(
  { now, from, until }: Ahead,
  lag: number,
  step: number,
  look: (begin: Slot, end: Slot) => void,
): void {
  for (let begin = from - lag, end = until - lag; begin < end; ) {
    if (begin < now) {
      const stop = Math.min(end, now);
      look(begin, stop);
      begin = stop;
    } else {
      begin -= step;
      end -= step;
    }
  }
}

function cleared(count: number): Float64Array {
  if (count > scratch.length) scratch = new Float64Array(2 * count);
  return scratch.fill(-1, 0, count);
}

function levelIn(highest: Float64Array, count: number, known: number, slots: number): number {
  if (known < KNOWN_SHARE * slots || known === 0) return NaN;
  return Math.max(0, highest[Math.max(0, count - known)] ?? NaN);
}
