import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Operation, StepRecord } from '../../../src/domain/operation.ts';
import { openStore } from '../../../src/store/store.ts';
import type { Store } from '../../../src/store/store.ts';
import { carryOut, testOperation } from '../../unit/operation/support/carry-out.ts';
import { Crash, memoryJournal } from '../../unit/operation/support/memory-journal.ts';
import type { MemoryJournal } from '../../unit/operation/support/memory-journal.ts';
import { world } from '../../unit/operation/support/world.ts';

const KINDS = [
  { kind: 'remove-backend', nodes: ['10.0.0.5:9050'], count: 0 },
  { kind: 'add-backend', nodes: [], count: 2 },
  { kind: 'add-observer', nodes: [], count: 1 },
  { kind: 'remove-observer', nodes: ['ob1:9010'], count: 0 },
] as const;

type Write =
  | { readonly is: 'update'; readonly operation: Operation }
  | { readonly is: 'step'; readonly step: StepRecord };

/** The real journal for an operation that is really carried out; writes are kept, and it may crash before or after any. */
function kept(store: Store, crash: (write: number) => 'no' | 'before' | 'after' = () => 'no') {
  const writes: Write[] = [];
  const write = async (next: Write, send: () => Promise<void>): Promise<void> => {
    const when = crash(writes.length);
    writes.push(next);
    if (when === 'before') throw new Crash('before a write');
    await send();
    if (when === 'after') throw new Crash('after a write');
  };
  const journal: MemoryJournal = {
    ...memoryJournal(),
    ...store.journal,
    writes: () => writes.length,
    update: (operation) => write({ is: 'update', operation }, () => store.journal.update(operation)),
    writeStep: (id, step) => write({ is: 'step', step }, () => store.journal.writeStep(id, step)),
  };
  return { journal, writes };
}

const replay = async (store: Store, id: string, writes: readonly Write[]): Promise<void> => {
  for (const write of writes) {
    if (write.is === 'update') await store.journal.update(write.operation);
    else await store.journal.writeStep(id, write.step);
  }
};

/** One operation of a kind to its end, with the store that it was written to. */
async function carried(which: number, crash?: (write: number) => 'no' | 'before' | 'after') {
  const chosen = KINDS[which];
  if (chosen === undefined) throw new Error('no such kind');
  const store = await openStore(':memory:', { lock: false });
  const cluster = world({ backends: 6, observers: 1, tablets: 200 });
  const begun = testOperation(cluster, chosen.kind, chosen);
  const { journal, writes } = kept(store, crash);
  const { operation, starts } = await carryOut(cluster, begun, { journal });
  const members = [...cluster.backends(), ...cluster.frontends()].map(({ address }) => address).toSorted();
  return { store, begun, writes, operation, starts, members, sent: cluster.sent };
}

const which = fc.nat({ max: KINDS.length - 1 });

describe('the journal of an operation in the real store', { timeout: 120_000 }, () => {
  it('any prefix of its writes, written twice or each of them twice, is what it is written once', async () => {
    await fc.assert(
      fc.asyncProperty(which, fc.double({ min: 0, max: 1, noNaN: true }), async (kind, share) => {
        const { store, begun, writes } = await carried(kind);
        await store.close();
        const prefix = writes.slice(0, Math.round(writes.length * share));
        const found: unknown[] = [];
        for (const all of [prefix, [...prefix, ...prefix], prefix.flatMap((write) => [write, write])]) {
          const again = await openStore(':memory:', { lock: false });
          await again.journal.begin(begun);
          await replay(again, begun.id, all);
          found.push([await again.journal.find(begun.id), (await again.journal.open(begun.cluster))?.id]);
          await again.close();
        }
        expect(found[1]).toEqual(found[0]);
        expect(found[2]).toEqual(found[0]);
      }),
      { numRuns: 20 },
    );
  });

  it('any prefix of its writes recovers: killed anywhere it ends as without, and no statement is sent twice', async () => {
    const calm = await Promise.all(KINDS.map((_each, index) => carried(index)));
    for (const { store } of calm) await store.close();
    await fc.assert(
      fc.asyncProperty(
        which,
        fc.uniqueArray(fc.nat({ max: 80 }), { minLength: 1, maxLength: 4 }),
        fc.constantFrom('before', 'after'),
        async (kind, crashes, when) => {
          const hit = await carried(kind, (write) => (crashes.includes(write) ? when : 'no'));
          if (Math.min(...crashes) < (calm[kind]?.writes.length ?? 0)) expect(hit.starts).toBeGreaterThan(1);
          expect(hit.operation.state).toBe('succeeded');
          expect(hit.members).toEqual(calm[kind]?.members);
          expect(await hit.store.journal.open(hit.begun.cluster)).toBeUndefined();
          expect((await hit.store.journal.find(hit.begun.id))?.state).toBe('succeeded');
          const once = hit.sent
            .map(({ change }) => change)
            .filter(({ kind: of }) => of === 'decommission-backend' || of.startsWith('drop-') || of.startsWith('add-'));
          expect(new Set(once.map((change) => JSON.stringify(change))).size).toBe(once.length);
          await hit.store.close();
        },
      ),
      { numRuns: 25 },
    );
  });
});
