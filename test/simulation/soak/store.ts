import { Kysely, SqliteDialect } from 'kysely';
import { SLOT_MS } from '../../../src/domain/demand.ts';
import type { LoadSlot } from '../../../src/domain/demand.ts';
import type { ClusterMemory } from '../../../src/domain/ports/cluster-memory.ts';
import type { Control } from '../../../src/domain/ports/control.ts';
import type { Journal } from '../../../src/domain/ports/journal.ts';
import type { LoadStore } from '../../../src/domain/ports/load-store.ts';
import type { RecordSink } from '../../../src/domain/ports/record-sink.ts';
import type { DecisionRecord } from '../../../src/domain/record.ts';
import { control } from '../../../src/store/control.ts';
import { StoreError } from '../../../src/store/errors.ts';
import { journal } from '../../../src/store/journal.ts';
import { memory } from '../../../src/store/memory.ts';
import { migrate } from '../../../src/store/migrations.ts';
import type { Tables } from '../../../src/store/schema.ts';
import { sqliteDatabase } from '../../../src/store/sqlite-shim.ts';

/** A day of records at ten minutes: no policy looks further back. */
const KEPT_RECORDS = 300;
const ALL = 10_000;

/** What outlives the process. Journal, memory and orders are the real store's over SQLite; records and slots are plain memory. */
export interface SoakStore {
  readonly journal: Journal;
  readonly memory: ClusterMemory;
  readonly control: Control;
  readonly records: RecordSink & {
    readonly late: () => readonly DecisionRecord[];
    readonly byId: (id: string) => DecisionRecord | undefined;
  };
  readonly loads: LoadStore;
  /** A full disk: every write rejects, what was written can be read. */
  setFull(isFull: boolean): void;
  readonly isFull: () => boolean;
  close(): Promise<void>;
}

export async function soakStore(): Promise<SoakStore> {
  const database = new Kysely<Tables>({ dialect: new SqliteDialect({ database: sqliteDatabase(':memory:', 0) }) });
  await migrate(database);
  let full = false;
  let version = 0;

  /** Reads are remembered until the next write: the database has no other writer. */
  const kept = <T extends object>(part: T, reads: readonly (keyof T & string)[]): T => {
    const answers = new Map<string, Promise<unknown>>();
    let of = -1;
    const calls = Object.entries(part).map(([name, call]) => {
      const perform = call as (...given: readonly unknown[]) => Promise<unknown>;
      const read = (...given: readonly unknown[]): Promise<unknown> => {
        if (of !== version) answers.clear();
        of = version;
        const question = `${name} ${JSON.stringify(given)}`;
        const answer = answers.get(question) ?? perform(...given);
        answers.set(question, answer);
        return answer;
      };
      const write = async (...given: readonly unknown[]): Promise<unknown> => {
        refuseWhenFull(full);
        version += 1;
        try {
          return await perform(...given);
        } finally {
          version += 1;
        }
      };
      return [name, reads.includes(name as keyof T & string) ? read : write];
    });
    return Object.fromEntries(calls) as T;
  };

  return {
    journal: listedOnce(kept(journal(database), ['open', 'find', 'list'])),
    memory: changesOnce(kept(memory(database), ['clusterId', 'members', 'foreignChanges', 'fact'])),
    control: pausesOnce(kept(control(database), ['pauses'])),
    records: memoryRecords(() => {
      refuseWhenFull(full);
    }),
    loads: memoryLoads(() => {
      refuseWhenFull(full);
    }),
    setFull(isFull) {
      full = isFull;
    },
    isFull: () => full,
    close: () => database.destroy(),
  };
}

/** Questions that differ in nothing but the instant are one question: what was kept is cut to the instant here. */
function listedOnce(journal: Journal): Journal {
  return {
    ...journal,
    async list({ endedAfter, limit, ...of }) {
      if (endedAfter === undefined) return await journal.list({ ...of, limit });
      const ended = await journal.list({ ...of, endedAfter: 0, limit: ALL });
      return ended.filter(({ endedAt = 0 }) => endedAt > endedAfter).slice(0, limit);
    },
  };
}

function changesOnce(memory: ClusterMemory): ClusterMemory {
  return {
    ...memory,
    async foreignChanges(cluster, since) {
      const all = await memory.foreignChanges(cluster, 0);
      return all.filter(({ at }) => at >= since);
    },
  };
}

function pausesOnce(control: Control): Control {
  return {
    ...control,
    async pauses(cluster, at) {
      const all = await control.pauses(cluster, 0);
      return all.filter(({ until = Infinity }) => until > at);
    },
  };
}

function refuseWhenFull(full: boolean): void {
  if (full) throw new StoreError('store-unavailable', 'database or disk is full', { hint: 'free some space' });
}

/** The last ones, and all that admitted an operation. */
function memoryRecords(write: () => void): SoakStore['records'] {
  const late: DecisionRecord[] = [];
  const admitting = new Map<string, DecisionRecord>();
  const byId = (id: string): DecisionRecord | undefined => admitting.get(id) ?? late.findLast((each) => each.id === id);
  return {
    late: () => late,
    byId,
    async append(record) {
      write();
      late.push(record);
      if (late.length > 2 * KEPT_RECORDS) late.splice(0, KEPT_RECORDS);
      if (record.operationId !== undefined) admitting.set(record.id, record);
    },
    find: async (id) => byId(id),
    latest: async () => late.at(-1),
    at: async (_cluster, at) => late.findLast((record) => record.at <= at),
    async list({ before, limit }) {
      const end = before === undefined ? late.length : late.findLastIndex((record) => record.id === before);
      return late.slice(Math.max(0, end - limit), Math.max(0, end)).toReversed();
    },
    retain: async () => 0,
  };
}

function memoryLoads(write: () => void): LoadStore {
  const bySignal = new Map<string, Map<number, LoadSlot>>();
  return {
    async merge(_cluster, { role, group }, slots) {
      write();
      for (const slot of slots) {
        const name = `${role}/${group}/${slot.signal}`;
        const known = bySignal.get(name) ?? new Map<number, LoadSlot>();
        bySignal.set(name, known);
        const old = known.get(slot.slotStartMs);
        const higher = old !== undefined && old.load >= slot.load ? old : slot;
        known.set(slot.slotStartMs, {
          ...higher,
          samples: Math.max(slot.samples, old?.samples ?? 0),
          migrating: slot.migrating || old?.migrating === true,
        });
      }
    },
    async read(_cluster, key, { from, until }) {
      const prefix = `${key.role}/${key.group}/`;
      const signals: Record<string, readonly LoadSlot[]> = {};
      for (const [name, slots] of bySignal) {
        if (!name.startsWith(prefix)) continue;
        const found: LoadSlot[] = [];
        for (let at = Math.ceil(from / SLOT_MS) * SLOT_MS; at < until; at += SLOT_MS) {
          const slot = slots.get(at);
          if (slot !== undefined) found.push(slot);
        }
        if (found.length > 0) signals[name.slice(prefix.length)] = found;
      }
      return { ...key, signals };
    },
    retain: async () => 0,
  };
}
