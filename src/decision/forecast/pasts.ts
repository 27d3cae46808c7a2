import type { Chances } from './chances.ts';
import { pastOf } from './errors.ts';
import type { Past } from './errors.ts';
import type { Expert } from './experts.ts';
import { DAY_SLOTS } from './local-days.ts';
import type { DemandSeries, Slot } from './series.ts';

/** A chance so soon after another lies in the same window. */
export const SOON_SLOTS = 3;
const REMEMBERED_DAYS = 56;
const REMEMBERED_TIMES = 500;
/** Demand older than this changes no forecast: what is remembered, and what was looked at for the oldest of it. */
export const LOOK_BACK_DAYS = 70;

/** A time that was planned for at one chance, or undefined with the next boundary to look at. */
export type FoundTime =
  | { readonly from: Slot; readonly until: Slot; readonly next: Slot }
  | { readonly from: undefined; readonly next: Slot };

/** What came of the times that are over, as far as it is remembered: learnt once each, as the series grows. */
export function pastsOf(
  series: DemandSeries,
  experts: readonly Expert[],
  find: (from: Slot, now: Slot) => FoundTime | undefined,
): (now: Slot) => readonly Past[] {
  const needsDays = Math.min(...experts.map((expert) => expert.needsDays));
  const pasts: { readonly from: Slot; readonly past: Past }[] = [];
  let cursor = series.first + needsDays * DAY_SLOTS;

  return (now) => {
    const oldest = now - REMEMBERED_DAYS * DAY_SLOTS;
    cursor = Math.max(cursor, oldest);
    for (let found = find(cursor, now); found !== undefined; found = find(cursor, now)) {
      cursor = found.next;
      if (found.from === undefined) continue;
      const past = pastOf(series, experts, { now: found.from, from: found.from, until: found.until });
      if (past !== undefined) pasts.push({ from: found.from, past });
    }
    let forgotten = Math.max(0, pasts.length - REMEMBERED_TIMES);
    while ((pasts[forgotten]?.from ?? Infinity) < oldest) forgotten += 1;
    if (forgotten > 0) pasts.splice(0, forgotten);
    return pasts.map(({ past }) => past);
  };
}

/** From a chance to the one right after it. */
export function timeWithin(chances: Chances, leadSlots: number, from: Slot, now: Slot): FoundTime | undefined {
  if (from >= now) return undefined;
  if (!chances.isChance(from)) return { from: undefined, next: chances.after(from) };
  const next = chances.after(from);
  if (next - from > SOON_SLOTS) return { from: undefined, next };
  return next + leadSlots > now ? undefined : { from, until: next + leadSlots, next: from + 1 };
}

/** From the last chance of a window to the next window; where windows hardly ever close, day by day. */
export function timeBetween(chances: Chances, leadSlots: number, from: Slot, now: Slot): FoundTime | undefined {
  for (let boundary = from; boundary < now; ) {
    const next = chances.after(boundary);
    if (chances.isChance(boundary) && next - boundary > SOON_SLOTS) {
      return next + leadSlots > now ? undefined : { from: boundary, until: next + leadSlots, next };
    }
    if (boundary - from >= DAY_SLOTS) {
      const until = boundary + leadSlots;
      return until > now ? undefined : { from, until, next: boundary };
    }
    boundary = next;
  }
  return undefined;
}
