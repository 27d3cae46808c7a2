import type { EpochMs } from '../domain/instant.ts';

const SECOND_MS = 1_000;
/** FNV-1a, 32 bits. */
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const SHORTEST_SLOT_MS = 50;
const LONGEST_SLOT_MS = 100;

/**
 * The clusters whose turn comes within the second that begins at `secondMs`: each has a fixed place in the interval, given
 * by its name alone, so that a restart or another cluster changes nothing and they spread over the interval.
 */
export function due(clusters: readonly string[], intervalMs: number, secondMs: EpochMs): readonly string[] {
  return clusters.filter((name) => {
    const sinceTurn = mod(secondMs - offsetOf(name, intervalMs), intervalMs);
    // 0 when its turn is at the start of this second; else the next turn may still lie in it.
    return sinceTurn === 0 || intervalMs - sinceTurn < SECOND_MS;
  });
}

/** Place of a name in an interval, 0..intervalMs. */
export function offsetOf(name: string, intervalMs: number): number {
  let hash = FNV_OFFSET;
  for (let index = 0; index < name.length; index += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(index), FNV_PRIME);
  }
  return (hash >>> 0) % intervalMs;
}

export interface Slot {
  /** From the start of the second. */
  readonly afterMs: number;
  readonly clusters: readonly string[];
}

/**
 * Splits what is due into groups that start 50 to 100 ms apart within the second: started one by one they cost three
 * times the wake-ups, all at once they wait for each other.
 */
export function slots(clusters: readonly string[], perSlot: number): readonly Slot[] {
  const count = Math.ceil(clusters.length / perSlot);
  const slotMs = count <= SECOND_MS / LONGEST_SLOT_MS ? LONGEST_SLOT_MS : Math.max(SHORTEST_SLOT_MS, SECOND_MS / count);
  return Array.from({ length: count }, (_, index) => ({
    afterMs: Math.floor(index * slotMs),
    clusters: clusters.slice(index * perSlot, (index + 1) * perSlot),
  }));
}

function mod(value: number, by: number): number {
  return ((value % by) + by) % by;
}
