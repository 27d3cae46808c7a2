import { describe, expect, it } from 'vitest';
import { carryOut, statements, testOperation, when } from './support/carry-out.ts';
import { missingOnce } from './support/interrupted.ts';
import { memoryJournal } from './support/memory-journal.ts';
import { world } from './support/world.ts';

const FIRST = '10.0.1.1:9010';

describe('a row that one look does not show', { timeout: 60_000 }, () => {
  it('is looked for again before a backend is decommissioned', async () => {
    const w = world();
    const node = '10.0.0.5:9050';
    const { world: seen, arm } = missingOnce(w, node);
    const { operation } = await carryOut(seen, testOperation(w, 'remove-backend', { nodes: [node] }), {
      onChange: when('0.disable-load', 'done', arm),
    });
    expect(operation.reason).toBe(`removed ${node}`);
  });

  it.each([
    ['its quorum is judged', '0.quorum', 'intent'],
    ['it is dropped', '0.quiet', 'done'],
  ])('is looked for again before %s', async (_what, key, state) => {
    const w = world({ observers: 2 });
    const { world: seen, arm } = missingOnce(w, 'ob2:9010');
    const { operation } = await carryOut(seen, testOperation(w, 'remove-observer', { nodes: ['ob2:9010'] }), {
      onChange: when(key, state, arm),
    });
    expect(operation.reason).toBe('removed ob2:9010');
  });

  it.each([
    ['add-observer', 1],
    ['add-follower', 2],
  ] as const)(
    'right after %s was not dropped by someone else: the look before did not show it yet',
    async (kind, count) => {
      const w = world();
      const { world: seen, arm } = missingOnce(w, FIRST);
      const { operation } = await carryOut(seen, testOperation(w, kind, { count }), {
        onChange: when('0.register', 'done', arm),
      });
      expect(operation.state).toBe('succeeded');
    },
  );

  it('leaves no pair of followers half removed', async () => {
    const w = world({ followers: 5 });
    const { world: seen, arm } = missingOnce(w, 'fe5:9010');
    const { operation } = await carryOut(
      seen,
      testOperation(w, 'remove-follower', { nodes: ['fe4:9010', 'fe5:9010'] }),
      {
        onChange: when('0.drop', 'done', arm),
      },
    );
    expect(operation.state).toBe('succeeded');
    expect(w.frontends()).toHaveLength(3);
  });

  it('keeps no follower of a pair that is taken back, which would leave an even number', async () => {
    const w = world();
    const journal = memoryJournal();
    const { world: seen, arm } = missingOnce(w, FIRST);
    const cancel = when('0.same-master', 'done', () => {
      journal.requestCancel('not now', w.clock.now());
    });
    const miss = when('0.undo-find-host', 'skipped', arm);
    const { operation } = await carryOut(seen, testOperation(w, 'add-follower', { count: 2 }), {
      journal,
      onChange: (each) => {
        cancel(each);
        miss(each);
      },
    });
    expect(operation.state).toBe('cancelled');
    expect(statements(w)).toEqual([`add-frontend ${FIRST}`, `drop-frontend ${FIRST}`]);
    expect(w.frontends()).toHaveLength(3);
  });
});
