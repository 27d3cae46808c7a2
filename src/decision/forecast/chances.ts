import { SLOT_MS } from '../../domain/demand.ts';
import type { EpochMs, Interval } from '../../domain/instant.ts';
import { remembering } from '../../domain/remembering.ts';
import type { WindowsPolicy } from '../../domain/window.ts';
import { effectiveWindows } from '../windows/effective.ts';
import { DAY_SLOTS } from './local-days.ts';
import { startOf } from './series.ts';
import type { Slot } from './series.ts';

/** Nobody looks further ahead for the next chance; without one in that time it is held to come then. */
const FURTHEST_SLOTS = 15 * DAY_SLOTS;
/** Read at once, so that a clock which goes on seldom reads again. */
const READ_SLOTS = 120 * DAY_SLOTS;
/** Durations of orders change as they are measured; so many are kept for one policy. */
const REMEMBERED = 8;

/** When the size may be changed, as boundaries between slots: the beginning of each slot that lies in a window. */
export interface Chances {
  readonly isChance: (boundary: Slot) => boolean;
  /** The first one after a boundary, at most 15 days later. */
  readonly after: (boundary: Slot) => Slot;
}

export const ANY_TIME: Chances = { isChance: () => true, after: (boundary) => boundary + 1 };

/** Policies are never changed in place: a reload makes a new object. */
const known = new WeakMap<WindowsPolicy, (orderMs: number) => Chances>();

/**
 * `orderMs` is the room that an addition asks of a window. A slot counts only where an order at any of its instants still fits:
 * a chance that comes too late for it is none.
 */
export function chancesOf(windows: WindowsPolicy, orderMs: number): Chances {
  if (windows.scaleOut === 'anytime') return ANY_TIME;
  let chances = known.get(windows);
  if (chances === undefined) {
    chances = remembering(REMEMBERED, (room) => chancesWithRoom(windows, room));
    known.set(windows, chances);
  }
  return chances(orderMs);
}

function chancesWithRoom(windows: WindowsPolicy, orderMs: number): Chances {
  return chancesIn((range) => {
    const all = effectiveWindows(windows, range);
    const roomy = all.filter(({ usableFromMs, usableUntilMs }) => usableUntilMs - usableFromMs > orderMs - SLOT_MS);
    return (roomy.length > 0 ? roomy : all).map(({ usableFromMs, usableUntilMs }) => ({
      startMs: usableFromMs,
      endMs: lastBeginMs(usableFromMs, usableUntilMs, orderMs) + 1,
    }));
  });
}

/** Where all windows are too short for it each gives one chance all the same: its beginning. */
function lastBeginMs(fromMs: EpochMs, untilMs: EpochMs, orderMs: number): EpochMs {
  return Math.max(Math.ceil(fromMs / SLOT_MS) * SLOT_MS, untilMs - orderMs - SLOT_MS);
}

/** `windowsIn` gives the usable parts that meet a range, oldest first. */
export function chancesIn(windowsIn: (range: Interval) => readonly Interval[]): Chances {
  let from = 0;
  let open = new Uint8Array(0);
  let next = new Int32Array(0);

  const read = (first: Slot, until: Slot): void => {
    if (first >= from && until < from + open.length) return;
    const end = Math.max(until + READ_SLOTS, from + open.length);
    from = open.length === 0 ? first - READ_SLOTS : Math.min(from, first - READ_SLOTS);
    open = new Uint8Array(end - from);
    for (const { startMs, endMs } of windowsIn({ startMs: startOf(from), endMs: startOf(end) })) {
      const begin = Math.max(0, Math.ceil(startMs / SLOT_MS) - from);
      open.fill(1, begin, Math.max(begin, Math.min(open.length, Math.ceil(endMs / SLOT_MS) - from)));
    }
    next = new Int32Array(open.length);
    for (let index = open.length - 1, soonest = open.length; index >= 0; index -= 1) {
      next[index] = soonest;
      if (open[index] === 1) soonest = index;
    }
  };

  return {
    isChance(boundary) {
      read(boundary, boundary);
      return open[boundary - from] === 1;
    },
    after(boundary) {
      read(boundary, boundary + FURTHEST_SLOTS);
      return Math.min(from + (next[boundary - from] ?? Infinity), boundary + FURTHEST_SLOTS);
    },
  };
}
