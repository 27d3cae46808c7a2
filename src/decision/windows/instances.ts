import type { EpochMs, Interval } from '../../domain/instant.ts';
import type { Weekday, WindowEntry, WindowInstance } from '../../domain/window.ts';
import { cronTimes } from './cron.ts';
import { civilOf, DAY_MS, dateOf, dayNumber, daysInMonth, MINUTE_MS, weekdayOf } from './local-date.ts';
import { resolveWall } from './resolve-local.ts';
import { offsetAt, wallAt } from './zone-offsets.ts';

/** A daily window reaches into the day after, and a change of the clock may move it by up to a day (Pacific/Apia 2011). */
const REACH_DAYS = 3;

/**
 * Every instance of an entry that meets a range, by start; also those of no length that begin in it. A cron that never
 * fires has none. Throws a RangeError for an unknown zone.
 */
export function instancesOf(entry: WindowEntry, timezone: string, range: Interval): readonly WindowInstance[] {
  return [...eachInstance(entry, timezone, range)];
}

/** Whether a text is a five-field cron that ever fires, in a zone that exists. */
export function cronFires(cron: string, timezone: string): boolean {
  try {
    offsetAt(timezone, 0);
  } catch {
    return false;
  }
  return cronTimes(cron) !== undefined;
}

/** The occurrences of a cron in local time, each for a duration of elapsed time, that meet a range; by start. */
export function* cronInstances(
  { cron, durationMs }: { readonly cron: string; readonly durationMs: number },
  timezone: string,
  range: Interval,
): Generator<Interval & { readonly day: number }> {
  const times = cronTimes(cron);
  if (times === undefined) return;
  const firstDay = localDay(timezone, range.startMs - durationMs) - 1;
  const lastDay = localDay(timezone, range.endMs) + 1;
  for (let day = firstDay; day <= lastDay; day += 1) {
    if (!times.onDay(day)) continue;
    for (const minute of times.minutes) {
      const startMs = resolveWall(timezone, day * DAY_MS + minute * MINUTE_MS);
      const interval = { startMs, endMs: startMs + durationMs };
      if (meets(interval, range)) yield { ...interval, day };
    }
  }
}

/** instancesOf without the array, for windows that are opened by the minute. */
export function* eachInstance(entry: WindowEntry, timezone: string, range: Interval): Generator<WindowInstance> {
  const bounds = {
    firstDay: entry.from === undefined ? -Infinity : dayNumber(entry.from),
    lastDay: entry.until === undefined ? Infinity : dayNumber(entry.until),
  };
  switch (entry.form) {
    case 'weekly': {
      const days = new Set<Weekday>(entry.days);
      yield* daily(entry, (day) => days.has(weekdayOf(day)), { timezone, range, ...bounds });
      return;
    }
    case 'monthly':
      yield* daily(entry, (day) => isMonthDay(day, entry.monthDays), { timezone, range, ...bounds });
      return;
    case 'cron':
      for (const { day, startMs, endMs } of cronInstances(entry, timezone, range)) {
        if (day < bounds.firstDay || day > bounds.lastDay) continue;
        const localDate = dateOf(day);
        yield { name: entry.name, localDate, startMs, endMs, note: undefined, nominalMs: entry.durationMs };
      }
      return;
    case 'dates': {
      const startMs = resolveWall(timezone, bounds.firstDay * DAY_MS);
      const endMs = Math.max(startMs, resolveWall(timezone, (bounds.lastDay + 1) * DAY_MS));
      const nominalMs = Math.max(0, bounds.lastDay + 1 - bounds.firstDay) * DAY_MS;
      // Whole days are meant, however long the clock makes them: only one that is left out altogether is worth a note.
      const note = endMs > startMs ? undefined : ('skipped' as const);
      const instance = { name: entry.name, localDate: entry.from, startMs, endMs, note, nominalMs };
      if (meets(instance, range)) yield instance;
      return;
    }
  }
}

interface DayRange {
  readonly timezone: string;
  readonly range: Interval;
  readonly firstDay: number;
  readonly lastDay: number;
}

function* daily(
  entry: { readonly name: string; readonly startMinute: number; readonly endMinute: number },
  startsOn: (day: number) => boolean,
  { timezone, range, firstDay, lastDay }: DayRange,
): Generator<WindowInstance> {
  const { name } = entry;
  const overnight = entry.endMinute <= entry.startMinute ? 1 : 0;
  const nominalMs = (overnight * 1_440 + entry.endMinute - entry.startMinute) * MINUTE_MS;
  const first = Math.max(firstDay, localDay(timezone, range.startMs) - REACH_DAYS);
  const last = Math.min(lastDay, localDay(timezone, range.endMs) + 1);
  for (let day = first; day <= last; day += 1) {
    if (!startsOn(day)) continue;
    const startMs = resolveWall(timezone, day * DAY_MS + entry.startMinute * MINUTE_MS);
    const endMs = resolveWall(timezone, (day + overnight) * DAY_MS + entry.endMinute * MINUTE_MS);
    if (!meets({ startMs, endMs }, range)) continue;
    yield { name, localDate: dateOf(day), startMs, endMs, note: noteOf(endMs - startMs, nominalMs), nominalMs };
  }
}

function noteOf(lengthMs: number, nominalMs: number): WindowInstance['note'] {
  if (lengthMs <= 0) return 'skipped';
  return lengthMs < nominalMs ? 'shortened' : undefined;
}

function isMonthDay(day: number, monthDays: readonly number[]): boolean {
  const date = civilOf(day);
  return monthDays.includes(date.day) || monthDays.includes(date.day - 1 - daysInMonth(date));
}

function meets({ startMs, endMs }: Interval, range: Interval): boolean {
  if (startMs >= range.endMs) return false;
  return endMs > range.startMs || (endMs === startMs && startMs >= range.startMs);
}

function localDay(timezone: string, at: EpochMs): number {
  return Math.floor(wallAt(timezone, at) / DAY_MS);
}
