import { SLOT_MS } from '../../domain/demand.ts';
import type { EpochMs, Interval } from '../../domain/instant.ts';
import type { WindowsPolicy } from '../../domain/window.ts';
import type { SlotDemand } from '../demand/slot-demand.ts';
import { DAY_MS } from '../windows/local-date.ts';
import { effectiveWindows } from '../windows/effective.ts';
import { wallAt } from '../windows/zone-offsets.ts';

/** A day's peak within a window on more of the days than this is no accident. */
const SOME_SHARE = 0.1;
/** A day that stays below this share of the usual day's peak has none. */
const PEAK_SHARE = 0.9;

/** The highest load lies in windows: changes would be made when the cluster is busiest. */
export interface HeldPeak {
  /** The slot of the highest load of all. */
  readonly at: EpochMs;
  readonly nodes: number;
  /** Whether that slot lies in a window. */
  readonly isHighest: boolean;
  /** Days whose peak lies in a window. */
  readonly days: number;
  readonly ofDays: number;
}

/** Whether windows hold the peak of a load; undefined when they do not. */
export function heldPeak(windows: WindowsPolicy, demand: SlotDemand): HeldPeak | undefined {
  const endMs = demand.startMs + demand.atTarget.length * SLOT_MS;
  const open = effectiveWindows(windows, { startMs: demand.startMs, endMs });
  const peaks = new Map<number, { readonly at: EpochMs; readonly nodes: number }>();
  for (let place = 0; place < demand.atTarget.length; place += 1) {
    const nodes = demand.atTarget[place] ?? NaN;
    const at = demand.startMs + place * SLOT_MS;
    const day = Math.floor(wallAt(windows.timezone, at) / DAY_MS);
    if (nodes > (peaks.get(day)?.nodes ?? 0)) peaks.set(day, { at, nodes });
  }
  const all = [...peaks.values()];
  const [first] = all;
  if (first === undefined) return undefined;
  const highest = all.reduce((most, peak) => (peak.nodes > most.nodes ? peak : most), first);
  const sorted = all.map(({ nodes }) => nodes).toSorted((a, b) => a - b);
  const least = PEAK_SHARE * (sorted[Math.floor(sorted.length / 2)] ?? 0);
  const days = all.filter(({ at, nodes }) => nodes >= least && isWithin(open, at)).length;
  const isHighest = isWithin(open, highest.at);
  if (!isHighest && days <= SOME_SHARE * all.length) return undefined;
  return { ...highest, isHighest, days, ofDays: all.length };
}

function isWithin(windows: readonly Interval[], at: EpochMs): boolean {
  return windows.some(({ startMs, endMs }) => startMs < at + SLOT_MS && endMs > at);
}
