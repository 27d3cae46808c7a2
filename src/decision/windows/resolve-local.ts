import type { EpochMs } from '../../domain/instant.ts';
import { DAY_MS, dayNumber, MINUTE_MS } from './local-date.ts';
import { offsetSpans } from './zone-offsets.ts';

/** No zone is further than this from UTC, so no wall time is reached earlier or later than that. */
const FARTHEST_MS = 2 * DAY_MS;

/**
 * The earliest instant whose local wall clock is at or after a local date and minute (0..1440): the first occurrence
 * when the clock falls back, the instant of the change when the local time is skipped. One rule for both edges of a
 * window, so a gap never lengthens one and an end in a fold closes early. Throws a RangeError for an unknown zone or date.
 */
export function resolveLocal(zone: string, localDate: string, minuteOfDay: number): EpochMs {
  return resolveWall(zone, dayNumber(localDate) * DAY_MS + minuteOfDay * MINUTE_MS);
}

/** The same for a wall clock in milliseconds, as if it showed UTC. */
export function resolveWall(zone: string, wallMs: number): EpochMs {
  for (const span of offsetSpans(zone, wallMs - FARTHEST_MS, wallMs + FARTHEST_MS)) {
    const reached = Math.max(span.startMs, wallMs - span.offsetMs);
    if (reached < span.endMs) return reached;
  }
  throw new RangeError(`no instant of ${zone} shows ${String(wallMs)}`);
}
