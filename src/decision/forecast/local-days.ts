import { SLOT_MS } from '../../domain/demand.ts';
import { DAY_MS, dayNumber } from '../windows/local-date.ts';
import { offsetAt, offsetSpanAt, wallAt } from '../windows/zone-offsets.ts';
import { startOf } from './series.ts';
import type { Slot } from './series.ts';

export const DAY_SLOTS = DAY_MS / SLOT_MS;

/** The days of one zone, as slots: 08:00 yesterday is 08:00 also when the clocks were changed in between. */
export interface LocalDays {
  /** How far back the same local time lies; undefined where the clocks change within, and each slot has to be asked. */
  readonly lagOf: (from: Slot, until: Slot, days: number) => number | undefined;
  readonly daysBefore: (slot: Slot, days: number) => Slot;
  /** Whether a slot lies on a day whose load is like no other's. */
  readonly isHoliday: ((slot: Slot) => boolean) | undefined;
}

export function localDays(zone: string, holidays: readonly string[]): LocalDays {
  const days = new Set(holidays.map(dayNumber));
  const offset = (slot: Slot): number => offsetAt(zone, startOf(slot));
  let span = { startMs: Infinity, endMs: -Infinity };
  /** Clocks change twice a year: nearly always all of a time lies in the span that was looked up last. */
  const isOneSpan = (from: Slot, until: Slot): boolean => {
    if (startOf(from) < span.startMs || startOf(from) >= span.endMs) span = offsetSpanAt(zone, startOf(from));
    return startOf(until) < span.endMs;
  };
  return {
    lagOf(from, until, back) {
      const lag = back * DAY_SLOTS;
      if (isOneSpan(from - lag, until)) return lag;
      const one = offset(from);
      const same = offset(until) === one && offset(from - lag) === one && offset(until - lag) === one;
      return same ? lag : undefined;
    },
    daysBefore(slot, back) {
      const earlier = slot - back * DAY_SLOTS;
      return earlier + Math.round((offset(slot) - offset(earlier)) / SLOT_MS);
    },
    isHoliday: days.size === 0 ? undefined : (slot) => days.has(Math.floor(wallAt(zone, startOf(slot)) / DAY_MS)),
  };
}
