import type { EpochMs, Interval } from '../../domain/instant.ts';

const DAY_MS = 86_400_000;
const YEAR_MS = 366 * DAY_MS;
/** Read around what is asked for, so that a clock which goes on seldom reads again. */
const MARGIN_MS = 3 * YEAR_MS;
const NS_PER_MS = 1_000_000;

/** Offsets of one zone: offsetsMs[i] holds from startsMs[i] to startsMs[i + 1]. Complete within [fromMs, untilMs). */
interface ZoneOffsets {
  readonly fromMs: EpochMs;
  readonly untilMs: EpochMs;
  readonly startsMs: readonly EpochMs[];
  readonly offsetsMs: readonly number[];
}

export interface OffsetSpan {
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
  readonly offsetMs: number;
}

/** A zone's rules do not change within a process, so every caller shares one table per zone. */
const tables = new Map<string, ZoneOffsets>();

/** Milliseconds to add to an instant for the local wall clock. Throws a RangeError for an unknown zone. */
export function offsetAt(zone: string, at: EpochMs): number {
  const table = tableFor(zone, at, at);
  return table.offsetsMs[indexAt(table, at)] ?? 0;
}

/** The span of constant offset around an instant, as far as it was read. */
export function offsetSpanAt(zone: string, at: EpochMs): Interval {
  const table = tableFor(zone, at, at);
  const index = indexAt(table, at);
  return {
    startMs: Math.max(table.fromMs, table.startsMs[index] ?? -Infinity),
    endMs: Math.min(table.untilMs, table.startsMs[index + 1] ?? Infinity),
  };
}

/** The wall clock of a zone as milliseconds, as if it showed UTC. */
export function wallAt(zone: string, at: EpochMs): number {
  return at + offsetAt(zone, at);
}

/** The spans of constant offset that meet [fromMs, untilMs], in order, the first and the last unbounded there. */
export function offsetSpans(zone: string, fromMs: EpochMs, untilMs: EpochMs): readonly OffsetSpan[] {
  const table = tableFor(zone, fromMs, untilMs);
  const spans: OffsetSpan[] = [];
  for (let index = indexAt(table, fromMs); index < table.startsMs.length; index += 1) {
    const startMs = table.startsMs[index] ?? Infinity;
    if (startMs > untilMs) break;
    spans.push({ startMs, endMs: table.startsMs[index + 1] ?? Infinity, offsetMs: table.offsetsMs[index] ?? 0 });
  }
  return spans;
}

function tableFor(zone: string, fromMs: EpochMs, untilMs: EpochMs): ZoneOffsets {
  const known = tables.get(zone);
  if (known !== undefined && fromMs >= known.fromMs && untilMs < known.untilMs) return known;
  if (!Number.isFinite(fromMs) || !Number.isFinite(untilMs)) throw new RangeError('an instant is not finite');
  const table = readTable(
    zone,
    Math.min(fromMs - MARGIN_MS, known?.fromMs ?? Infinity),
    Math.max(untilMs + MARGIN_MS, known?.untilMs ?? -Infinity),
  );
  tables.set(zone, table);
  return table;
}

function readTable(zone: string, fromMs: EpochMs, untilMs: EpochMs): ZoneOffsets {
  let at: Temporal.ZonedDateTime | null = Temporal.Instant.fromEpochMilliseconds(Math.floor(fromMs)).toZonedDateTimeISO(
    zone,
  );
  const startsMs = [-Infinity];
  const offsetsMs = [at.offsetNanoseconds / NS_PER_MS];
  for (at = at.getTimeZoneTransition('next'); at !== null; at = at.getTimeZoneTransition('next')) {
    if (at.epochMilliseconds >= untilMs) break;
    startsMs.push(at.epochMilliseconds);
    offsetsMs.push(at.offsetNanoseconds / NS_PER_MS);
  }
  return { fromMs: Math.floor(fromMs), untilMs, startsMs, offsetsMs };
}

/** Last index whose span begins at or before `at`. */
function indexAt(table: ZoneOffsets, at: EpochMs): number {
  let low = 0;
  let high = table.startsMs.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((table.startsMs[middle] ?? Infinity) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}
