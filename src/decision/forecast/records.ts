import { DAY_SLOTS } from './local-days.ts';
import { lately } from './lately.ts';
import { slidingLevels } from './sliding.ts';
import type { DemandSeries, Slot } from './series.ts';

/** A week and a day. */
const DAYS = 8;
export const TRAILING_SLOTS = DAYS * DAY_SLOTS;

/** The highest demand of the trailing 8 days, and how far above it days of late have gone. */
export interface Trailing {
  /** NaN = unknown. */
  readonly highest: (now: Slot) => number;
  /**
   * The largest ratio of a day's highest demand to that of the 8 days before it, of the last 8 whole days; at least 1.
   * Records come in clusters: after one day beyond everything known, another is likely.
   */
  readonly surprise: (now: Slot) => number;
}

export function trailing(series: DemandSeries): Trailing {
  const daily: number[] = [];
  const firstDay = Math.ceil(series.first / DAY_SLOTS);

  const highestOne = new Float64Array(1);
  const highestIn = (from: Slot, until: Slot): number => {
    highestOne[0] = -1;
    series.scanTops(from, until, highestOne, 1);
    const known = series.scan(from, until, highestOne, 1);
    return known === 0 ? NaN : (highestOne[0] ?? NaN);
  };
  /** Whole days are asked for again and again. */
  const highestOf = (day: number): number => {
    const index = day - firstDay;
    if (index < 0) return NaN;
    for (let next = daily.length; next <= index; next += 1) {
      daily.push(highestIn((firstDay + next) * DAY_SLOTS, (firstDay + next + 1) * DAY_SLOTS));
    }
    return daily[index] ?? NaN;
  };
  const highestOfDays = (from: number, until: number): number => {
    let most = NaN;
    for (let day = from; day < until; day += 1) {
      const demand = highestOf(day);
      if (!(demand <= most) && !Number.isNaN(demand)) most = demand;
    }
    return most;
  };

  const highestBy = (now: Slot): number => {
    const from = now - TRAILING_SLOTS;
    const day = Math.max(firstDay, Math.ceil(from / DAY_SLOTS));
    const today = Math.max(day, Math.floor(now / DAY_SLOTS));
    if (today <= day) return highestIn(from, now);
    const parts = [
      highestIn(from, day * DAY_SLOTS),
      highestOfDays(day, today),
      highestIn(today * DAY_SLOTS, now),
    ].filter((part) => !Number.isNaN(part));
    return parts.length === 0 ? NaN : Math.max(...parts);
  };
  const surpriseBy = (today: number): number => {
    let most = 1;
    for (let day = Math.max(today - DAYS, firstDay + DAYS); day < today; day += 1) {
      const ratio = highestOf(day) / highestOfDays(day - DAYS, day);
      if (ratio > most && Number.isFinite(ratio)) most = ratio;
    }
    return most;
  };
  const sliding = slidingLevels(series);
  /** Decisions ask as of now, plans as of some hours ago, in turns. */
  const highests = lately((now) => {
    const days = [now - TRAILING_SLOTS, now];
    const same = sliding.level(days, 0);
    if (same !== undefined) return same;
    const highest = highestBy(now);
    sliding.keep(days, 0, highest);
    return highest;
  });
  const surprises = lately(surpriseBy);

  return {
    // After the end slots may still come.
    highest: (now) => (now <= series.end() ? highests(now) : highestBy(now)),
    surprise: (now) => surprises(Math.floor(now / DAY_SLOTS)),
  };
}
