import type { LoadSlot } from '../../domain/demand.ts';
import type { EpochMs } from '../../domain/instant.ts';

/** Nodes that served in the first slot from then on in which they were counted. */
export function nodesAt(slots: readonly LoadSlot[], from: EpochMs): number | undefined {
  let first: LoadSlot | undefined;
  for (const slot of slots) {
    const isCounted = slot.slotStartMs >= from && slot.nodes > 0;
    if (isCounted && (first === undefined || slot.slotStartMs < first.slotStartMs)) first = slot;
  }
  return first?.nodes;
}

/** Nodes that served in the last slot in which they were counted. */
export function nodesLast(slots: readonly LoadSlot[]): number | undefined {
  let last: LoadSlot | undefined;
  for (const slot of slots) if (slot.nodes > 0 && slot.slotStartMs > (last?.slotStartMs ?? -Infinity)) last = slot;
  return last?.nodes;
}
