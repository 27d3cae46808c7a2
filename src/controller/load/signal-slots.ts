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
  /** Oldest first. The array of the last call, grown, as long as slots only came at its end. */
  closed(closedUntil: EpochMs): readonly LoadSlot[];
  /** From where the source is to be asked: only what came after the newest slot when enough is known before it, else all. */
  resumeFrom(range: { readonly from: EpochMs; readonly until: EpochMs; readonly neededMs: number }): EpochMs;
}

/** `storedAs`: whatever the slots that come are called, those handed out have the name of the signal. */
export function signalSlots(storedAs: string): SignalSlots {
  const signal = signalNameOf(storedAs);
  /** Oldest first. Thousands, of which the newest change: they are never sorted, and moved no more than needed. */
  const slots: LoadSlot[] = [];
  /** Those before it are forgotten. */
  let first = 0;
  const changed = new Set<EpochMs>();
  /** What was handed out, and until when: a copy of months for each slot would be felt. */
  let view: { readonly until: EpochMs; readonly slots: LoadSlot[] } | undefined;
  /** False where it says what was known. */
  const merged = (slot: LoadSlot): boolean => {
    const index = firstFrom(slots, slot.slotStartMs);
    const before = slots[index]?.slotStartMs === slot.slotStartMs ? slots[index] : undefined;
    const after = merge(before, slot.signal === signal ? slot : { ...slot, signal });
    if (before !== undefined && isSame(before, after)) return false;
    if (before !== undefined) slots[index] = after;
    else if (index === slots.length) slots.push(after);
    else slots.splice(index, 0, after);
    if (index < first) first = index;
    if (view !== undefined && slot.slotStartMs < view.until) view = undefined;
    return true;
  };
  return {
    load(stored) {
      for (const slot of stored) merged(slot);
    },
    put(more) {
      for (const slot of more) if (merged(slot)) changed.add(slot.slotStartMs);
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
      const from = firstFrom(slots, before);
      if (from !== first) view = undefined;
      first = from;
      for (const slotStartMs of changed) if (slotStartMs < before) changed.delete(slotStartMs);
      if (first < FORGOTTEN_TOGETHER) return;
      slots.splice(0, first);
      first = 0;
    },
    closed(closedUntil) {
      const until = firstFrom(slots, closedUntil);
      const shown = view === undefined || closedUntil < view.until ? [] : view.slots;
      for (let index = first + shown.length; index < until; index += 1) {
        const slot = slots[index];
        if (slot !== undefined) shown.push(slot);
      }
      view = { until: closedUntil, slots: shown };
      return shown;
    },
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

function signalNameOf(storedAs: string): string {
  return storedAs.split('#', 1)[0] ?? storedAs;
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
