import { describe, expect, it } from 'vitest';
import { neverBegan } from '../../../src/decision/approval/never-began.ts';
import type { Operation } from '../../../src/domain/operation.ts';
import { carryOut, statements, testOperation, when } from './support/carry-out.ts';
import { memoryJournal } from './support/memory-journal.ts';
import { START, world } from './support/world.ts';
import type { World } from './support/world.ts';

const approval = { planHash: '#', expiresAt: START + 3_600_000, given: { at: START, by: 'ann', reason: 'fine' } };
const KINDS = ['remove-backend', 'add-backend'] as const;
const approved = (w: World, kind: (typeof KINDS)[number]): Operation => {
  const nodes = w
    .backends()
    .slice(0, 1)
    .map(({ address }) => address);
  return { ...testOperation(w, kind, { nodes }), approval };
};

describe('an approved operation that a person cancels', () => {
  it.each(KINDS)('before its first step, %s, has never begun: it is a no', async (kind) => {
    const w = world();
    const cancelRequested = { at: START, by: 'olga', reason: 'not tonight' };
    const { operation } = await carryOut(w, { ...approved(w, kind), cancelRequested });
    expect(operation).toMatchObject({ state: 'cancelled', startedAt: undefined });
    expect(neverBegan(operation)).toBe(true);
    expect(statements(w)).toEqual([]);
  });

  it.each([
    ['remove-backend', '0.proof'],
    ['add-backend', '0.acquire'],
  ] as const)('once it has begun, %s, is undone and did begin', async (kind, first) => {
    const w = world();
    const journal = memoryJournal();
    const { operation } = await carryOut(w, approved(w, kind), {
      journal,
      onChange: when(first, 'done', () => {
        journal.requestCancel('not tonight', w.clock.now());
      }),
    });
    expect(operation.state).toBe('cancelled');
    expect(neverBegan(operation)).toBe(false);
  });
});
