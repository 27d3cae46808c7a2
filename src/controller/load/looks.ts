import { SLOT_MS } from '../../domain/demand.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { SignalReading } from '../../domain/signal.ts';
import type { Topology } from '../../domain/topology.ts';

/** With more looks of a slot than this share incomplete, what the source adds up for it is not the whole load. */
const TOLERATED_SHARE = 0.4;

/**
 * What the looks during a slot said of one signal. A source that adds up what it has cannot know that a backend's series was
 * missing; the look that compared them with the topology did.
 */
export interface Looks {
  note(at: EpochMs, isComplete: boolean): void;
  /** Also true for a slot that was never looked at. */
  isTrusted(slotStartMs: EpochMs): boolean;
  forget(before: EpochMs): void;
}

export function looks(): Looks {
  const bySlot = new Map<EpochMs, { readonly all: number; readonly incomplete: number }>();
  return {
    note(at, isComplete) {
      const slotStartMs = Math.floor(at / SLOT_MS) * SLOT_MS;
      const { all, incomplete } = bySlot.get(slotStartMs) ?? { all: 0, incomplete: 0 };
      bySlot.set(slotStartMs, { all: all + 1, incomplete: incomplete + (isComplete ? 0 : 1) });
    },
    isTrusted(slotStartMs) {
      const noted = bySlot.get(slotStartMs);
      return noted === undefined || noted.incomplete <= TOLERATED_SHARE * noted.all;
    },
    forget(before) {
      for (const slotStartMs of bySlot.keys()) if (slotStartMs < before) bySlot.delete(slotStartMs);
    },
  };
}

/** A series of every node that serves and of no other; the load of a dead backend is carried by the others. */
export function isComplete(reading: SignalReading, topology: Topology): boolean {
  if (reading.foreignSeries.length > 0) return false;
  const dead = new Set(topology.backends.filter((backend) => !backend.alive).map((backend) => backend.address));
  return reading.missingBackends.every((node) => dead.has(node));
}
