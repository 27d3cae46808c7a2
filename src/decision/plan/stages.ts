import { SLOT_MS } from '../../domain/demand.ts';
import type { EpochMs } from '../../domain/instant.ts';
import { SOON_SLOTS } from '../forecast/pasts.ts';
import { effectiveWindows, nextWindow } from '../windows/effective.ts';
import type { World } from '../world.ts';
import { PLANNED_MS } from '../sizing/schedule.ts';

const DAY_MS = 86_400_000;
/** Stages nearer to each other are one. */
const SOON_MS = SOON_SLOTS * SLOT_MS;
/** Where windows open hour by hour, chances after the first ones are looked at only so often. */
const MOST = 64;
const FIRST = 8;
const APART_MS = 6 * 3_600_000;

/**
 * Chances to change a group: the beginning of a window or its last instant at which an order still fits, or now. Arrays of numbers,
 * soonest first: they are looked for at every decision.
 */
export interface Chances {
  readonly at: readonly EpochMs[];
  /** Orders can be begun until then. */
  readonly untilMs: readonly EpochMs[];
  /** The chance after each; of the last one the beginning of the window after it. */
  readonly nextMs: readonly EpochMs[];
  /** Out of windows, where growth alone needs none. */
  readonly isShut: readonly boolean[];
}

interface Found {
  readonly at: EpochMs[];
  readonly untilMs: EpochMs[];
  readonly isShut: boolean[];
}

/**
 * The chances of the next 14 days, the first of them now or, while no window is open, the beginning of the next. A window that is
 * open for days gives one a day. `also` are instants that give one where they lie in a window, or where growth needs none: the end
 * of a cooldown or of a floor, and when growth to a floor begins.
 */
export function chancesAhead(world: World, orderMs: number, also: readonly EpochMs[]): Chances {
  const { policy, at } = world;
  const found: Found = { at: [], untilMs: [], isShut: [] };
  const isFree = policy.windows.scaleOut === 'anytime';
  const others = also.toSorted((a, b) => a - b);
  let other = 0;
  const shutUntil = (until: EpochMs): void => {
    if (!isFree || until <= at) return;
    if (found.at.length === 0) find(found, at, until, true);
    other = findOthers(found, others, other, until, until, true);
  };
  for (const window of effectiveWindows(policy.windows, { startMs: at, endMs: at + PLANNED_MS })) {
    const from = Math.max(window.usableFromMs, at);
    const until = window.usableUntilMs;
    if (from >= until) continue;
    shutUntil(from);
    const last = Math.max(from, Math.min(until - orderMs - SLOT_MS, at + PLANNED_MS));
    while ((others[other] ?? Infinity) <= from) other += 1;
    find(found, from, until);
    for (let day = from + DAY_MS; day < last - SOON_MS; day += DAY_MS) {
      other = findOthers(found, others, other, day, until);
      find(found, day, until);
    }
    // In the window that is open the last one counts also when it is near: what goes now is gone then.
    if (from === at ? last - from >= SLOT_MS : last - from > SOON_MS) {
      other = findOthers(found, others, other, last, until);
      find(found, last, until);
    }
    other = findOthers(found, others, other, until, until);
  }
  shutUntil(at + PLANNED_MS);
  const kept = found.at.length <= MOST ? found : apart(found);
  const last = kept.at.at(-1) ?? at;
  const endMs = nextWindow(policy.windows, last)?.startMs ?? last + DAY_MS;
  return { ...kept, nextMs: nextOf(kept.at, endMs) };
}

function nextOf(at: readonly EpochMs[], endMs: EpochMs): readonly EpochMs[] {
  const next: EpochMs[] = [];
  for (let index = 0; index < at.length; index += 1) {
    const each = at[index] ?? endMs;
    const following = index + 1 < at.length ? (at[index + 1] ?? endMs) : endMs;
    next.push(Math.min(Math.max(following, each + SLOT_MS), each + PLANNED_MS));
  }
  return next;
}

function find({ at, untilMs, isShut }: Found, each: EpochMs, until: EpochMs, shut = false): void {
  if (at.at(-1) === each) return;
  at.push(each);
  untilMs.push(until);
  isShut.push(shut);
}

/** Those of the others that come before an instant; returns the index of the first that does not. */
function findOthers(
  found: Found,
  others: readonly EpochMs[],
  first: number,
  before: EpochMs,
  until: EpochMs,
  shut = false,
): number {
  let other = first;
  for (let each = others[other]; each !== undefined && each < before; each = others[other]) {
    find(found, each, until, shut);
    other += 1;
  }
  return other;
}

/** An addition: the time from its order to the next one, and the room that it asks of its window. */
export interface Order {
  readonly takesMs: number;
  readonly roomMs: number;
}

/** Orders that can be begun one after another at a chance, until the next one; none where its window is too short for one. */
export function ordersAt(chances: Chances, index: number, { takesMs, roomMs }: Order): number {
  const untilLastMs = (chances.untilMs[index] ?? 0) - (chances.at[index] ?? 0) - roomMs;
  if (untilLastMs < 0) return 0;
  if (takesMs <= 0) return Infinity;
  const inWindow = 1 + Math.floor(untilLastMs / takesMs);
  return Math.max(1, Math.min(inWindow, Math.floor(roomAt(chances, index) / takesMs)));
}

/** Orders can be begun for so long, until the next chance. */
export function roomAt(chances: Chances, index: number): number {
  return Math.max(0, Math.min(chances.untilMs[index] ?? 0, chances.nextMs[index] ?? 0) - (chances.at[index] ?? 0));
}

function apart({ at, untilMs, isShut }: Found): Found {
  const kept: Found = { at: [], untilMs: [], isShut: [] };
  let last = -Infinity;
  for (const [index, each] of at.entries()) {
    if (index >= FIRST && each - last < APART_MS) continue;
    find(kept, each, untilMs[index] ?? 0, isShut[index]);
    last = each;
  }
  return kept;
}
