import type { Interval } from '../../domain/instant.ts';

/** A stretch made of parts that overlap or touch. */
export interface Merged<Part extends Interval> extends Interval {
  /** By start. */
  readonly parts: readonly Part[];
}

/** Joins what overlaps or touches; parts of no length are left out. */
export function mergeIntervals<Part extends Interval>(parts: readonly Part[]): readonly Merged<Part>[] {
  const merged: { startMs: number; endMs: number; parts: Part[] }[] = [];
  for (const part of parts.toSorted((a, b) => a.startMs - b.startMs)) {
    if (part.endMs <= part.startMs) continue;
    const last = merged.at(-1);
    if (last === undefined || part.startMs > last.endMs) {
      merged.push({ startMs: part.startMs, endMs: part.endMs, parts: [part] });
    } else {
      last.endMs = Math.max(last.endMs, part.endMs);
      last.parts.push(part);
    }
  }
  return merged;
}

/** What is left of an interval, and which hole made its edge where the interval itself did not. */
export interface Remainder<Hole extends Interval> extends Interval {
  readonly after: Hole | undefined;
  readonly before: Hole | undefined;
}

/** An interval less holes, which are sorted and do not overlap. */
export function subtract<Hole extends Interval>(whole: Interval, holes: readonly Hole[]): readonly Remainder<Hole>[] {
  const left: Remainder<Hole>[] = [];
  let from = whole.startMs;
  let after: Hole | undefined;
  for (let index = firstEndingAfter(holes, whole.startMs); index < holes.length; index += 1) {
    const hole = holes[index];
    if (hole === undefined || hole.startMs >= whole.endMs) break;
    if (hole.startMs > from) left.push({ startMs: from, endMs: hole.startMs, after, before: hole });
    from = Math.max(from, hole.endMs);
    after = hole;
  }
  if (from < whole.endMs) left.push({ startMs: from, endMs: whole.endMs, after, before: undefined });
  return left;
}

/** Index of the first of sorted, disjoint intervals that ends after an instant; their number when none does. */
export function firstEndingAfter(intervals: readonly Interval[], at: number): number {
  let low = 0;
  let high = intervals.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((intervals[middle]?.endMs ?? Infinity) > at) high = middle;
    else low = middle + 1;
  }
  return low;
}
