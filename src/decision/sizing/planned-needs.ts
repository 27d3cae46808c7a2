import { SLOT_MS } from '../../domain/demand.ts';
import type { EpochMs, Interval } from '../../domain/instant.ts';
import type { Forecast, Forecaster } from '../forecast/forecast.ts';
import type { Part } from '../forecast/level.ts';
import type { Slot } from '../forecast/series.ts';

/** Plans change a few times a day: in between they rest on what was known then, whenever they are asked for. */
const AS_OF_SLOTS = 72;
const REMEMBERED_FORECASTS = 400;
/** No time that is planned for is longer: 28 days. */
const LONGEST_SLOTS = 8192;

/** What a time far ahead needs. */
export interface NeedBetween {
  readonly nodes: number;
  /** The same without utilisation sampled while an operation of ours moved data, no more than `nodes`: only this asks for growth. */
  readonly outNodes: number;
  readonly signal: string;
  /** Undefined = the trailing maximum, or disks. */
  readonly forecast: Forecast | undefined;
}

/** What times far ahead need; an object that says the same for as long as it is asked. */
export interface Needs {
  /** Undefined while nothing can be told. */
  readonly between: (fromMs: EpochMs, untilMs: EpochMs) => NeedBetween | undefined;
  /** No part of a time needs more nodes than this; undefined where only `between` can tell. */
  readonly atMost: (part: Interval, within: Interval) => number | undefined;
}

/** Forecasts as of one instant. */
export interface Planned {
  asOf: Slot;
  needs: Needs | undefined;
}

export function nothingPlanned(): Planned {
  return { asOf: -1, needs: undefined };
}

/** Who forecasts one signal. */
export interface Forecasters {
  readonly all: Forecaster;
  /** Without slots in which we moved data; undefined while there are none. */
  readonly calm: Forecaster | undefined;
}

/** What times far ahead are forecast to need by one signal, as of a few hours before `now` at most. */
export function plannedNeeds(planned: Planned, forecasters: Forecasters, signal: string, now: Slot): Needs {
  const asOf = Math.floor(now / AS_OF_SLOTS) * AS_OF_SLOTS;
  if (planned.needs === undefined || planned.asOf !== asOf) {
    planned.asOf = asOf;
    planned.needs = needsAsOf(asOf, forecasters, signal);
  }
  return planned.needs;
}

function needsAsOf(asOf: Slot, { all, calm }: Forecasters, signal: string): Needs {
  const known = new Map<number, NeedBetween | undefined>();
  const bounds = new Map<number, number | undefined>();
  return {
    between(fromMs, untilMs) {
      const { from, until } = slotsOf(fromMs, untilMs);
      const key = keyOf(from - asOf, until - from);
      const same = known.get(key);
      if (same !== undefined || known.has(key)) return same;
      if (known.size >= REMEMBERED_FORECASTS) known.clear();
      const forecast = all.forecast(asOf, from, until);
      const { nodes, bound } = forecast;
      const outNodes = (): number =>
        Math.min(nodes ?? 0, calm === undefined ? Infinity : (calm.forecast(asOf, from, until).nodes ?? 0));
      const need =
        bound === 'trailing' || nodes === undefined ? undefined : { nodes, outNodes: outNodes(), signal, forecast };
      known.set(key, need);
      return need;
    },
    atMost(part, within) {
      const exceeded = all.exceeded(slotsOf(part.startMs, part.endMs));
      if (exceeded === undefined) return undefined;
      const whole = slotsOf(within.startMs, within.endMs);
      const key = keyOf(whole.from - asOf, whole.until - whole.from) * LONGEST_SLOTS + exceeded;
      if (!bounds.has(key)) bounds.set(key, all.atMost(asOf, whole, exceeded));
      return bounds.get(key);
    },
  };
}

function slotsOf(fromMs: EpochMs, untilMs: EpochMs): Part {
  const from = Math.ceil(fromMs / SLOT_MS);
  return { from, until: Math.max(from + 1, Math.ceil(untilMs / SLOT_MS)) };
}

function keyOf(from: Slot, slots: number): number {
  return from * LONGEST_SLOTS + Math.min(slots, LONGEST_SLOTS - 1);
}
