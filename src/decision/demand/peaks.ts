import type { LoadSlot } from '../../domain/demand.ts';

const BLOCK = 64;

/** The highest slots of a part of a history, the latest of equals, and how many of its slots are known. */
export interface Peaks {
  readonly highest: LoadSlot | undefined;
  /** The same without slots in which an operation of ours moved data. */
  readonly highestCalm: LoadSlot | undefined;
  readonly known: number;
}

/** Places of slots; -1 = there is none. */
interface Found {
  highest: number;
  calm: number;
  known: number;
}

interface Part extends Found {
  first: number;
  end: number;
}

/** What was found of an array stays true: one that is given again has grown at its end only. */
interface Remembered {
  /** By their number. */
  readonly blocks: Map<number, Found>;
  readonly last: Part;
}

const remembered = new WeakMap<readonly LoadSlot[], Remembered>();

/** Of slots [first, end): they are the ones of before but for a few, or whole blocks that are looked at once. */
export function peaksOf(slots: readonly LoadSlot[], first: number, end: number): Peaks {
  let own = remembered.get(slots);
  if (own === undefined) {
    own = { blocks: new Map(), last: { first: 0, end: 0, ...nothing() } };
    remembered.set(slots, own);
  }
  const { last } = own;
  if (!slideTo(slots, last, first, end)) {
    Object.assign(last, nothing());
    findIn(slots, own.blocks, first, end, last);
  }
  last.first = first;
  last.end = end;
  return { highest: slotOf(slots, last.highest), highestCalm: slotOf(slots, last.calm), known: last.known };
}

/** False where a peak is among the slots that left, or too many came and went. */
function slideTo(slots: readonly LoadSlot[], last: Part, first: number, end: number): boolean {
  if (first < last.first || end < last.end || first >= last.end) return false;
  if (first - last.first + end - last.end > BLOCK || last.highest < first || last.calm < first) return false;
  for (let index = last.first; index < first; index += 1) if (isLoad(slots[index]?.load ?? NaN)) last.known -= 1;
  scan(slots, last.end, end, last);
  return true;
}

function findIn(
  slots: readonly LoadSlot[],
  blocks: Map<number, Found>,
  first: number,
  end: number,
  found: Found,
): void {
  for (let at = first; at < end; ) {
    const block = Math.floor(at / BLOCK);
    const stop = (block + 1) * BLOCK;
    if (at % BLOCK !== 0 || stop > end) {
      scan(slots, at, Math.min(stop, end), found);
    } else {
      let known = blocks.get(block);
      if (known === undefined) {
        known = nothing();
        scan(slots, at, stop, known);
        blocks.set(block, known);
      }
      found.highest = later(slots, found.highest, known.highest);
      found.calm = later(slots, found.calm, known.calm);
      found.known += known.known;
    }
    at = stop;
  }
}

function slotOf(slots: readonly LoadSlot[], place: number): LoadSlot | undefined {
  return place < 0 ? undefined : slots[place];
}

function nothing(): Found {
  return { highest: -1, calm: -1, known: 0 };
}

function scan(slots: readonly LoadSlot[], first: number, end: number, found: Found): void {
  let most = slotOf(slots, found.highest)?.load ?? 0;
  let mostCalm = slotOf(slots, found.calm)?.load ?? 0;
  for (let index = first; index < end; index += 1) {
    const slot = slots[index];
    if (slot === undefined || !isLoad(slot.load)) continue;
    const { load } = slot;
    found.known += 1;
    if (load >= most) {
      most = load;
      found.highest = index;
    }
    if (load >= mostCalm && !slot.migrating) {
      mostCalm = load;
      found.calm = index;
    }
  }
}

/** Of the higher slot, the later of equals. */
function later(slots: readonly LoadSlot[], before: number, after: number): number {
  if (before < 0 || after < 0) return Math.max(before, after);
  return (slots[after]?.load ?? 0) >= (slots[before]?.load ?? 0) ? after : before;
}

export function isLoad(load: number): boolean {
  return load >= 0 && load < Infinity;
}
