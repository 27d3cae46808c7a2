import { wholeNodes } from '../sizing/round.ts';
import type { Chances } from './chances.ts';
import { canTell, errorsOf } from './errors.ts';
import type { Past } from './errors.ts';
import { exceededSlots, expertsBetweenWindows, expertsWithinWindow, highestsAround } from './experts.ts';
import type { Expert } from './experts.ts';
import type { Ahead, Part } from './level.ts';
import { DAY_SLOTS } from './local-days.ts';
import type { LocalDays } from './local-days.ts';
import { pastsOf, SOON_SLOTS, timesBetween, timeWithin } from './pasts.ts';
import { trailing } from './records.ts';
import type { DemandSeries, Slot } from './series.ts';
import { lessonsOf } from './sufficient.ts';
import type { Lessons, Sufficient, Tolerance } from './sufficient.ts';

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
const HALF_LIFE = 30;
const SATURATED_SLOTS = 0.05;
/** Records of late are prepared for up to so many times what the same times of a day and a week ago were like. */
const RECORDS_RATIO = 1.2;

/** What demand is expected to be in a part of the time ahead, and between which levels it came nine times of ten. */
export interface Expected {
  readonly from: Slot;
  readonly until: Slot;
  readonly expected: number;
  readonly low: number;
  readonly high: number;
}

/** How much there is to learn from. */
export interface Knowledge {
  readonly knownDays: number;
  /** Days of history with which the first forecast can be made. */
  readonly neededDays: number;
}

export interface Forecaster {
  /** What is needed from a boundary until an order at the chance `until` serves. `now` = the first slot not closed yet. */
  readonly forecast: (now: Slot, from: Slot, until: Slot) => Forecast;
  /** So many slots of a time between windows may lie above what is expected of it; undefined for a time within a window. */
  readonly exceeded: (part: Part) => number | undefined;
  /** No part of a time of which so many slots may lie above needs more nodes than this; undefined = only a forecast can tell. */
  readonly atMost: (now: Slot, within: Part, exceeded: number) => number | undefined;
  /** Part by part from a boundary on; empty while nothing can be told. */
  readonly outlook: (now: Slot, from: Slot, until: Slot) => readonly Expected[];
  readonly knowledge: (now: Slot) => Knowledge;
}

interface Chosen {
  readonly found: Sufficient;
  readonly expected: number;
  readonly expert: Expert;
  readonly index: number;
}

/** Parts of an outlook: an hour each. */
const PART_SLOTS = 12;

interface Kind {
  readonly experts: readonly Expert[];
  /** What came of the times that are over by `now`, oldest first. */
  readonly pasts: (now: Slot) => readonly Past[];
  /** Of each expert, from what came of the times that are over by `now`. */
  readonly lessons: (now: Slot) => readonly Lessons[];
}

function kindOf(experts: readonly Expert[], tolerance: Tolerance, pasts: (now: Slot) => readonly Past[]): Kind {
  const known = new WeakMap<readonly Past[], readonly Lessons[]>();
  return {
    experts,
    pasts,
    lessons(now) {
      const over = pasts(now);
      const lessons = known.get(over) ?? experts.map((_, index) => lessonsOf(over, index, tolerance));
      known.set(over, lessons);
      return lessons;
    },
  };
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
  const between = kindOf(
    betweenExperts,
    { ...shared, aboveShare: ABOVE_SHARE, halfLife: HALF_LIFE },
    pastsOf(series, betweenExperts, timesBetween(chances), days.isHoliday),
  );
  const within = kindOf(
    withinExperts,
    { ...shared, aboveShare: 0, halfLife: Infinity },
    pastsOf(series, withinExperts, (from, now) => timeWithin(chances, settings.leadSlots, from, now), days.isHoliday),
  );
  const known = trailing(series);
  const highestAround = highestsAround(series, days, settings.seasonsDays);

  const best = (kind: Kind, ahead: Ahead): Chosen | undefined => {
    let chosen: Chosen | undefined;
    const lessons = kind.lessons(ahead.now);
    for (let index = 0; index < kind.experts.length; index += 1) {
      const expert = kind.experts[index];
      if (expert === undefined || !canTell(series, expert, ahead)) continue;
      const expected = expert.expects(ahead);
      const found = lessons[index]?.sufficient(expected);
      if (found !== undefined && (chosen === undefined || found.meanNodes < chosen.found.meanNodes)) {
        chosen = { found, expected, expert, index };
      }
    }
    return chosen;
  };

  /** Whole nodes that at 100 % carry what the trailing 8 days and their records may come to, if those are more than `least`. */
  const forRecords = (ahead: Ahead, highest: number, least: number): number => {
    const surprise = Math.min(settings.fullRatio, known.surprise(ahead.now));
    // The same times of other days only lower it, and are many slots to look at.
    if (wholeNodes((surprise * highest) / settings.fullRatio) <= least) return least;
    const most = RECORDS_RATIO * highestAround(ahead);
    return wholeNodes(Math.min((surprise * highest) / settings.fullRatio, Number.isNaN(most) ? Infinity : most));
  };

  return {
    forecast(now, from, until) {
      const ahead: Ahead = { now, from, until: until + settings.leadSlots };
      const kind = isWithin(from, until) ? within : between;
      const highest = known.highest(now);
      const chosen = best(kind, ahead);
      if (chosen === undefined) {
        const nodes = Number.isNaN(highest) ? undefined : highest;
        return { ...nothing, nodes, ahead, trailingHighest: highest, bound: 'trailing' };
      }
      const { found, expected, expert } = chosen;
      const records = kind === between && !Number.isNaN(highest) ? forRecords(ahead, highest, found.nodes) : 0;
      return {
        nodes: Math.max(found.nodes, records),
        ahead,
        expected,
        expert: expert.name,
        headroom: found.headroom,
        samples: found.samples,
        bound: records > found.nodes ? 'records' : 'forecast',
        trailingHighest: highest,
      };
    },
    exceeded: ({ from, until }) =>
      isWithin(from, until) ? undefined : exceededSlots({ from, until: until + settings.leadSlots }, settings.quantile),
    /**
     * Of the whole no fewer slots lie above a level than of its part, so that as many as may lie above that of the part lie above a
     * level that is no lower: no expert expects less, and what is enough for that is no less. While all that is looked back at is
     * known and above 0, an expert that can tell of the whole can tell of the part.
     */
    atMost(now, within, exceeded) {
      const oldest = now - (2 * Math.max(...settings.seasonsDays) + 1) * DAY_SLOTS;
      if (series.busyFrom() > oldest || now > series.end() || days.isHoliday !== undefined) return undefined;
      const whole: Ahead = { now, from: within.from, until: within.until + settings.leadSlots };
      const lessons = between.lessons(now);
      let most = 0;
      for (const [index, expert] of betweenExperts.entries()) {
        if (!canTell(series, expert, whole)) continue;
        most = Math.max(most, lessons[index]?.sufficient(expert.expects(whole, exceeded))?.nodes ?? 0);
      }
      return most === 0 ? undefined : Math.max(most, forRecords(whole, known.highest(now), most));
    },
    outlook(now, from, until) {
      const found = best(between, { now, from, until: Math.max(until, from + PART_SLOTS) });
      if (found === undefined) return [];
      const { low, high } = errorsOf(between.pasts(now), found.index, settings.quantile);
      const parts: Expected[] = [];
      for (let begin = from; begin < until; begin += PART_SLOTS) {
        const part = { from: begin, until: Math.min(until, begin + PART_SLOTS) };
        const expected = found.expert.expects({ now, ...part });
        if (Number.isNaN(expected)) continue;
        parts.push({ ...part, expected, low: Math.min(1, low) * expected, high: Math.max(1, high) * expected });
      }
      return parts;
    },
    knowledge: (now) => ({
      knownDays: Math.max(0, (now - series.first) / DAY_SLOTS),
      neededDays: Math.min(...betweenExperts.map(({ needsDays }) => needsDays)) + 1,
    }),
  };
}

function isWithin(from: Slot, until: Slot): boolean {
  return until - from <= SOON_SLOTS;
}

const nothing = { expected: undefined, expert: undefined, headroom: undefined, samples: 0 } as const;
