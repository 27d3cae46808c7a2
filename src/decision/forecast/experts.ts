import { levelOf } from './level.ts';
import type { Ahead, Lag } from './level.ts';
import type { LocalDays } from './local-days.ts';
import type { DemandSeries } from './series.ts';

/** What happened half an hour earlier or later may happen at this time, too. */
const NEIGHBOURS_SLOTS = 6;

export interface ExpertSettings {
  /** Whole days, shortest first. */
  readonly seasonsDays: readonly number[];
  /** Share of the slots that a level covers. */
  readonly quantile: number;
}

/** One way of saying what the demand of the time ahead will be like. */
export interface Expert {
  /** For people: `the same time last week`. */
  readonly name: string;
  /** Days of history without which it says nothing. */
  readonly needsDays: number;
  /** NaN = it cannot tell. */
  readonly expects: (ahead: Ahead) => number;
}

/** A day more than the longest season: a look-back of exactly a week forgets last week's peak just before it returns. */
const MORE_DAYS = 1;

/** From the plainest to the most careful: each is the highest of more days than the one before. */
export function expertsBetweenWindows(
  series: DemandSeries,
  days: LocalDays,
  settings: ExpertSettings,
): readonly Expert[] {
  const { seasonsDays } = settings;
  const longest = Math.max(...seasonsDays);
  const lags: readonly Lag[] = [
    ...seasonsDays.map((season) => ({ daysBack: season, stepDays: season })),
    { daysBack: 2 * longest, stepDays: longest },
  ];
  // The experts ask for the same levels of the same time.
  let asked: Ahead | undefined;
  const levels = new Float64Array(lags.length);
  const isFound = new Uint8Array(lags.length);
  const level = (ahead: Ahead, index: number): number => {
    if (asked !== ahead) isFound.fill(0);
    asked = ahead;
    const lag = lags[index];
    if (isFound[index] !== 1 && lag !== undefined) {
      levels[index] = levelOf(series, days, ahead, lag, exceededSlots(ahead, settings.quantile));
      isFound[index] = 1;
    }
    return levels[index] ?? NaN;
  };
  /** Of the first so many lags; NaN as soon as one is unknown. */
  const highestLevel = (ahead: Ahead, count: number): number => {
    let most = -Infinity;
    for (let index = 0; index < count; index += 1) most = Math.max(most, level(ahead, index));
    return most;
  };
  const seasons = seasonsDays.length;
  return [
    {
      name: `the same time ${daysText(longest)} ago`,
      needsDays: longest + MORE_DAYS,
      expects: (ahead) => level(ahead, seasons - 1),
    },
    {
      name: `the highest of the same time ${seasonsDays.map(daysText).join(' and ')} ago`,
      needsDays: longest + MORE_DAYS,
      expects: (ahead) => highestLevel(ahead, seasons),
    },
    {
      name: `the highest of the same time ${[...seasonsDays, 2 * longest].map(daysText).join(', ')} ago`,
      needsDays: 2 * longest,
      expects: (ahead) => highestLevel(ahead, seasons + 1),
    },
  ];
}

/** Inside a window the load of this moment counts as well: the next chance is minutes away. */
export function expertsWithinWindow(
  series: DemandSeries,
  days: LocalDays,
  { seasonsDays }: ExpertSettings,
): readonly Expert[] {
  return [
    {
      name: 'the load of now and of the same half hours before',
      needsDays: Math.max(...seasonsDays),
      expects: (ahead) =>
        highest([series.at(ahead.now - 1), ...seasonsDays.map((season) => highestAround(series, days, ahead, season))]),
    },
  ];
}

/** The highest of the same times a season ago, and half an hour around them. */
export function highestAround(series: DemandSeries, days: LocalDays, ahead: Ahead, season: number): number {
  const wider = { now: ahead.now, from: ahead.from - NEIGHBOURS_SLOTS, until: ahead.until + NEIGHBOURS_SLOTS };
  return levelOf(series, days, wider, { daysBack: season, stepDays: season }, 0);
}

export function exceededSlots({ from, until }: Ahead, quantile: number): number {
  return Math.floor((1 - quantile) * (until - from) + 1e-9);
}

/** NaN as soon as one is unknown. */
function highest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), -Infinity);
}

function daysText(days: number): string {
  if (days % 7 === 0) return days === 7 ? 'a week' : `${String(days / 7)} weeks`;
  return days === 1 ? 'a day' : `${String(days)} days`;
}
