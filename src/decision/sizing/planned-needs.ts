import { SLOT_MS } from '../../domain/demand.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { Forecast, Forecaster } from '../forecast/forecast.ts';
import type { Slot } from '../forecast/series.ts';

/** Plans change a few times a day: in between they rest on what was known then, whenever they are asked for. */
const AS_OF_SLOTS = 72;
const REMEMBERED_FORECASTS = 400;
/** No time that is planned for is longer: 28 days. */
const LONGEST_SLOTS = 8192;

/** What a time far ahead needs. */
export interface NeedBetween {
  readonly nodes: number;
  readonly signal: string;
  /** Undefined = the trailing maximum, or disks. */
  readonly forecast: Forecast | undefined;
}

/** Undefined while nothing can be told. */
export type NeedOf = (fromMs: EpochMs, untilMs: EpochMs) => NeedBetween | undefined;

/** Forecasts as of one instant, by the time that they are for. */
export interface Planned {
  asOf: Slot;
  readonly needs: Map<number, PlannedNeed>;
  /** The one that was asked for last: plans go through the same times in the same order. */
  last: PlannedNeed | undefined;
}

interface PlannedNeed {
  readonly fromMs: EpochMs;
  readonly untilMs: EpochMs;
  readonly need: NeedBetween | undefined;
  /** What was asked for after it. */
  next: PlannedNeed | undefined;
}

export function nothingPlanned(): Planned {
  return { asOf: -1, needs: new Map(), last: undefined };
}

/** What times far ahead are forecast to need by one signal, as of a few hours before `now` at most. */
export function plannedNeeds(planned: Planned, forecaster: Forecaster, signal: string, now: Slot): NeedOf {
  const asOf = Math.floor(now / AS_OF_SLOTS) * AS_OF_SLOTS;
  return (fromMs, untilMs) => {
    if (planned.asOf !== asOf || planned.needs.size >= REMEMBERED_FORECASTS) {
      planned.needs.clear();
      planned.asOf = asOf;
      planned.last = undefined;
    }
    const likely = planned.last?.next;
    const known =
      likely?.fromMs === fromMs && likely.untilMs === untilMs
        ? likely
        : plannedNeed(planned, forecaster, signal, fromMs, untilMs);
    planned.last = known;
    return known.need;
  };
}

function plannedNeed(
  { asOf, needs, last }: Planned,
  forecaster: Forecaster,
  signal: string,
  fromMs: EpochMs,
  untilMs: EpochMs,
): PlannedNeed {
  const from = Math.ceil(fromMs / SLOT_MS);
  const until = Math.max(from + 1, Math.ceil(untilMs / SLOT_MS));
  const key = (from - asOf) * LONGEST_SLOTS + Math.min(until - from, LONGEST_SLOTS - 1);
  let known = needs.get(key);
  if (known === undefined) {
    const forecast = forecaster.forecast(asOf, from, until);
    const { nodes, bound } = forecast;
    const need = bound === 'trailing' || nodes === undefined ? undefined : { nodes, signal, forecast };
    known = { fromMs, untilMs, need, next: undefined };
    needs.set(key, known);
  }
  if (last !== undefined) last.next = known;
  return known;
}
