import type { EpochMs } from '../domain/instant.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const GIB = 1024 ** 3;

/** `35 s`, `47 min`, `2 h 05 min`, `3 d 4 h`. */
export function durationText(ms: number): string {
  const whole = Math.max(0, ms);
  if (whole < MINUTE_MS) return `${String(Math.round(whole / 1000))} s`;
  const minutes = Math.round(whole / MINUTE_MS);
  if (minutes < 60) return `${String(minutes)} min`;
  if (whole < DAY_MS) {
    return `${String(Math.floor(minutes / 60))} h ${String(minutes % 60).padStart(2, '0')} min`;
  }
  const hours = Math.round(whole / HOUR_MS);
  return hours % 24 === 0 ? `${String(hours / 24)} d` : `${String(Math.floor(hours / 24))} d ${String(hours % 24)} h`;
}

/** `3,104`. */
export function countText(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

export function bytesText(bytes: number): string {
  if (bytes >= GIB) return `${(bytes / GIB).toFixed(bytes >= 100 * GIB ? 0 : 1)} GiB`;
  return `${(bytes / 1024 ** 2).toFixed(0)} MiB`;
}

export function percentText(ratio: number): string {
  return `${String(Math.floor(ratio * 100 + 1e-9))} %`;
}

/** `Tue 01:00` in the policy's zone. */
export function timeText(at: EpochMs, timezone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone);
  const day = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'][local.dayOfWeek - 1] ?? '';
  return `${day} ${String(local.hour).padStart(2, '0')}:${String(local.minute).padStart(2, '0')}`;
}

/** `Tue 01:00 (in 22 h 50 min)`. */
export function comingText(at: EpochMs, timezone: string, now: EpochMs): string {
  return `${timeText(at, timezone)} (in ${durationText(at - now)})`;
}
