import { SLOT_MS } from '../../domain/demand.ts';
import type { EpochMs } from '../../domain/instant.ts';

/** Number of a slot: the one that starts at `slot * SLOT_MS` since the epoch. As a boundary it is the instant of that start. */
export type Slot = number;

/** Demand in nodes of closed slots without a gap; NaN = unknown. Grows at its end only, so what was learnt of it stays true. */
export interface DemandSeries {
  readonly first: Slot;
  /** The slot after the last one. */
  readonly end: () => Slot;
  /** NaN outside of it. */
  readonly at: (slot: Slot) => number;
  /** Puts those of [from, until) into `highest` that are among the `count` highest of it, least first; returns how many are known. */
  readonly scan: (from: Slot, until: Slot, highest: Float64Array, count: number) => number;
  /** The same of one slot of each short stretch that lies in [from, until): the highest there. */
  readonly scanTops: (from: Slot, until: Slot, highest: Float64Array, count: number) => void;
  /** Known slots from one on. */
  readonly knownFrom: (slot: Slot) => number;
  /** The first slot from which on all of them are known and above 0. */
  readonly busyFrom: () => Slot;
  /** Slots between the end and this one become unknown. A slot before the end is not taken. */
  readonly push: (slot: Slot, nodes: number) => void;
}

const FIRST_CAPACITY = 4096;
/** Slots whose highest and whose count are kept, so that a scan passes over those that lie too low at once. */
const BLOCK = 8;

export function demandSeries(first: Slot): DemandSeries {
  let values = new Float64Array(FIRST_CAPACITY);
  /** Of each block; -1 = nothing is known. */
  let tops = new Float64Array(FIRST_CAPACITY / BLOCK).fill(-1);
  let counts = new Uint8Array(FIRST_CAPACITY / BLOCK);
  let length = 0;
  let busyFrom = 0;

  const grow = (needed: number): void => {
    if (needed <= values.length) return;
    const blocks = Math.ceil(Math.max(needed, values.length * 2) / BLOCK);
    const larger = new Float64Array(blocks * BLOCK);
    larger.set(values);
    values = larger;
    const moreTops = new Float64Array(blocks).fill(-1);
    moreTops.set(tops);
    tops = moreTops;
    const moreCounts = new Uint8Array(blocks);
    moreCounts.set(counts);
    counts = moreCounts;
  };

  return {
    first,
    end: () => first + length,
    at(slot) {
      const index = slot - first;
      return index >= 0 && index < length ? (values[index] ?? NaN) : NaN;
    },
    scan(from, until, highest, count) {
      const end = Math.min(until - first, length);
      let known = 0;
      for (let index = Math.max(0, from - first); index < end; ) {
        const block = Math.floor(index / BLOCK);
        const stop = Math.min(end, (block + 1) * BLOCK);
        if (stop - index === BLOCK && !((tops[block] ?? Infinity) > (highest[0] ?? Infinity))) {
          known += counts[block] ?? 0;
          index = stop;
        }
        for (; index < stop; index += 1) {
          const demand = values[index] ?? NaN;
          if (demand > (highest[0] ?? Infinity)) sink(highest, count, demand);
          // NaN equals nothing, itself included.
          if (demand === demand) known += 1;
        }
      }
      return known;
    },
    scanTops(from, until, highest, count) {
      const end = Math.floor(Math.min(until - first, length) / BLOCK);
      for (let block = Math.ceil(Math.max(0, from - first) / BLOCK); block < end; block += 1) {
        const top = tops[block] ?? -1;
        if (top > (highest[0] ?? Infinity)) sink(highest, count, top);
      }
    },
    knownFrom(slot) {
      let known = 0;
      for (let index = Math.max(0, slot - first); index < length; index += 1) {
        if (!Number.isNaN(values[index] ?? NaN)) known += 1;
      }
      return known;
    },
    busyFrom: () => first + busyFrom,
    push(slot, nodes) {
      const index = slot - first;
      if (index < length) return;
      grow(index + 1);
      if (index > length) {
        values.fill(NaN, length, index);
        busyFrom = index;
      }
      if (!(nodes > 0)) busyFrom = index + 1;
      values[index] = nodes;
      length = index + 1;
      if (Number.isNaN(nodes)) return;
      const block = Math.floor(index / BLOCK);
      tops[block] = Math.max(tops[block] ?? -1, nodes);
      counts[block] = (counts[block] ?? 0) + 1;
    },
  };
}

/** Into the highest ones, the least of which comes first and makes room. */
export function sink(highest: Float64Array, count: number, value: number): void {
  let place = 0;
  for (; place + 1 < count && (highest[place + 1] ?? Infinity) < value; place += 1) {
    highest[place] = highest[place + 1] ?? value;
  }
  highest[place] = value;
}

export function slotAt(at: EpochMs): Slot {
  return Math.floor(at / SLOT_MS);
}

export function startOf(slot: Slot): EpochMs {
  return slot * SLOT_MS;
}
