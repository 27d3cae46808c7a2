import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../../src/store/store.ts';
import type { Store } from '../../../src/store/store.ts';
import { operation, record, step, T0 } from '../../contract/store/make.ts';

/** One write, as the daemon does them: on whatever operation is open, or on a new one. */
const write = fc.constantFrom('begin', 'step', 'update', 'end', 'record', 'cancel', 'fact');

async function perform(store: Store, kind: string, index: number): Promise<void> {
  const at = T0 + index;
  const open = await store.journal.open('analytics');
  if (kind === 'record') return store.records.append(record(`r${String(index)}`, at));
  if (kind === 'fact') return store.memory.setFact('analytics', 'count', String(index));
  if (open === undefined) return store.journal.begin(operation({ id: `op${String(index)}`, createdAt: at }));
  if (kind === 'cancel') {
    await store.control.requestCancel(open.id, { at, by: 'ann', reason: 'r' });
    return;
  }
  if (kind === 'end') return store.journal.update({ ...open, state: 'succeeded', endedAt: at });
  if (kind === 'update') return store.journal.update({ ...open, state: 'running', reason: String(index) });
  return store.journal.writeStep(open.id, step(`${String(index % 3)}.step`, { attempts: index }));
}

async function everything(store: Store): Promise<string> {
  return JSON.stringify([
    await store.journal.list({ limit: 1_000 }),
    (await store.journal.open('analytics'))?.id ?? 'none',
    await store.records.list({ cluster: 'analytics', limit: 1_000 }),
    (await store.memory.fact('analytics', 'count')) ?? 'none',
  ]);
}

describe('a store that was cut off anywhere', () => {
  it('opens with what a prefix of its writes had made, and takes new ones', { timeout: 110_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'store-'));
    let run = 0;
    try {
      await fc.assert(
        fc.asyncProperty(
          fc.array(write, { minLength: 1, maxLength: 12 }),
          fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 }),
          async (writes, cuts) => {
            run += 1;
            const path = join(folder, `${String(run)}.db`);
            const store = await openStore(path, { lock: true });
            const states = [await everything(store)];
            for (const [index, kind] of writes.entries()) {
              await perform(store, kind, index);
              states.push(await everything(store));
            }
            const log = await readFile(`${path}-wal`);
            for (const [index, cut] of [...cuts, 1].entries()) {
              const copy = join(folder, `${String(run)}-${String(index)}.db`);
              await copyFile(path, copy);
              await writeFile(`${copy}-wal`, log.subarray(0, Math.round(log.length * cut)));
              const recovered = await openStore(copy, { lock: true });
              const state = await everything(recovered);
              expect(states).toContain(state);
              if (cut === 1) expect(state).toBe(states.at(-1));
              await perform(recovered, 'step', 1_000);
              expect(await everything(recovered)).not.toBe(state);
              await recovered.close();
            }
            await store.close();
          },
        ),
        { numRuns: 15 },
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
