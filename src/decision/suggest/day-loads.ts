import { SLOT_MS } from '../../domain/demand.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { Weekday } from '../../domain/window.ts';
import type { SlotDemand } from '../demand/slot-demand.ts';
import { DAY_MS, dayNumber, MINUTE_MS, weekdayOf } from '../windows/local-date.ts';
import { wallAt } from '../windows/zone-offsets.ts';

/** Windows begin and end on the half hour. */
export const CELL_MINUTES = 30;
export const DAY_CELLS = (24 * 60) / CELL_MINUTES;
const CELL_SLOTS = (CELL_MINUTES * MINUTE_MS) / SLOT_MS;
const DAY_SLOTS = DAY_MS / SLOT_MS;
/** A day of which less is known has no peak. */
const KNOWN_SHARE = 0.5;

/** One local day: the load of each half hour as a share of the day's peak, NaN where it is not wholly known. */
export interface DayLoad {
  /** Days since 1970-01-01. */
  readonly day: number;
  readonly weekday: Weekday;
  readonly cells: Float64Array;
}

/**
 * The days of a load. A day is measured by its own peak, or by that of the usual day where that is higher: a Sunday on which nothing
 * happens is quiet, however even it is.
 */
export function dayLoads(demand: SlotDemand, zone: string, holidays: readonly string[]): readonly DayLoad[] {
  const apart = new Set(holidays.map(dayNumber));
  const slots = new Map<number, Float64Array>();
  for (let place = 0; place < demand.atTarget.length; place += 1) {
    const nodes = demand.atTarget[place] ?? NaN;
    if (Number.isNaN(nodes)) continue;
    const wallMs = wallAt(zone, demand.startMs + place * SLOT_MS);
    const day = Math.floor(wallMs / DAY_MS);
    const ofDay = slots.get(day) ?? new Float64Array(DAY_SLOTS).fill(NaN);
    slots.set(day, ofDay);
    const at = Math.floor((wallMs - day * DAY_MS) / SLOT_MS);
    if (!((ofDay[at] ?? NaN) >= nodes)) ofDay[at] = nodes;
  }
  const peaks = new Map<number, number>();
  for (const [day, ofDay] of slots) {
    const known = ofDay.filter((nodes) => !Number.isNaN(nodes));
    if (!apart.has(day) && known.length >= KNOWN_SHARE * DAY_SLOTS) peaks.set(day, Math.max(...known));
  }
  const usual = median([...peaks.values()]);
  return [...peaks]
    .toSorted(([a], [b]) => a - b)
    .map(([day, peak]) => ({
      day,
      weekday: weekdayOf(day),
      cells: cellsOf(slots.get(day), Math.max(peak, usual)),
    }));
}

/** The highest of several groups, half hour by half hour; a day that one of them does not know is left out. */
export function highestOf(groups: readonly (readonly DayLoad[])[]): readonly DayLoad[] {
  const [first = [], ...others] = groups;
  return first.flatMap((day) => {
    const same = others.map((days) => days.find((each) => each.day === day.day));
    if (same.includes(undefined)) return [];
    const cells = day.cells.map((share, cell) => Math.max(share, ...same.map((each) => each?.cells[cell] ?? NaN)));
    return [{ ...day, cells }];
  });
}

/** Share of the peak; where nothing was ever asked of the cluster, all of it is quiet. */
function cellsOf(slots: Float64Array | undefined, peak: number): Float64Array {
  const cells = new Float64Array(DAY_CELLS);
  for (let cell = 0; cell < DAY_CELLS; cell += 1) {
    const own = slots?.subarray(cell * CELL_SLOTS, (cell + 1) * CELL_SLOTS) ?? [NaN];
    cells[cell] = peak > 0 ? Math.max(...own) / peak : Math.max(...own);
  }
  return cells;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** Where the clocks stand at the beginning of a half hour of a local day, for people: `Wed 2026-11-11 04:30`. */
export function cellStart(day: number, cell: number): { readonly day: number; readonly minute: number } {
  const later = Math.floor(cell / DAY_CELLS);
  return { day: day + later, minute: (cell - later * DAY_CELLS) * CELL_MINUTES };
}

/** Days with at least half of their load known, as a length of time. */
export function knownMs({ known }: SlotDemand): number {
  let slots = 0;
  for (const each of known) slots += each;
  return slots * SLOT_MS;
}

/** The first slot that is known; undefined when none is. */
export function knownSince({ known, startMs }: SlotDemand): EpochMs | undefined {
  const first = known.indexOf(1);
  return first === -1 ? undefined : startMs + first * SLOT_MS;
}
