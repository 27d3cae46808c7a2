import type { EpochMs } from '../../domain/instant.ts';
import { DAY_MS, dateOf, MINUTE_MS, weekdayOf } from './local-date.ts';
import { wallAt } from './zone-offsets.ts';

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
/** A weekday alone is plain only within the week. */
const NEAR_MS = 6 * DAY_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** An instant for people, in a zone: `Tue 01:00` within 6 days of `now`, else and without `now` `2026-12-01 01:00`. */
export function formatLocal(at: EpochMs, zone: string, now?: EpochMs): string {
  const wallMs = wallAt(zone, at);
  const day = Math.floor(wallMs / DAY_MS);
  const minute = Math.floor((wallMs - day * DAY_MS) / MINUTE_MS);
  const time = `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
  const near = now !== undefined && Math.abs(at - now) < NEAR_MS;
  return `${near ? (WEEKDAYS[weekdayOf(day) - 1] ?? '') : dateOf(day)} ${time}`;
}

/** A length of time for people, rounded down to its two largest units: `3 h 50 min`, `47 min`, `12 s`, `3 d`. */
export function formatDuration(ms: number): string {
  const rest = Math.max(0, ms);
  if (rest < MINUTE_MS) return `${String(Math.floor(rest / 1_000))} s`;
  if (rest < HOUR_MS) return `${String(Math.floor(rest / MINUTE_MS))} min`;
  if (rest < 2 * DAY_MS) return twoUnits(rest, [HOUR_MS, 'h'], [MINUTE_MS, 'min']);
  return twoUnits(rest, [DAY_MS, 'd'], [HOUR_MS, 'h']);
}

type Unit = readonly [ms: number, name: string];

function twoUnits(ms: number, [bigMs, big]: Unit, [smallMs, small]: Unit): string {
  const count = Math.floor(ms / bigMs);
  const rest = Math.floor((ms - count * bigMs) / smallMs);
  return rest === 0 ? `${String(count)} ${big}` : `${String(count)} ${big} ${String(rest)} ${small}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
