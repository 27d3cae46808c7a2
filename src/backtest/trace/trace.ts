import { SLOT_MS } from '../../domain/demand.ts';
import type { LoadSlot } from '../../domain/demand.ts';
import type { EpochMs } from '../../domain/instant.ts';

/** A trace is accounted for minute by minute. */
export const MINUTE_MS = 60_000;
export const SLOT_MINUTES = SLOT_MS / MINUTE_MS;

/** Load over time, minute by minute. */
export interface Trace {
  /** A file, or where it was asked for. */
  readonly name: string;
  /** The first minute; a multiple of minutes since the epoch. */
  readonly startMs: EpochMs;
  readonly minutes: number;
  readonly columns: readonly TraceColumn[];
}

/** The highest load of each minute; NaN = unknown. */
export interface TraceColumn {
  readonly name: string;
  readonly values: Float64Array;
  /** Where its name stands in the header of a file, from 1. */
  readonly headerAt?: number;
}

/** Rows as they were read, oldest first. */
export interface TraceRows {
  readonly name: string;
  readonly times: Float64Array;
  readonly columns: readonly TraceColumn[];
}

/** Each value holds until the next row; the last one as long as the one before it did. Two rows at least. */
export function perMinute({ name, times, columns }: TraceRows): Trace {
  const count = times.length;
  const first = times[0] ?? 0;
  const last = times[count - 1] ?? 0;
  const startMs = Math.floor(first / MINUTE_MS) * MINUTE_MS;
  const endMs = last + (last - (times[count - 2] ?? last));
  const minutes = Math.max(1, Math.ceil((endMs - startMs) / MINUTE_MS));
  return { name, startMs, minutes, columns: columns.map((column) => held(column, times, { startMs, endMs, minutes })) };
}

function held(
  column: TraceColumn,
  times: Float64Array,
  span: { readonly startMs: EpochMs; readonly endMs: EpochMs; readonly minutes: number },
): TraceColumn {
  const { values } = column;
  const byMinute = minutesOf(span.minutes).fill(NaN);
  let filled = 0;
  for (let row = 0; row < times.length; row += 1) {
    const value = values[row] ?? NaN;
    const until = times[row + 1] ?? span.endMs;
    const from = Math.floor(((times[row] ?? 0) - span.startMs) / MINUTE_MS);
    const end = Math.ceil((until - span.startMs) / MINUTE_MS);
    // The minute in which one value follows another has the higher of them.
    if (from < filled && value > (byMinute[from] ?? NaN)) byMinute[from] = value;
    for (let minute = Math.max(from, filled); minute < end; minute += 1) byMinute[minute] = value;
    filled = Math.max(filled, end);
  }
  return { ...column, values: byMinute };
}

/** One number for each minute, which other threads read where it lies: a year is not copied for them. */
export function minutesOf(count: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(count * Float64Array.BYTES_PER_ELEMENT));
}

/** The closed slots of a column, as the daemon would have kept them; a slot without a known minute is left out. */
export function slotsOf(trace: Trace, { name, values }: TraceColumn, signal: string = name): readonly LoadSlot[] {
  const slots: LoadSlot[] = [];
  const first = Math.floor(trace.startMs / SLOT_MS);
  const end = Math.floor((trace.startMs + trace.minutes * MINUTE_MS) / SLOT_MS);
  for (let slot = first; slot < end; slot += 1) {
    const from = (slot * SLOT_MS - trace.startMs) / MINUTE_MS;
    let load = NaN;
    for (let minute = Math.max(0, from); minute < from + SLOT_MINUTES; minute += 1) {
      const value = values[minute] ?? NaN;
      if (!(value <= load) && !Number.isNaN(value)) load = value;
    }
    if (Number.isNaN(load)) continue;
    slots.push({ signal, slotStartMs: slot * SLOT_MS, load, samples: SLOT_MINUTES, nodes: 0, migrating: false });
  }
  return slots;
}
