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

/** A chance to change a group: the beginning of a window or its last instant at which an order still fits, or now. */
export interface Chance {
  readonly at: EpochMs;
  /** Orders can be begun until then. */
  readonly untilMs: EpochMs;
  /** The next chance; of the last one the beginning of the window after it. */
  readonly nextMs: EpochMs;
}

/**
 * The chances of the next 14 days, the first of them now or, while no window is open, the beginning of the next. A window that is
 * open for days gives one a day. `also` are instants that give one where they lie in a window: the end of a cooldown or of a floor.
 */
export function chancesAhead(world: World, orderMs: number, also: readonly EpochMs[]): readonly Chance[] {
  const { policy, at } = world;
  const anytime = policy.windows.scaleOut === 'anytime';
  const windows = effectiveWindows(policy.windows, { startMs: at, endMs: at + PLANNED_MS });
  const found: { at: EpochMs; untilMs: EpochMs }[] = anytime && world.window === undefined ? [{ at, untilMs: at }] : [];
  for (const window of windows) {
    const from = Math.max(window.usableFromMs, at);
    const until = window.usableUntilMs;
    if (from >= until) continue;
    const last = Math.max(from, Math.min(until - orderMs - SLOT_MS, at + PLANNED_MS));
    const own = [from];
    for (let day = from + DAY_MS; day < last - SOON_MS; day += DAY_MS) own.push(day);
    if (last - from > SOON_MS) own.push(last);
    for (const each of also) if (each > from && each < until) own.push(each);
    for (const each of own.toSorted((a, b) => a - b)) found.push({ at: each, untilMs: until });
  }
  const kept = found.length <= MOST ? found : apart(found);
  return kept.map((chance, index) => {
    const following = kept[index + 1]?.at ?? nextWindow(policy.windows, chance.at)?.startMs ?? chance.at + DAY_MS;
    return { ...chance, nextMs: Math.min(Math.max(following, chance.at + SLOT_MS), chance.at + PLANNED_MS) };
  });
}

function apart<T extends { readonly at: EpochMs }>(chances: readonly T[]): readonly T[] {
  const kept = chances.slice(0, FIRST);
  for (const chance of chances.slice(FIRST)) {
    if (chance.at - (kept.at(-1)?.at ?? -Infinity) >= APART_MS) kept.push(chance);
  }
  return kept;
}
