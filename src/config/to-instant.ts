import type { EpochMs } from '../domain/instant.ts';

/** `2026-11-10` (its midnight) or `2026-11-10T20:00` in a zone. */
export function localInstant(text: string, timezone: string): EpochMs {
  return Temporal.PlainDateTime.from(text).toZonedDateTime(timezone).epochMilliseconds;
}

/** The midnight after a local date. */
export function nextMidnight(date: string, timezone: string): EpochMs {
  return Temporal.PlainDate.from(date).add({ days: 1 }).toZonedDateTime(timezone).epochMilliseconds;
}
