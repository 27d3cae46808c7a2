import type { Chances } from './chances.ts';
import { pastOf } from './errors.ts';
import type { Past } from './errors.ts';
import type { Expert } from './experts.ts';
import { lately } from './lately.ts';
import { DAY_SLOTS } from './local-days.ts';
import type { LocalDays } from './local-days.ts';
import type { DemandSeries, Slot } from './series.ts';

/** A chance so soon after another lies in the same window. */
export const SOON_SLOTS = 3;
const REMEMBERED_DAYS = 70;
const REMEMBERED_TIMES = 500;
/** Kept for longer than remembered: plans ask as of some hours ago. */
const KEPT_DAYS = 1;
const KEPT_TIMES = DAY_SLOTS;
/** Decisions ask as of now, plans as of some hours ago, in turns. */
const SHOWN = 4;
/** Demand older than this changes no forecast: what is remembered, and what was looked at for the oldest of it. */
export const LOOK_BACK_DAYS = 84;

/** A time that was planned for at one chance, or undefined with the next boundary to look at. */
export type FoundTime =
  | { readonly from: Slot; readonly until: Slot; readonly next: Slot }
  | { readonly from: undefined; readonly next: Slot };

/** What came of the times that are over, as far as it is remembered: learnt once each, as the series grows. */
export function pastsOf(
  series: DemandSeries,
  experts: readonly Expert[],
  find: (from: Slot, now: Slot) => FoundTime | undefined,
  isHoliday: LocalDays['isHoliday'],
): (now: Slot) => readonly Past[] {
  const needsDays = Math.min(...experts.map((expert) => expert.needsDays));
  const pasts: { readonly from: Slot; readonly until: Slot; readonly past: Past }[] = [];
  let cursor = series.first + needsDays * DAY_SLOTS;
  /** Times that were forgotten. */
  let gone = 0;
  /** The same arrays until another time is over, so that what was made of them can be kept. */
  const shown: { readonly begin: number; readonly end: number; readonly pasts: readonly Past[] }[] = [];

  const overBy = (now: Slot): readonly Past[] => {
    const oldest = now - REMEMBERED_DAYS * DAY_SLOTS;
    cursor = Math.max(cursor, oldest);
    for (let found = find(cursor, now); found !== undefined; found = find(cursor, now)) {
      cursor = found.next;
      if (found.from === undefined) continue;
      const { from, until } = found;
      const past = pastOf(series, experts, { now: from, from, until }, isHoliday);
      if (past === undefined) continue;
      pasts.push({ from, until, past });
      known = lately(overBy);
    }
    let forgotten = Math.max(0, pasts.length - REMEMBERED_TIMES - KEPT_TIMES);
    while ((pasts[forgotten]?.from ?? Infinity) < oldest - KEPT_DAYS * DAY_SLOTS) forgotten += 1;
    if (forgotten > 0) {
      pasts.splice(0, forgotten);
      known = lately(overBy);
    }
    gone += forgotten;
    let end = pasts.length;
    while (end > 0 && (pasts[end - 1]?.until ?? 0) > now) end -= 1;
    let begin = Math.max(0, end - REMEMBERED_TIMES);
    while (begin < end && (pasts[begin]?.from ?? 0) < oldest) begin += 1;
    const asked = { begin: gone + begin, end: gone + end };
    const same = shown.find((each) => each.begin === asked.begin && each.end === asked.end);
    if (same !== undefined) return same.pasts;
    const over = { ...asked, pasts: pasts.slice(begin, end).map(({ past }) => past) };
    shown.unshift(over);
    shown.length = Math.min(shown.length, SHOWN);
    return over.pasts;
  };
  /** Forgotten whenever a time is learnt or forgotten. */
  let known = lately(overBy);
  return (now) => known(now);
}

/** From a chance to the one right after it. */
export function timeWithin(chances: Chances, leadSlots: number, from: Slot, now: Slot): FoundTime | undefined {
  if (from >= now) return undefined;
  if (!chances.isChance(from)) return { from: undefined, next: chances.after(from) };
  const next = chances.after(from);
  if (next - from > SOON_SLOTS) return { from: undefined, next };
  return next + leadSlots > now ? undefined : { from, until: next + leadSlots, next: from + 1 };
}

/**
 * From the last chance of a window to the next window; where windows hardly ever close, day by day. The wait for an order's service
 * is left out: what came of last night's decision has to be known when tonight's window opens.
 */
export function timesBetween(chances: Chances): (from: Slot, now: Slot) => FoundTime | undefined {
  /** Up to where no time was found that begins there: the same is asked slot by slot until the window is over. */
  let passedFrom = NaN;
  let passedTo = NaN;
  return (from, now) => {
    for (let boundary = passedFrom === from ? passedTo : from; boundary < now; ) {
      const next = chances.after(boundary);
      if (chances.isChance(boundary) && next - boundary > SOON_SLOTS) {
        return next > now ? undefined : { from: boundary, until: next, next };
      }
      if (boundary - from >= DAY_SLOTS) return { from, until: boundary, next: boundary };
      boundary = next;
      passedFrom = from;
      passedTo = boundary;
    }
    return undefined;
  };
}
