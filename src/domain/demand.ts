import type { EpochMs } from './instant.ts';
import type { GroupKey } from './node.ts';

/** Length of a slot. Slots start at multiples of it since the epoch. */
export const SLOT_MS = 300_000;

/**
 * The load of one signal in one closed slot, free of targets so that a changed policy reads the same history:
 * utilisation summed over the serving nodes (wholly busy nodes of the group's reference cores), bytes, or the total.
 */
export interface LoadSlot {
  readonly signal: string;
  readonly slotStartMs: EpochMs;
  /** Highest of the slot's samples. */
  readonly load: number;
  readonly samples: number;
  /** Nodes that served. 0 where the source cannot tell. */
  readonly nodes: number;
  /** Sampled while an operation of ours moved data. */
  readonly migrating: boolean;
}

/**
 * What is known of a group's load, oldest first; a missing slot is unknown. An array that was given before may have grown at its
 * end; any other change makes a new array.
 */
export interface LoadHistory extends GroupKey {
  /** By signal name. */
  readonly signals: Readonly<Record<string, readonly LoadSlot[]>>;
}
