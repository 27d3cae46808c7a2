import type { LoadSlot } from '../../domain/demand.ts';

const BLOCK = 64;

/** The highest slots of a part of a history, the latest of equals, and how many of its slots are known. */
export interface Peaks {
  readonly highest: LoadSlot | undefined;
  /** The same without slots in which an operation of ours moved data. */
  readonly highestCalm: LoadSlot | undefined;
  readonly known: number;
}

/** Of slots that lie together. What was found of them stays true: an array that is given again has grown at its end only. */
const blocks = new WeakMap<readonly LoadSlot[], Map<number, Peaks>>();

/** Of slots [first, end): whole blocks of them are looked at once for as long as the array lives. */
export function peaksOf(slots: readonly LoadSlot[], first: number, end: number): Peaks {
  const own = blocks.get(slots) ?? new Map<number, Peaks>();
  blocks.set(slots, own);
  let peaks: Peaks = { highest: undefined, highestCalm: undefined, known: 0 };
  for (let at = first; at < end; ) {
    const block = Math.floor(at / BLOCK);
    const stop = (block + 1) * BLOCK;
    if (at % BLOCK !== 0 || stop > end) {
      peaks = scan(slots, at, Math.min(stop, end), peaks);
    } else {
      const known = own.get(block) ?? scan(slots, at, stop, undefined);
      own.set(block, known);
      peaks = joined(peaks, known);
    }
    at = stop;
  }
  return peaks;
}

function scan(slots: readonly LoadSlot[], first: number, end: number, before: Peaks | undefined): Peaks {
  let highest = before?.highest;
  let highestCalm = before?.highestCalm;
  let most = highest?.load ?? 0;
  let mostCalm = highestCalm?.load ?? 0;
  let known = before?.known ?? 0;
  for (let index = first; index < end; index += 1) {
    const slot = slots[index];
    if (slot === undefined || !isLoad(slot.load)) continue;
    const { load } = slot;
    known += 1;
    if (load >= most) {
      most = load;
      highest = slot;
    }
    if (load >= mostCalm && !slot.migrating) {
      mostCalm = load;
      highestCalm = slot;
    }
  }
  return { highest, highestCalm, known };
}

function joined(a: Peaks, b: Peaks): Peaks {
  return {
    highest: later(a.highest, b.highest),
    highestCalm: later(a.highestCalm, b.highestCalm),
    known: a.known + b.known,
  };
}

function later(a: LoadSlot | undefined, b: LoadSlot | undefined): LoadSlot | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return b.load >= a.load ? b : a;
}

export function isLoad(load: number): boolean {
  return load >= 0 && load < Infinity;
}
