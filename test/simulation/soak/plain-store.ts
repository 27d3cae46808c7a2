import { SLOT_MS } from '../../../src/domain/demand.ts';
import type { LoadSlot } from '../../../src/domain/demand.ts';
import type { ForeignChange } from '../../../src/domain/memory.ts';
import type { ClusterMemory, Member } from '../../../src/domain/ports/cluster-memory.ts';
import type { LoadStore } from '../../../src/domain/ports/load-store.ts';
import type { RecordSink } from '../../../src/domain/ports/record-sink.ts';
import type { DecisionRecord } from '../../../src/domain/record.ts';

/** A day of records at ten minutes: no policy looks further back. */
const KEPT_RECORDS = 144;

export interface PlainRecords extends RecordSink {
  /** The last ones, oldest first. */
  readonly late: () => readonly DecisionRecord[];
  readonly byId: (id: string) => DecisionRecord | undefined;
}

/** The last ones, and all that admitted an operation. `write` throws when nothing can be written. */
export function plainRecords(write: () => void): PlainRecords {
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

export function plainMemory(write: () => void): ClusterMemory {
  const facts = new Map<string, string>();
  let members: readonly Member[] = [];
  let changes: readonly ForeignChange[] = [];
  const fact = async (_cluster: string, name: string): Promise<string | undefined> => facts.get(name);
  const setFact = async (_cluster: string, name: string, value: string | undefined): Promise<void> => {
    write();
    if (value === undefined) facts.delete(name);
    else facts.set(name, value);
  };
  return {
    fact,
    setFact,
    clusterId: (cluster) => fact(cluster, 'cluster-id'),
    learnClusterId: (cluster, id) => setFact(cluster, 'cluster-id', id),
    members: async () => members,
    async saveMembers(_cluster, saved) {
      write();
      const others = members.filter(({ node }) => !saved.some((each) => each.node === node));
      members = [...others, ...saved].toSorted((a, b) => (a.node < b.node ? -1 : 1));
    },
    foreignChanges: async (_cluster, since) => changes.filter(({ at }) => at >= since),
    async addForeignChange(_cluster, change) {
      write();
      const others = changes.filter(({ at, node }) => at !== change.at || node !== change.node);
      changes = [...others, change].toSorted((a, b) => a.at - b.at);
    },
  };
}

export function plainLoads(write: () => void): LoadStore {
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
        const samples = Math.max(slot.samples, old?.samples ?? 0);
        const migrating = slot.migrating || old?.migrating === true;
        known.set(slot.slotStartMs, { ...higher, samples, migrating });
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
