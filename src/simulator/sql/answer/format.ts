import { remembering } from '../../../domain/remembering.ts';

const KB = 1024;
const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

const MOST_SIZES = 1024;
/** Most of what is on disks is what was there at the last look. */
const knownSize = remembering(MOST_SIZES, sizeText);

/** DebugUtil.getByteUint: the next unit is taken above its size, not at it; zero has none, but its blank. */
export function formatSize(bytes: number): string {
  return bytes <= 0 ? '0.000 ' : knownSize(bytes);
}

function sizeText(bytes: number): string {
  let unit = 0;
  while (unit < UNITS.length - 1 && bytes > KB ** (unit + 1)) unit += 1;
  return `${(bytes / KB ** unit).toFixed(3)} ${UNITS[unit] ?? ''}`;
}

/** DebugUtil.printByteWithUnit with two digits, as column Memory has it. */
export function formatMemory(bytes: number): string {
  if (bytes <= 0) return '0.00 ';
  let unit = 0;
  while (unit < UNITS.length - 1 && bytes > KB ** (unit + 1)) unit += 1;
  return `${(bytes / KB ** unit).toFixed(2)} ${UNITS[unit] ?? ''}`;
}

export function formatPercent(ratio: number): string {
  return `${(ratio * 100).toFixed(2)} %`;
}

const DAY_MS = 86_400_000;
const MOST_DATES = 64;
/** Rows of a table show few days, again and again. */
const dateOf = remembering(MOST_DATES, formatDate);

/** `2026-11-23 01:34:05`, in UTC: the recorded FEs run in it. */
export function formatTime(ms: number): string {
  const day = Math.floor(ms / DAY_MS);
  const second = Math.floor((ms - day * DAY_MS) / 1000);
  return `${dateOf(day)} ${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}`;
}

export function formatOptionalTime(ms: number | undefined): string | null {
  return ms === undefined ? null : formatTime(ms);
}

/** Civil date of a day count since 1970, by the algorithm of Howard Hinnant. */
function formatDate(day: number): string {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthIndex = Math.floor((5 * dayOfYear + 2) / 153);
  const date = dayOfYear - Math.floor((153 * monthIndex + 2) / 5) + 1;
  const month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(date)}`;
}

function two(value: number): string {
  return value < 10 ? `0${String(value)}` : String(value);
}

/** Double.toString of Java: `0.5`, `16.0`, `5.0027808136213005E7`. */
export function formatDouble(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude >= 1e7 || magnitude < 1e-3)) {
    const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
    return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${String(Number(exponent))}`;
  }
  return Number.isInteger(value) ? `${String(value)}.0` : String(value);
}

/** `{"location" : "default"}`: Tag maps have blanks around the colon. */
export function formatTags(tags: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(tags).map(([key, value]) => `${JSON.stringify(key)} : ${JSON.stringify(value)}`);
  return `{${pairs.join(', ')}}`;
}

/** `tag.location.default: 3` */
export function formatAllocation(replicas: Readonly<Record<string, number>>): string {
  return Object.entries(replicas)
    .map(([tag, count]) => `tag.location.${tag}: ${String(count)}`)
    .join(', ');
}
