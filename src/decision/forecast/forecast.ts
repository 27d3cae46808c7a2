import type { Chances } from './chances.ts';
import { canTell, pastOf } from './errors.ts';
import type { Past } from './errors.ts';
import { expertsBetweenWindows, expertsWithinWindow, highestAround } from './experts.ts';
import type { Expert } from './experts.ts';
import type { Ahead } from './level.ts';
import { DAY_SLOTS } from './local-days.ts';
import type { LocalDays } from './local-days.ts';
import { trailing } from './records.ts';
import type { DemandSeries, Slot } from './series.ts';
import { sufficientNodes } from './sufficient.ts';
import type { Sufficient, Tolerance } from './sufficient.ts';

export interface ForecastSettings {
  /** Whole days, shortest first. */
  readonly seasonsDays: readonly number[];
  readonly quantile: number;
  readonly headroomRatio: number;
  /** From an order to its service. */
  readonly leadSlots: number;
  /** What a node carries at 100 % by what it carries at the target. */
  readonly fullRatio: number;
}

/** What the demand of a time ahead needs, and why. */
export interface Forecast {
  /** Undefined = nothing is known. */
  readonly nodes: number | undefined;
  readonly ahead: Ahead;
  /** The level that was expected, in nodes; undefined while only the trailing maximum is known. */
  readonly expected: number | undefined;
  /** Who said so, for people. */
  readonly expert: string | undefined;
  readonly headroom: number | undefined;
  /** Own past errors behind it. */
  readonly samples: number;
  /** The part that bound: the forecast, the records of late, or the trailing 8 days while there are no errors to learn from. */
  readonly bound: 'forecast' | 'records' | 'trailing';
  readonly trailingHighest: number;
}

/** A chance so soon after another lies in the same window. */
const SOON_SLOTS = 3;
/** Share of the time between windows in which demand may lie above the nodes, as the past judges it; the real one comes out lower. */
const ABOVE_SHARE = 0.007;
/** Times between windows that are remembered, and after how many an error counts half. */
const REMEMBERED = 56;
const HALF_LIFE = 42;
const REMEMBERED_SOON = 500;
const SATURATED_SLOTS = 0.05;
/** Records of late are prepared for up to so many times what the same times of a day and a week ago were like. */
const RECORDS_RATIO = 1.2;

export interface Forecaster {
  /** What is needed from a boundary until an order at the chance `until` serves. `now` = the first slot not closed yet. */
  readonly forecast: (now: Slot, from: Slot, until: Slot) => Forecast;
  /** Learns what came of the times that are over. */
  readonly learn: (now: Slot) => void;
}

interface Kind {
  readonly experts: readonly Expert[];
  readonly tolerance: Tolerance;
  readonly remembered: number;
  readonly pasts: Past[];
}

/** Learns from a series as it grows: the same series gives the same forecasts, however it grew. */
export function forecaster(
  series: DemandSeries,
  days: LocalDays,
  chances: Chances,
  settings: ForecastSettings,
): Forecaster {
  const shared = {
    saturatedSlots: SATURATED_SLOTS,
    headroomRatio: settings.headroomRatio,
    fullRatio: settings.fullRatio,
  };
  const between: Kind = {
    experts: expertsBetweenWindows(series, days, settings),
    tolerance: { ...shared, aboveShare: ABOVE_SHARE, halfLife: HALF_LIFE },
    remembered: REMEMBERED,
    pasts: [],
  };
  const within: Kind = {
    experts: expertsWithinWindow(series, days, settings),
    tolerance: { ...shared, aboveShare: 0, halfLife: Infinity },
    remembered: REMEMBERED_SOON,
    pasts: [],
  };
  const known = trailing(series);
  const learning = { within: Math.max(series.first, chances.from), between: Math.max(series.first, chances.from) };
  let judgedUntil = -Infinity;

  const kindOf = (boundary: Slot, until: Slot): Kind => (until - boundary <= SOON_SLOTS ? within : between);

  const add = (kind: Kind, ahead: Ahead): void => {
    const past = pastOf(series, kind.experts, ahead);
    if (past === undefined) return;
    kind.pasts.push(past);
    if (kind.pasts.length > kind.remembered) kind.pasts.shift();
  };

  /** Of a long past only what is remembered is looked at. */
  const forgottenBefore = (now: Slot): Slot => {
    let soon = 0;
    for (let boundary = now - 1; boundary > learning.within; boundary -= 1) {
      if (chances.isChance(boundary) && kindOf(boundary, chances.after(boundary)) === within) soon += 1;
      if (soon > REMEMBERED_SOON) return boundary;
    }
    return learning.within;
  };

  const learnWithin = (now: Slot): void => {
    learning.within = forgottenBefore(now);
    for (; learning.within < now; learning.within += 1) {
      const from = learning.within;
      if (!chances.isChance(from)) continue;
      const next = chances.after(from);
      if (next + settings.leadSlots > now) break;
      if (kindOf(from, next) === within) add(within, { now: from, from, until: next + settings.leadSlots });
    }
  };

  /** From the last chance of each window to the next one; where windows hardly ever close, day by day. */
  const learnBetween = (now: Slot): void => {
    for (; learning.between < now; learning.between += 1) {
      const from = learning.between;
      const next = chances.after(from);
      const isLast = chances.isChance(from) && kindOf(from, next) === between;
      if (!isLast && from - judgedUntil < DAY_SLOTS) continue;
      const until = (isLast ? next : from + DAY_SLOTS) + settings.leadSlots;
      if (until > now) break;
      judgedUntil = until;
      add(between, { now: from, from, until });
    }
  };

  const learn = (now: Slot): void => {
    learnWithin(now);
    learnBetween(now);
  };

  const best = (
    kind: Kind,
    ahead: Ahead,
  ): (Sufficient & { readonly expected: number; readonly name: string }) | undefined => {
    let chosen: (Sufficient & { readonly expected: number; readonly name: string }) | undefined;
    kind.experts.forEach((expert, index) => {
      if (!canTell(series, expert, ahead)) return;
      const expected = expert.expects(ahead);
      const found = sufficientNodes(kind.pasts, index, expected, kind.tolerance);
      if (found !== undefined && (chosen === undefined || found.meanNodes < chosen.meanNodes)) {
        chosen = { ...found, expected, name: expert.name };
      }
    });
    return chosen;
  };

  /** Whole nodes that at 100 % carry what the trailing 8 days and their records may come to. */
  const forRecords = (ahead: Ahead, highest: number): number => {
    const surprise = Math.min(settings.fullRatio, known.surprise(ahead.now));
    const around = settings.seasonsDays.map((season) => highestAround(series, days, ahead, season));
    const most = RECORDS_RATIO * Math.max(...around);
    return whole(Math.min((surprise * highest) / settings.fullRatio, Number.isNaN(most) ? Infinity : most));
  };

  return {
    learn,
    forecast(now, from, until) {
      learn(now);
      const ahead: Ahead = { now, from, until: until + settings.leadSlots };
      const kind = kindOf(from, until);
      const highest = known.highest(now);
      const found = best(kind, ahead);
      if (found === undefined) {
        const nodes = Number.isNaN(highest) ? undefined : highest;
        return { ...nothing, nodes, ahead, trailingHighest: highest, bound: 'trailing' };
      }
      const records = kind === between && !Number.isNaN(highest) ? forRecords(ahead, highest) : 0;
      return {
        nodes: Math.max(found.nodes, records),
        ahead,
        expected: found.expected,
        expert: found.name,
        headroom: found.headroom,
        samples: found.samples,
        bound: records > found.nodes ? 'records' : 'forecast',
        trailingHighest: highest,
      };
    },
  };
}

const nothing = { expected: undefined, expert: undefined, headroom: undefined, samples: 0 } as const;

function whole(nodes: number): number {
  return Math.ceil(nodes - 1e-9);
}
