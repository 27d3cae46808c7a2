import type { Operation, StepRecord } from '../../../../src/domain/operation.ts';
import type { Journal } from '../../../../src/domain/ports/journal.ts';
import { withRecord } from '../../../../src/operation/steps/records.ts';

/** The process is gone at this instant: nothing after it happens. */
export class Crash extends Error {}

export interface MemoryJournal extends Journal {
  writes(): number;
  requestCancel(reason: string, at: number): void;
}

/** Keeps operations as text, so that nothing but what was written survives; may crash at chosen writes. */
export function memoryJournal(crash: (write: number) => 'no' | 'before' | 'after' = () => 'no'): MemoryJournal {
  const stored = new Map<string, string>();
  let writes = 0;
  const read = (id: string): Operation | undefined => {
    const text = stored.get(id);
    return text === undefined ? undefined : (JSON.parse(text) as Operation);
  };
  const put = (operation: Operation): void => {
    const when = crash(writes);
    writes += 1;
    if (when === 'before') throw new Crash('before a write');
    stored.set(operation.id, JSON.stringify(operation));
    if (when === 'after') throw new Crash('after a write');
  };
  return {
    writes: () => writes,
    requestCancel(reason, at) {
      for (const id of stored.keys()) {
        const operation = read(id);
        if (operation !== undefined) {
          stored.set(id, JSON.stringify({ ...operation, cancelRequested: { at, by: 'olga', reason } }));
        }
      }
    },
    async begin(operation) {
      stored.set(operation.id, JSON.stringify(operation));
    },
    async update(operation) {
      const steps = read(operation.id)?.steps ?? [];
      put({ ...operation, steps });
    },
    async writeStep(id: string, step: StepRecord) {
      const operation = read(id);
      if (operation === undefined) throw new Error(`no operation ${id}`);
      put(withRecord(operation, step));
    },
    async open() {
      return [...stored.keys()].map(read).find((each) => each?.endedAt === undefined);
    },
    async find(id) {
      return read(id);
    },
    async list() {
      return [...stored.keys()].flatMap((id) => read(id) ?? []);
    },
  };
}
