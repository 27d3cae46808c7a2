import { Kysely, SqliteDialect } from 'kysely';
import type { ClusterMemory } from '../../../src/domain/ports/cluster-memory.ts';
import type { Control } from '../../../src/domain/ports/control.ts';
import type { Journal } from '../../../src/domain/ports/journal.ts';
import type { LoadStore } from '../../../src/domain/ports/load-store.ts';
import { control } from '../../../src/store/control.ts';
import { StoreError } from '../../../src/store/errors.ts';
import { journal } from '../../../src/store/journal.ts';
import { migrate } from '../../../src/store/migrations.ts';
import type { Tables } from '../../../src/store/schema.ts';
import { sqliteDatabase } from '../../../src/store/sqlite-shim.ts';
import { plainLoads, plainMemory, plainRecords } from './plain-store.ts';
import type { PlainRecords } from './plain-store.ts';

/** More operations than any scenario has. */
const ALL = 10_000;

/**
 * What outlives the process. The journal and the orders of people are the real store's over SQLite; what is remembered besides,
 * records and slots are plain values. What was written before a death is there after it.
 */
export interface SoakStore {
  readonly journal: Journal;
  readonly memory: ClusterMemory;
  readonly control: Control;
  readonly records: PlainRecords;
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
  const write = (): void => {
    if (full) throw new StoreError('store-unavailable', 'database or disk is full', { hint: 'free some space' });
  };
  const { journal: keptJournal, control: keptControl } = readOnce(journal(database), control(database), write);
  return {
    journal: keptJournal,
    control: keptControl,
    memory: plainMemory(write),
    records: plainRecords(write),
    loads: plainLoads(write),
    setFull(isFull) {
      full = isFull;
    },
    isFull: () => full,
    close: () => database.destroy(),
  };
}

/**
 * What was read is remembered until the next write, since nobody else writes: at most evaluations nothing has changed. The
 * instants that questions are cut to are applied here, and ended operations are read again only when one more has ended.
 */
function readOnce(journal: Journal, control: Control, refuse: () => void): { journal: Journal; control: Control } {
  const answers = new Map<string, Promise<unknown>>();
  const lists = new Map<string, Promise<unknown>>();
  const once = <T>(kept: Map<string, Promise<unknown>>, question: string, ask: () => Promise<T>): Promise<T> => {
    const known = kept.get(question) as Promise<T> | undefined;
    const answer = known ?? ask();
    if (known === undefined) kept.set(question, answer);
    return answer;
  };
  const write = async <T>(work: () => Promise<T>, ends = false): Promise<T> => {
    refuse();
    try {
      return await work();
    } finally {
      answers.clear();
      if (ends) lists.clear();
    }
  };
  return {
    journal: {
      begin: (operation) => write(() => journal.begin(operation)),
      update: (operation) => write(() => journal.update(operation), operation.endedAt !== undefined),
      writeStep: (id, step) => write(() => journal.writeStep(id, step)),
      open: (cluster) => once(answers, `open ${cluster}`, () => journal.open(cluster)),
      find: (id) => once(answers, `find ${id}`, () => journal.find(id)),
      async list({ endedAfter, limit, cluster = '' }) {
        const of = cluster === '' ? {} : { cluster };
        if (endedAfter === undefined) return await journal.list({ ...of, limit });
        const all = await once(lists, cluster, () => journal.list({ ...of, endedAfter: 0, limit: ALL }));
        return all.filter(({ endedAt = 0 }) => endedAt > endedAfter).slice(0, limit);
      },
    },
    control: {
      async pauses(cluster, at) {
        const all = await once(answers, `pauses ${cluster}`, () => control.pauses(cluster, 0));
        return all.filter(({ until = Infinity }) => until > at);
      },
      pause: (pause) => write(() => control.pause(pause)),
      resume: (cluster, request) => write(() => control.resume(cluster, request)),
      approve: (id, request) => write(() => control.approve(id, request)),
      requestCancel: (id, request) => write(() => control.requestCancel(id, request), true),
    },
  };
}
