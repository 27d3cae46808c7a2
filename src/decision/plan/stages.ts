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
  /** The next chance; of the last one the beginning of the window after it. */
  readonly nextMs: readonly EpochMs[];
}

/**
 * The chances of the next 14 days, the first of them now or, while no window is open, the beginning of the next. A window that is
 * open for days gives one a day. `also` are instants that give one where they lie in a window: the end of a cooldown or of a floor.
 */
export function chancesAhead(world: World, orderMs: number, also: readonly EpochMs[]): Chances {
  const { policy, at } = world;
  const found: { readonly at: EpochMs[]; readonly untilMs: EpochMs[] } = { at: [], untilMs: [] };
  const find = (each: EpochMs, untilMs: EpochMs): void => {
    found.at.push(each);
    found.untilMs.push(untilMs);
  };
  if (policy.windows.scaleOut === 'anytime' && world.window === undefined) find(at, at);
  const others = also.toSorted((a, b) => a - b);
  let other = 0;
  const findBefore = (each: EpochMs, untilMs: EpochMs): void => {
    for (let next = others[other]; next !== undefined && next < each; next = others[other]) {
      find(next, untilMs);
      other += 1;
    }
  };
  for (const window of effectiveWindows(policy.windows, { startMs: at, endMs: at + PLANNED_MS })) {
    const from = Math.max(window.usableFromMs, at);
    const until = window.usableUntilMs;
    if (from >= until) continue;
    const last = Math.max(from, Math.min(until - orderMs - SLOT_MS, at + PLANNED_MS));
    while ((others[other] ?? Infinity) <= from) other += 1;
    find(from, until);
    for (let day = from + DAY_MS; day < last - SOON_MS; day += DAY_MS) {
      findBefore(day, until);
      find(day, until);
    }
    if (last - from > SOON_MS) {
      findBefore(last, until);
      find(last, until);
    }
    findBefore(until, until);
  }
  const kept = found.at.length <= MOST ? found : apart(found);
  const nextMs = kept.at.map((each, index) => {
    const following = kept.at[index + 1] ?? nextWindow(policy.windows, each)?.startMs ?? each + DAY_MS;
    return Math.min(Math.max(following, each + SLOT_MS), each + PLANNED_MS);
  });
  return { ...kept, nextMs };
}

function apart({ at, untilMs }: Omit<Chances, 'nextMs'>): Omit<Chances, 'nextMs'> {
  const kept: number[] = [];
  let last = -Infinity;
  for (const [index, each] of at.entries()) {
    if (index >= FIRST && each - last < APART_MS) continue;
    kept.push(index);
    last = each;
  }
  return { at: kept.map((index) => at[index] ?? 0), untilMs: kept.map((index) => untilMs[index] ?? 0) };
}
