import { SLOT_MS } from '../../domain/demand.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { SpanDemand } from '../demand/highest.ts';
import { once } from './once.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** The span that scale-in must know. */
export const COVERED_MS = 8 * DAY_MS;
const COVERED_SHARE = 0.9;
const RECENT_SLOTS = DAY_MS / SLOT_MS;
const LONGEST_HOLE_SLOTS = HOUR_MS / SLOT_MS;

/** Whether enough of the past is known to take nodes away. */
export interface Coverage {
  readonly enough: boolean;
  /** What it is told by, for people. */
  readonly figures: () => CoverageFigures;
}

export interface CoverageFigures {
  readonly knownSlots: number;
  readonly neededSlots: number;
  readonly spanSlots: number;
  /** Longest hole of the last 24 h. */
  readonly longestHoleMs: number;
  /** When it is enough if every slot from now on is measured; undefined when it is already. */
  readonly reachedAt: EpochMs | undefined;
}

/** 90 % of the slots of 8 days, and no hole above 1 h in the last 24 h. `demand` is that of exactly those 8 days until `at`. */
export function coverageOf(demand: SpanDemand, at: EpochMs): Coverage {
  const { spanSlots, mostKnown } = demand;
  const neededSlots = Math.ceil(spanSlots * COVERED_SHARE - 1e-9);
  const figures = once(() => figuresOf(demand, neededSlots, at));
  // Slots are counted one by one only where their number leaves it open.
  if (mostKnown < neededSlots) return { enough: false, figures };
  return { enough: figures().reachedAt === undefined, figures };
}

function figuresOf(demand: SpanDemand, neededSlots: number, at: EpochMs): CoverageFigures {
  const { spanSlots } = demand;
  if (demand.mostKnown === spanSlots)
    return { knownSlots: spanSlots, neededSlots, spanSlots, longestHoleMs: 0, reachedAt: undefined };
  const known = demand.known();
  let knownSlots = 0;
  for (const each of known) knownSlots += each;
  const longest = longestHole(known);
  const waitSlots = Math.max(slotsUntilShare(known, knownSlots, neededSlots), slotsUntilWhole(known));
  const enough = knownSlots >= neededSlots && longest <= LONGEST_HOLE_SLOTS;
  return {
    knownSlots,
    neededSlots,
    spanSlots,
    longestHoleMs: longest * SLOT_MS,
    reachedAt: enough ? undefined : at + waitSlots * SLOT_MS,
  };
}

/** Each slot that passes brings a known one and drops the oldest. */
function slotsUntilShare(known: Uint8Array, knownSlots: number, neededSlots: number): number {
  let have = knownSlots;
  let passed = 0;
  while (have < neededSlots && passed < known.length) {
    have += 1 - (known[passed] ?? 0);
    passed += 1;
  }
  return passed;
}

/** Until no more than an hour of the newest long hole lies within the last 24 h. */
function slotsUntilWhole(known: Uint8Array): number {
  let run = 0;
  let wait = 0;
  const first = Math.max(0, known.length - RECENT_SLOTS);
  for (let place = first; place < known.length; place += 1) {
    run = known[place] === 1 ? 0 : run + 1;
    if (run > LONGEST_HOLE_SLOTS) wait = place + 1 - LONGEST_HOLE_SLOTS - first;
  }
  return wait;
}

function longestHole(known: Uint8Array): number {
  let run = 0;
  let longest = 0;
  for (let place = Math.max(0, known.length - RECENT_SLOTS); place < known.length; place += 1) {
    run = known[place] === 1 ? 0 : run + 1;
    if (run > longest) longest = run;
  }
  return longest;
}
