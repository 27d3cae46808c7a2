import type { Expert } from './experts.ts';
import type { Ahead } from './level.ts';
import { DAY_SLOTS } from './local-days.ts';
import type { LocalDays } from './local-days.ts';
import type { DemandSeries } from './series.ts';

/** Above this share of a time the count of slots stops: nobody plans for it. */
const COUNTED_SHARE = 0.25;
const KNOWN_SHARE = 0.9;

/** A time that is over: what each expert had said at its beginning, and what came. */
export interface Past {
  readonly slots: number;
  /** One per expert; NaN = it could not tell. */
  readonly expected: Float64Array;
  /** The highest demands, the highest first. */
  readonly highest: Float64Array;
}

/** The demands of one time at a time; nothing keeps them beyond it. */
let scratch = new Float64Array(512);

/** Undefined = too little of it is known. What came on holidays is no error: no expert speaks of them. */
export function pastOf(
  series: DemandSeries,
  experts: readonly Expert[],
  ahead: Ahead,
  isHoliday: LocalDays['isHoliday'],
): Past | undefined {
  const slots = ahead.until - ahead.from;
  if (slots > scratch.length) scratch = new Float64Array(2 * slots);
  let known = 0;
  for (let slot = ahead.from; slot < ahead.until; slot += 1) {
    const demand = series.at(slot);
    if (Number.isNaN(demand) || isHoliday?.(slot) === true) continue;
    scratch[known] = demand;
    known += 1;
  }
  if (known < KNOWN_SHARE * slots) return undefined;
  const sorted = scratch.subarray(0, known).sort();
  const highest = new Float64Array(Math.min(known, Math.max(1, Math.ceil(COUNTED_SHARE * slots))));
  for (let index = 0; index < highest.length; index += 1) highest[index] = sorted[known - 1 - index] ?? NaN;
  const expected = new Float64Array(experts.length);
  for (const [index, expert] of experts.entries())
    expected[index] = canTell(series, expert, ahead) ? expert.expects(ahead) : NaN;
  return { slots, expected, highest };
}

export function canTell(series: DemandSeries, expert: Expert, ahead: Ahead): boolean {
  return ahead.now - series.first >= expert.needsDays * DAY_SLOTS;
}

/** Slots of a past time that lay above a level. */
export function slotsAbove({ highest }: Past, level: number): number {
  if (!((highest[0] ?? 0) > level)) return 0;
  let low = 1;
  let high = highest.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((highest[middle] ?? 0) > level) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The part of past times whose levels lay below the lower bound, and above the upper one. */
const OUTSIDE_SHARE = 0.05;

/** Levels that came by levels that were expected, of past times: the errors between which nearly all of them lay. */
export function errorsOf(
  pasts: readonly Past[],
  expert: number,
  quantile: number,
): { readonly low: number; readonly high: number } {
  const ratios = pasts.flatMap(({ expected, highest, slots }) => {
    const said = expected[expert] ?? NaN;
    const came = highest[Math.min(highest.length - 1, Math.floor((1 - quantile) * slots))] ?? NaN;
    return said > 0 && !Number.isNaN(came) ? [came / said] : [];
  });
  const sorted = Float64Array.from(ratios).sort();
  const last = sorted.length - 1;
  return {
    low: sorted[Math.floor(OUTSIDE_SHARE * last)] ?? 1,
    high: sorted[Math.ceil((1 - OUTSIDE_SHARE) * last)] ?? 1,
  };
}
