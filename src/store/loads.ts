import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { LoadSlot } from '../domain/demand.ts';
import type { LoadStore } from '../domain/ports/load-store.ts';
import type { GroupKey } from '../domain/node.ts';
import type { Tables } from './schema.ts';

/** Rows of one insert: within every engine's limit of parameters. */
const ROWS_OF_INSERT = 100;
/**
 * Slots of one transaction, and time of one read. SQLite answers within the turn that asks: four weeks at once would hold up
 * the event loop for a quarter of a second.
 */
const SLOTS_OF_TRANSACTION = 250;
const READ_MS = 2 * 86_400_000;

interface Range {
  readonly from: number;
  readonly until: number;
}

export function loads(database: Kysely<Tables>): LoadStore {
  return {
    async merge(cluster, group, given) {
      // What is no number is unknown, and an unknown slot is one that is not there.
      const slots = given
        .filter((slot) => Number.isFinite(slot.load))
        .toSorted((a, b) => a.slotStartMs - b.slotStartMs);
      for (let first = 0; first < slots.length; first += SLOTS_OF_TRANSACTION) {
        if (slots.length > SLOTS_OF_TRANSACTION) await nextTurn();
        await mergeBatch(database, cluster, group, slots.slice(first, first + SLOTS_OF_TRANSACTION));
      }
    },
    async read(cluster, group, range) {
      const signals: Record<string, LoadSlot[]> = {};
      const held = await heldRange(database, cluster, group, range);
      for (let from = held.from; from < held.until; from += READ_MS) {
        if (from > held.from) await nextTurn();
        const part = { from, until: Math.min(held.until, from + READ_MS) };
        for (const slot of await readRows(database, cluster, group, part)) (signals[slot.signal] ??= []).push(slot);
      }
      return { ...group, signals };
    },
    async retain(newerThan) {
      const deleted = await database.deleteFrom('slots').where('slot_start', '<', newerThan).executeTakeFirst();
      return Number(deleted.numDeletedRows);
    },
  };
}

async function mergeBatch(
  database: Kysely<Tables>,
  cluster: string,
  group: GroupKey,
  slots: readonly LoadSlot[],
): Promise<void> {
  const range = {
    from: slots.reduce((least, slot) => Math.min(least, slot.slotStartMs), Infinity),
    until: slots.reduce((most, slot) => Math.max(most, slot.slotStartMs + 1), -Infinity),
  };
  await database.transaction().execute(async (transaction) => {
    const known = new Map((await readRows(transaction, cluster, group, range)).map((slot) => [nameOf(slot), slot]));
    const merged = new Map<string, LoadSlot>();
    for (const slot of slots)
      merged.set(nameOf(slot), mergeSlot(merged.get(nameOf(slot)) ?? known.get(nameOf(slot)), slot));
    for (const [name, slot] of merged) {
      const old = known.get(name);
      if (old === undefined || isSame(old, slot)) continue;
      await transaction
        .updateTable('slots')
        .set({ load_value: slot.load, samples: slot.samples, nodes: slot.nodes, migrating: slot.migrating ? 1 : 0 })
        .where('cluster', '=', cluster)
        .where('role', '=', group.role)
        .where('node_group', '=', group.group)
        .where('signal', '=', slot.signal)
        .where('slot_start', '=', slot.slotStartMs)
        .execute();
    }
    const fresh = [...merged].filter(([name]) => !known.has(name)).map(([, slot]) => slot);
    for (let first = 0; first < fresh.length; first += ROWS_OF_INSERT) {
      await transaction
        .insertInto('slots')
        .values(fresh.slice(first, first + ROWS_OF_INSERT).map((slot) => rowOf(cluster, group, slot)))
        .execute();
    }
  });
}

/** The part of a range that holds slots at all; nothing = an empty range. */
async function heldRange(database: Kysely<Tables>, cluster: string, group: GroupKey, range: Range): Promise<Range> {
  const row = await database
    .selectFrom('slots')
    .select(({ fn }) => [fn.min('slot_start').as('oldest'), fn.max('slot_start').as('newest')])
    .where('cluster', '=', cluster)
    .where('role', '=', group.role)
    .where('node_group', '=', group.group)
    .where('slot_start', '>=', range.from)
    .where('slot_start', '<', range.until)
    .executeTakeFirst();
  // No row has neither, whatever the types of an aggregate say.
  const [oldest, newest] = [row?.oldest, row?.newest].map((found) => (found === null ? undefined : found));
  return oldest === undefined || newest === undefined
    ? { from: range.from, until: range.from }
    : { from: Number(oldest), until: Number(newest) + 1 };
}

async function readRows(
  database: Kysely<Tables>,
  cluster: string,
  group: GroupKey,
  range: Range,
): Promise<readonly LoadSlot[]> {
  const rows = await database
    .selectFrom('slots')
    .selectAll()
    .where('cluster', '=', cluster)
    .where('role', '=', group.role)
    .where('node_group', '=', group.group)
    .where('slot_start', '>=', range.from)
    .where('slot_start', '<', range.until)
    .orderBy('slot_start')
    .execute();
  return rows.map((row) => ({
    signal: row.signal,
    slotStartMs: row.slot_start,
    load: row.load_value,
    samples: row.samples,
    nodes: row.nodes,
    migrating: row.migrating !== 0,
  }));
}

function rowOf(cluster: string, group: GroupKey, slot: LoadSlot) {
  return {
    cluster,
    role: group.role,
    node_group: group.group,
    signal: slot.signal,
    slot_start: slot.slotStartMs,
    load_value: slot.load,
    samples: slot.samples,
    nodes: slot.nodes,
    migrating: slot.migrating ? 1 : 0,
  };
}

function nameOf(slot: LoadSlot): string {
  return `${String(slot.slotStartMs)}/${slot.signal}`;
}

function isSame(a: LoadSlot, b: LoadSlot): boolean {
  return a.load === b.load && a.samples === b.samples && a.nodes === b.nodes && a.migrating === b.migrating;
}

function mergeSlot(old: LoadSlot | undefined, now: LoadSlot): LoadSlot {
  if (old === undefined) return now;
  const higher = now.load > old.load ? now : old;
  return { ...higher, samples: Math.max(old.samples, now.samples), migrating: old.migrating || now.migrating };
}
