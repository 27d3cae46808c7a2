import { firstFrom } from '../../decision/demand/first-from.ts';
import { SLOT_MS } from '../../domain/demand.ts';
import type { LoadSlot } from '../../domain/demand.ts';
import type { SignalPolicy } from '../../domain/group-policy.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { ClusterPolicy } from '../../domain/policy.ts';

/** Of the slots before the newest that a decision needs; with fewer the past is asked for again. */
const ENOUGH_SHARE = 0.9;
const FORGOTTEN_TOGETHER = 512;

/** The slots of one signal in memory, and which of them the store does not have yet. */
export interface SignalSlots {
  /** As the store has them. */
  load(slots: readonly LoadSlot[]): void;
  put(slots: readonly LoadSlot[]): void;
  /** Closed slots that changed since `saved` was told of them. */
  unsaved(closedUntil: EpochMs): readonly LoadSlot[];
  saved(slots: readonly LoadSlot[]): void;
  forget(before: EpochMs): void;
  /** Oldest first. */
  closed(closedUntil: EpochMs): readonly LoadSlot[];
  /** From where the source is to be asked: only what came after the newest slot when enough is known before it, else all. */
  resumeFrom(range: { readonly from: EpochMs; readonly until: EpochMs; readonly neededMs: number }): EpochMs;
}

export function signalSlots(): SignalSlots {
  /** Oldest first. Thousands, of which the newest change: they are never sorted, and moved no more than needed. */
  const slots: LoadSlot[] = [];
  /** Those before it are forgotten. */
  let first = 0;
  const changed = new Set<EpochMs>();
  const merged = (slot: LoadSlot): { readonly before: LoadSlot | undefined; readonly after: LoadSlot } => {
    const index = firstFrom(slots, slot.slotStartMs);
    const before = slots[index]?.slotStartMs === slot.slotStartMs ? slots[index] : undefined;
    const after = merge(before, slot);
    if (before !== undefined) slots[index] = after;
    else if (index === slots.length) slots.push(after);
    else slots.splice(index, 0, after);
    if (index < first) first = index;
    return { before, after };
  };
  return {
    load(stored) {
      for (const slot of stored) merged(slot);
    },
    put(more) {
      for (const slot of more) {
        const { before, after } = merged(slot);
        if (before === undefined || !isSame(before, after)) changed.add(slot.slotStartMs);
      }
    },
    unsaved: (closedUntil) =>
      [...changed].flatMap((slotStartMs) => {
        const slot = slots[firstFrom(slots, slotStartMs)];
        return slotStartMs < closedUntil && slot?.slotStartMs === slotStartMs ? slot : [];
      }),
    saved(written) {
      for (const { slotStartMs } of written) changed.delete(slotStartMs);
    },
    forget(before) {
      first = firstFrom(slots, before);
      for (const slotStartMs of changed) if (slotStartMs < before) changed.delete(slotStartMs);
      if (first < FORGOTTEN_TOGETHER) return;
      slots.splice(0, first);
      first = 0;
    },
    closed: (closedUntil) => slots.slice(first, firstFrom(slots, closedUntil)),
    resumeFrom({ from, until, neededMs }) {
      const known = slots.slice(Math.max(first, firstFrom(slots, from)), firstFrom(slots, until));
      const newest = known.at(-1)?.slotStartMs ?? from;
      const neededFrom = Math.max(from, newest - neededMs);
      const needed = known.length - firstFrom(known, neededFrom);
      return needed > ENOUGH_SHARE * ((newest - neededFrom) / SLOT_MS) ? newest : from;
    },
  };
}

/**
 * The name under which slots of a signal are kept. A query of the operator's is part of it: what another query, or the same one
 * over another cluster's series, measured before is no history of this one.
 */
export function storedName(signal: SignalPolicy, policy: ClusterPolicy): string {
  if (signal.query === undefined) return signal.name;
  const labels = signal.injectLabels ? Object.entries(policy.prometheus.labels).toSorted() : [];
  return `${signal.name}#${fingerprint(JSON.stringify([signal.query, labels]))}`;
}

/** FNV-1a, 32 bits. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}

/** The higher load wins. */
function merge(old: LoadSlot | undefined, now: LoadSlot): LoadSlot {
  if (old === undefined) return now;
  const { signal, slotStartMs, load, nodes } = now.load > old.load ? now : old;
  const samples = Math.max(old.samples, now.samples);
  return { signal, slotStartMs, load, samples, nodes, migrating: old.migrating || now.migrating };
}

function isSame(a: LoadSlot, b: LoadSlot): boolean {
  return a.load === b.load && a.samples === b.samples && a.nodes === b.nodes && a.migrating === b.migrating;
}
