import type { Chances } from './chances.ts';
import { canTell } from './errors.ts';
import type { Past } from './errors.ts';
import { expertsBetweenWindows, expertsWithinWindow, highestAround } from './experts.ts';
import type { Expert } from './experts.ts';
import type { Ahead } from './level.ts';
import type { LocalDays } from './local-days.ts';
import { pastsOf, SOON_SLOTS, timeBetween, timeWithin } from './pasts.ts';
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

/** Share of the time between windows in which demand may lie above the nodes, as the past judges it; the real one comes out lower. */
const ABOVE_SHARE = 0.007;
/** Times after which an error counts half. */
const HALF_LIFE = 42;
const SATURATED_SLOTS = 0.05;
/** Records of late are prepared for up to so many times what the same times of a day and a week ago were like. */
const RECORDS_RATIO = 1.2;

export interface Forecaster {
  /** What is needed from a boundary until an order at the chance `until` serves. `now` = the first slot not closed yet. */
  readonly forecast: (now: Slot, from: Slot, until: Slot) => Forecast;
}

interface Kind {
  readonly experts: readonly Expert[];
  readonly tolerance: Tolerance;
  /** What came of the times that are over by `now`, oldest first. */
  readonly pasts: (now: Slot) => readonly Past[];
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
  const betweenExperts = expertsBetweenWindows(series, days, settings);
  const withinExperts = expertsWithinWindow(series, days, settings);
  const between: Kind = {
    experts: betweenExperts,
    tolerance: { ...shared, aboveShare: ABOVE_SHARE, halfLife: HALF_LIFE },
    pasts: pastsOf(series, betweenExperts, (from, now) => timeBetween(chances, settings.leadSlots, from, now)),
  };
  const within: Kind = {
    experts: withinExperts,
    tolerance: { ...shared, aboveShare: 0, halfLife: Infinity },
    pasts: pastsOf(series, withinExperts, (from, now) => timeWithin(chances, settings.leadSlots, from, now)),
  };
  const known = trailing(series);
  const kindOf = (boundary: Slot, until: Slot): Kind => (until - boundary <= SOON_SLOTS ? within : between);

  const best = (
    kind: Kind,
    ahead: Ahead,
  ): (Sufficient & { readonly expected: number; readonly name: string }) | undefined => {
    let chosen: (Sufficient & { readonly expected: number; readonly name: string }) | undefined;
    const pasts = kind.pasts(ahead.now);
    kind.experts.forEach((expert, index) => {
      if (!canTell(series, expert, ahead)) return;
      const expected = expert.expects(ahead);
      const found = sufficientNodes(pasts, index, expected, kind.tolerance);
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
    forecast(now, from, until) {
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
