import type { Weekday } from '../../domain/window.ts';
import { CELL_MINUTES, DAY_CELLS } from './day-loads.ts';
import type { DayLoad } from './day-loads.ts';

/** Idle = below a share of the day's peak, the lowest of these that gives every weekday a window ... */
const SHARES: readonly number[] = [0.5, 0.6, 0.7, 0.8, 0.9];
/** ... on so many of the days ... */
const DAYS_SHARE = 0.9;
/** ... for so long. A longer stretch is cut to the quietest six hours. */
const SHORTEST_CELLS = 4;
const LONGEST_CELLS = 12;
/** Room for an order that moves data. */
const ROOMY_CELLS = 8;
/** Days share a window when that costs none of them more than an hour of its own. */
const GIVEN_UP_CELLS = 2;
const LEAST_DAYS = 2;
const WEEKDAYS: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7];

/** A time of low load, and what speaks for it. */
export interface IdleWindow {
  /** Those on which it begins; contiguous. */
  readonly days: readonly Weekday[];
  readonly startMinute: number;
  /** At most 1440; at or before `startMinute` it ends on the next day. */
  readonly endMinute: number;
  /** Share of the day's peak that it stays below. */
  readonly belowShare: number;
  /** Days on which it did so throughout, of those that are known. */
  readonly quietDays: number;
  readonly knownDays: number;
  /** The highest load in it, as a share of that day's peak, and when. */
  readonly highestShare: number;
  readonly highestDay: number;
  readonly highestCell: number;
}

export interface IdleWindows {
  readonly windows: readonly IdleWindow[];
  /** Weekdays without any, and how low their quietest two hours get; undefined where too little is known. */
  readonly without: readonly { readonly weekday: Weekday; readonly share: number | undefined }[];
}

interface Stretch {
  readonly start: number;
  readonly cells: number;
}

/** Per weekday, for the half hours of that day and of the next one: whether it is idle, and how high the load gets. */
interface Profile {
  readonly idle: readonly boolean[];
  readonly level: readonly number[];
}

/** The quiet times of a week. Only shares of peaks count, so that loads times a constant have the same. */
export function idleWindows(days: readonly DayLoad[]): IdleWindows {
  const tries = SHARES.map((share) => {
    const profiles = new Map(WEEKDAYS.map((weekday) => [weekday, profileOf(days, weekday, share)]));
    return { share, profiles, own: new Map(WEEKDAYS.map((weekday) => [weekday, quietest(profiles, [weekday], true)])) };
  });
  const weekdaysWith = (cells: number) => (each: (typeof tries)[number]) =>
    each.own
      .values()
      .filter((stretch) => (stretch?.cells ?? 0) >= cells)
      .toArray().length;
  const roomy = weekdaysWith(ROOMY_CELLS);
  const any = weekdaysWith(SHORTEST_CELLS);
  const best = tries.reduce((most, each) => (any(each) > any(most) ? each : most));
  const { share, profiles, own } =
    tries.find((each) => roomy(each) === WEEKDAYS.length) ??
    tries.find((each) => any(each) === WEEKDAYS.length) ??
    best;
  const runs = runsOf(profiles, own);
  return {
    windows: runs.map(({ days: weekdays, stretch }) => windowOf(days, weekdays, stretch, share)),
    without: WEEKDAYS.filter((weekday) => own.get(weekday) === undefined).map((weekday) => {
      const least = quietest(profiles, [weekday], false);
      return { weekday, share: least === undefined ? undefined : highestIn(profiles.get(weekday), least) };
    }),
  };
}

interface Run {
  readonly days: readonly Weekday[];
  readonly stretch: Stretch;
}

/** All days together, else as many in a row as can share one. */
function runsOf(
  profiles: ReadonlyMap<Weekday, Profile>,
  own: ReadonlyMap<Weekday, Stretch | undefined>,
): readonly Run[] {
  const shared = (days: readonly Weekday[]): Stretch | undefined => {
    const least = Math.min(...days.map((day) => own.get(day)?.cells ?? Infinity));
    const common = days.some((day) => own.get(day) === undefined) ? undefined : quietest(profiles, days, true);
    return common !== undefined && common.cells >= least - GIVEN_UP_CELLS ? common : undefined;
  };
  const all = shared(WEEKDAYS);
  if (all !== undefined) return [{ days: WEEKDAYS, stretch: all }];
  const runs: Run[] = [];
  for (const weekday of WEEKDAYS) {
    const alone = own.get(weekday);
    if (alone === undefined) continue;
    const last = runs.at(-1);
    const isNext = last?.days.at(-1) === weekday - 1;
    const together = last !== undefined && isNext ? shared([...last.days, weekday]) : undefined;
    if (last !== undefined && together !== undefined)
      runs[runs.length - 1] = { days: [...last.days, weekday], stretch: together };
    else runs.push({ days: [weekday], stretch: alone });
  }
  return runs;
}

function profileOf(days: readonly DayLoad[], weekday: Weekday, below: number): Profile {
  const idle: boolean[] = [];
  const level: number[] = [];
  for (let cell = 0; cell < 2 * DAY_CELLS; cell += 1) {
    const of = cell < DAY_CELLS ? weekday : (weekday % 7) + 1;
    const shares = days
      .filter((day) => day.weekday === of)
      .map(({ cells }) => cells[cell % DAY_CELLS] ?? NaN)
      .filter((share) => !Number.isNaN(share));
    const quiet = shares.filter((share) => isQuiet(share, below)).length;
    idle.push(shares.length >= LEAST_DAYS && quiet >= DAYS_SHARE * shares.length);
    level.push(shares.length < LEAST_DAYS ? Infinity : Math.max(...shares));
  }
  return { idle, level };
}

/** The longest stretch that is idle on all of some weekdays; of equally long ones the quietest. */
function quietest(
  profiles: ReadonlyMap<Weekday, Profile>,
  days: readonly Weekday[],
  isIdle: boolean,
): Stretch | undefined {
  const of = days.map((day) => profiles.get(day)).filter((profile) => profile !== undefined);
  for (let cells = isIdle ? LONGEST_CELLS : SHORTEST_CELLS; cells >= SHORTEST_CELLS; cells -= 1) {
    let best: (Stretch & { readonly level: number }) | undefined;
    for (let start = 0; start < DAY_CELLS; start += 1) {
      let level = 0;
      for (let cell = start; cell < start + cells; cell += 1) {
        for (const profile of of) {
          const share = isIdle && profile.idle[cell] !== true ? Infinity : (profile.level[cell] ?? Infinity);
          // Without a need to be idle the lowest peak counts, else the lowest load altogether.
          level = isIdle ? level + share : Math.max(level, share);
        }
      }
      // Shares that differ by rounding alone are the same.
      if (level < Infinity && (best === undefined || level < best.level - 1e-9)) best = { start, cells, level };
    }
    if (best !== undefined) return { start: best.start, cells: best.cells };
  }
  return undefined;
}

/** Rounding makes no load quiet. */
function isQuiet(share: number, below: number): boolean {
  return share < below - 1e-9;
}

function highestIn(profile: Profile | undefined, { start, cells }: Stretch): number {
  return Math.max(...(profile?.level.slice(start, start + cells) ?? [Infinity]));
}

function windowOf(
  days: readonly DayLoad[],
  weekdays: readonly Weekday[],
  { start, cells }: Stretch,
  belowShare: number,
): IdleWindow {
  const byDay = new Map(days.map((day) => [day.day, day]));
  let quietDays = 0;
  let knownDays = 0;
  let highest = { share: -Infinity, day: 0, cell: 0 };
  for (const day of days) {
    if (!weekdays.includes(day.weekday)) continue;
    const next = byDay.get(day.day + 1);
    let most = -Infinity;
    let at = start;
    for (let cell = start; cell < start + cells; cell += 1) {
      const share = (cell < DAY_CELLS ? day : next)?.cells[cell % DAY_CELLS] ?? NaN;
      if (share > most) at = cell;
      most = Math.max(most, share);
    }
    if (Number.isNaN(most)) continue;
    knownDays += 1;
    if (isQuiet(most, belowShare)) quietDays += 1;
    if (most > highest.share) highest = { share: most, day: day.day, cell: at };
  }
  const end = (start + cells) * CELL_MINUTES;
  return {
    days: weekdays,
    startMinute: start * CELL_MINUTES,
    endMinute: end > 24 * 60 ? end - 24 * 60 : end,
    belowShare,
    quietDays,
    knownDays,
    highestShare: highest.share,
    highestDay: highest.day,
    highestCell: highest.cell,
  };
}
