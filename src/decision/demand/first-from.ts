import { SLOT_MS } from '../../domain/demand.ts';
import type { LoadSlot } from '../../domain/demand.ts';
import type { EpochMs } from '../../domain/instant.ts';

/** Index of the first slot that begins at an instant or later; slots are oldest first. */
export function firstFrom(slots: readonly LoadSlot[], at: EpochMs): number {
  let low = 0;
  let high = slots.length;
  // Nearly always none is missing, and the place of a slot is told by its time.
  const likely = Math.min(high, Math.max(0, Math.ceil((at - (slots[0]?.slotStartMs ?? at)) / SLOT_MS)));
  const comesLate = likely === high || (slots[likely]?.slotStartMs ?? Infinity) >= at;
  if (comesLate && (likely === 0 || (slots[likely - 1]?.slotStartMs ?? Infinity) < at)) return likely;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((slots[middle]?.slotStartMs ?? Infinity) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
