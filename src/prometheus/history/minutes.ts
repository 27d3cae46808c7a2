import { SLOT_MS } from '../../domain/demand.ts';
import type { LoadSlot } from '../../domain/demand.ts';
import type { EpochMs, Interval } from '../../domain/instant.ts';

export const MINUTE_MS = 60_000;
const PER_SLOT = SLOT_MS / MINUTE_MS;
/** A slot with fewer clean minutes is unknown. */
const LEAST_PER_SLOT = 3;
/** Fewer series than both before and after within it are lost scrapes, not nodes that left. */
const DIP_MINUTES = 60;
/** A rate lingers so long after the last sample of a node that left, while the others carry its load already. */
const LINGER_MINUTES = 2;

/** Load minute by minute over a range, added up from series. A minute is unknown without a sample, or where one is no number. */
export interface Minutes {
  add(series: { readonly times: ArrayLike<number>; readonly values: ArrayLike<number> }, weight?: number): void;
  /** Nobody can tell whose load these samples are: their minutes are unknown. */
  spoil(series: { readonly times: ArrayLike<number> }): void;
  /** NaN = unknown. */
  load(minute: number): number;
  serving(minute: number): number;
  readonly length: number;
}

/** `range` is in whole slots. */
export function minutesOf(range: Interval): Minutes {
  const length = Math.round((range.endMs - range.startMs) / MINUTE_MS);
  const sums = new Float64Array(length);
  const counts = new Uint16Array(length);
  const minuteOf = (time: EpochMs | undefined): number =>
    Math.round(((time ?? Number.NaN) - range.startMs) / MINUTE_MS);
  return {
    length,
    add({ times, values }, weight = 1) {
      for (let index = 0; index < times.length; index += 1) {
        const minute = minuteOf(times[index]);
        if (!(minute >= 0 && minute < length)) continue;
        sums[minute] = (sums[minute] ?? 0) + weight * (values[index] ?? Number.NaN);
        counts[minute] = (counts[minute] ?? 0) + 1;
      }
    },
    spoil({ times }) {
      for (let index = 0; index < times.length; index += 1) {
        const minute = minuteOf(times[index]);
        if (minute >= 0 && minute < length) sums[minute] = Number.NaN;
      }
    },
    load: (minute) => ((counts[minute] ?? 0) === 0 ? Number.NaN : (sums[minute] ?? Number.NaN)),
    serving: (minute) => counts[minute] ?? 0,
  };
}

/** The highest load of every slot that is known well enough, oldest first. NaN and infinity are unknown. */
export function slotsOf(
  signal: string,
  range: Interval,
  minutes: { readonly load: (minute: number) => number; readonly serving: (minute: number) => number },
): readonly LoadSlot[] {
  const length = Math.round((range.endMs - range.startMs) / MINUTE_MS);
  const dips = dipsOf(length, minutes.serving);
  const slots: LoadSlot[] = [];
  for (let first = 0; first < length; first += PER_SLOT) {
    let load = Number.NEGATIVE_INFINITY;
    let samples = 0;
    let nodes = 0;
    for (let minute = first; minute < first + PER_SLOT; minute += 1) {
      const value = minutes.load(minute);
      if (!Number.isFinite(value) || dips[minute] === 1 || isLastOfSome(minute, length, minutes.serving)) continue;
      load = Math.max(load, value);
      nodes = Math.max(nodes, minutes.serving(minute));
      samples += 1;
    }
    if (samples < LEAST_PER_SLOT) continue;
    slots.push({ signal, slotStartMs: range.startMs + first * MINUTE_MS, load, samples, nodes, migrating: false });
  }
  return slots;
}

function isLastOfSome(minute: number, length: number, serving: (minute: number) => number): boolean {
  const end = Math.min(length - 1, minute + LINGER_MINUTES);
  for (let next = minute + 1; next <= end; next += 1) {
    if (serving(next) > 0 && serving(next) < serving(minute)) return true;
  }
  return false;
}

/** 1 for minutes with fewer series than some minute shortly before and some shortly after. */
function dipsOf(length: number, serving: (minute: number) => number): Uint8Array {
  const counts = Uint16Array.from({ length }, (_, minute) => serving(minute));
  const before = nearMore(counts, 0, 1);
  const after = nearMore(counts, length - 1, -1);
  return before.map((near, minute) => near & (after[minute] ?? 0));
}

/** 1 for minutes with a larger count within reach among those that the walk has passed. */
function nearMore(counts: Uint16Array, first: number, step: 1 | -1): Uint8Array {
  const near = new Uint8Array(counts.length);
  /** Passed minutes whose count no later one reached, so that the nearest larger one is on top. */
  const larger = new Int32Array(counts.length);
  let height = 0;
  for (let minute = first; minute >= 0 && minute < counts.length; minute += step) {
    const count = counts[minute] ?? 0;
    while (height > 0 && (counts[larger[height - 1] ?? 0] ?? 0) <= count) height -= 1;
    if (height > 0 && Math.abs(minute - (larger[height - 1] ?? 0)) <= DIP_MINUTES) near[minute] = 1;
    larger[height] = minute;
    height += 1;
  }
  return near;
}
