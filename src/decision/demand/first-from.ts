import type { LoadSlot } from '../../domain/demand.ts';
import type { EpochMs } from '../../domain/instant.ts';

/** Index of the first slot that begins at an instant or later; slots are oldest first. */
export function firstFrom(slots: readonly LoadSlot[], at: EpochMs): number {
  let low = 0;
  let high = slots.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((slots[middle]?.slotStartMs ?? Infinity) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
