import type { Operation, StepRecord } from '../../../src/domain/operation.ts';
import type { Journal } from '../../../src/domain/ports/journal.ts';
import { withRecord } from '../../../src/operation/steps/records.ts';
import type { OpenIntent } from './events.ts';

/** A journal that tells what reached the disk, and the operations as they stand there. */
export interface WatchedJournal {
  readonly journal: Journal;
  /** Oldest first. */
  readonly operations: () => readonly Operation[];
  readonly open: () => Operation | undefined;
  readonly intents: () => readonly OpenIntent[];
}

export function watchedJournal(
  journal: Journal,
  told: {
    readonly operation: (operation: Operation) => void;
    readonly step: (operationId: string, step: StepRecord) => void;
  },
): WatchedJournal {
  const byId = new Map<string, Operation>();
  const open = (): Operation | undefined => {
    const newest = [...byId.values()].at(-1);
    return newest?.endedAt === undefined ? newest : undefined;
  };
  return {
    journal: {
      ...journal,
      async begin(operation) {
        await journal.begin(operation);
        byId.set(operation.id, operation);
        told.operation(operation);
      },
      async update(operation) {
        await journal.update(operation);
        const steps = byId.get(operation.id)?.steps ?? [];
        byId.set(operation.id, { ...operation, steps });
        told.operation(operation);
      },
      async writeStep(operationId, step) {
        await journal.writeStep(operationId, step);
        const operation = byId.get(operationId);
        if (operation !== undefined) byId.set(operationId, withRecord(operation, step));
        told.step(operationId, step);
      },
    },
    operations: () => [...byId.values()],
    open,
    intents() {
      const operation = open();
      return (operation?.steps ?? [])
        .filter(({ state }) => state === 'intent')
        .map(({ key, detail }) => ({ operationId: operation?.id ?? '', key, detail }));
    },
  };
}
