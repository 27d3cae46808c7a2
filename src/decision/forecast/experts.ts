import { levelsOf } from './level.ts';
import type { Ahead, Lag, Part } from './level.ts';
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
  /** NaN = it cannot tell. `exceeded` slots at most may lie above it: as many as the quantile leaves, if nothing else is asked for. */
  readonly expects: (ahead: Ahead, exceeded?: number) => number;
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
  const levelsByLag = lags.map((lag) => levelsOf(series, days, lag));
  // The experts ask for the same levels of the same time.
  let asked: Ahead | undefined;
  const levels = new Float64Array(lags.length);
  const isFound = new Uint8Array(lags.length);
  const level = (ahead: Ahead, index: number, exceeded: number): number => {
    if (asked !== ahead) isFound.fill(0);
    asked = ahead;
    if (isFound[index] !== 1) {
      levels[index] = levelsByLag[index]?.(ahead, exceeded) ?? NaN;
      isFound[index] = 1;
    }
    return levels[index] ?? NaN;
  };
  /** Of the first so many lags; NaN as soon as one is unknown. */
  const highestLevel = (ahead: Ahead, count: number, exceeded: number): number => {
    let most = -Infinity;
    for (let index = 0; index < count; index += 1) most = Math.max(most, level(ahead, index, exceeded));
    return most;
  };
  const byQuantile = (ahead: Ahead): number => exceededSlots(ahead, settings.quantile);
  const seasons = seasonsDays.length;
  return [
    {
      name: `the same time ${daysText(longest)} ago`,
      needsDays: longest + MORE_DAYS,
      expects: (ahead, exceeded = byQuantile(ahead)) => level(ahead, seasons - 1, exceeded),
    },
    {
      name: `the highest of the same time ${seasonsDays.map(daysText).join(' and ')} ago`,
      needsDays: longest + MORE_DAYS,
      expects: (ahead, exceeded = byQuantile(ahead)) => highestLevel(ahead, seasons, exceeded),
    },
    {
      name: `the highest of the same time ${[...seasonsDays, 2 * longest].map(daysText).join(', ')} ago`,
      needsDays: 2 * longest,
      expects: (ahead, exceeded = byQuantile(ahead)) => highestLevel(ahead, seasons + 1, exceeded),
    },
  ];
}

/** Inside a window the load of this moment counts as well: the next chance is minutes away. */
export function expertsWithinWindow(
  series: DemandSeries,
  days: LocalDays,
  { seasonsDays }: ExpertSettings,
): readonly Expert[] {
  const highestAround = highestsAround(series, days, seasonsDays);
  return [
    {
      name: 'the load of now and of the same half hours before',
      needsDays: Math.max(...seasonsDays),
      expects: (ahead) => Math.max(series.at(ahead.now - 1), highestAround(ahead)),
    },
  ];
}

/** The highest of the same times a season ago, and half an hour around them; NaN as soon as one season is unknown. */
export function highestsAround(
  series: DemandSeries,
  days: LocalDays,
  seasonsDays: readonly number[],
): (ahead: Ahead) => number {
  const seasons = seasonsDays.map((season) => levelsOf(series, days, { daysBack: season, stepDays: season }));
  return ({ now, from, until }) => {
    const wider = { now, from: from - NEIGHBOURS_SLOTS, until: until + NEIGHBOURS_SLOTS };
    let most = -Infinity;
    for (const levels of seasons) most = Math.max(most, levels(wider, 0));
    return most;
  };
}

export function exceededSlots({ from, until }: Part, quantile: number): number {
  return Math.floor((1 - quantile) * (until - from) + 1e-9);
}

function daysText(days: number): string {
  if (days % 7 === 0) return days === 7 ? 'a week' : `${String(days / 7)} weeks`;
  return days === 1 ? 'a day' : `${String(days)} days`;
}
