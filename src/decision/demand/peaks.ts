import type { LoadSlot } from '../../domain/demand.ts';

const BLOCK = 64;

/** The highest slots of a part of a history, the latest of equals, and how many of its slots are known. */
export interface Peaks {
  readonly highest: LoadSlot | undefined;
  /** The same without slots in which an operation of ours moved data. */
  readonly highestCalm: LoadSlot | undefined;
  readonly known: number;
}

interface Found {
  highest: LoadSlot | undefined;
  highestCalm: LoadSlot | undefined;
  known: number;
}

/** Of slots that lie together. What was found of them stays true: an array that is given again has grown at its end only. */
const blocks = new WeakMap<readonly LoadSlot[], Map<number, Peaks>>();

/** Of slots [first, end): whole blocks of them are looked at once for as long as the array lives. */
export function peaksOf(slots: readonly LoadSlot[], first: number, end: number): Peaks {
  let own = blocks.get(slots);
  if (own === undefined) {
    own = new Map<number, Peaks>();
    blocks.set(slots, own);
  }
  const found = nothing();
  for (let at = first; at < end; ) {
    const block = Math.floor(at / BLOCK);
    const stop = (block + 1) * BLOCK;
    if (at % BLOCK !== 0 || stop > end) {
      scan(slots, at, Math.min(stop, end), found);
    } else {
      let known = own.get(block);
      if (known === undefined) {
        known = scan(slots, at, stop, nothing());
        own.set(block, known);
      }
      join(found, known);
    }
    at = stop;
  }
  return found;
}

function nothing(): Found {
  return { highest: undefined, highestCalm: undefined, known: 0 };
}

function scan(slots: readonly LoadSlot[], first: number, end: number, found: Found): Peaks {
  let most = found.highest?.load ?? 0;
  let mostCalm = found.highestCalm?.load ?? 0;
  for (let index = first; index < end; index += 1) {
    const slot = slots[index];
    if (slot === undefined || !isLoad(slot.load)) continue;
    const { load } = slot;
    found.known += 1;
    if (load >= most) {
      most = load;
      found.highest = slot;
    }
    if (load >= mostCalm && !slot.migrating) {
      mostCalm = load;
      found.highestCalm = slot;
    }
  }
  return found;
}

function join(found: Found, block: Peaks): void {
  found.highest = later(found.highest, block.highest);
  found.highestCalm = later(found.highestCalm, block.highestCalm);
  found.known += block.known;
}

function later(a: LoadSlot | undefined, b: LoadSlot | undefined): LoadSlot | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return b.load >= a.load ? b : a;
}

export function isLoad(load: number): boolean {
  return load >= 0 && load < Infinity;
}
