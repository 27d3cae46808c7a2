import { describe, expect, it } from 'vitest';
import { askAgainFrom } from '../../../src/controller/approval/recall-approval.ts';
import type { Operation } from '../../../src/domain/operation.ts';
import { BY_THE_POLICY } from '../../../src/domain/operation.ts';
import { clusterPolicy, DAY, groupPolicy, HOUR, MINUTE, NOW } from '../../support/decision-input.ts';
import { ended, evaluateOnce, inMemory } from './support/ports.ts';
import type { InMemory } from './support/ports.ts';

/** Six backends, and a minimum that somebody raised: growth that nothing but a person keeps from beginning. */
const raisedTo = (min: number) => clusterPolicy({ backends: [groupPolicy({ min })] });

const CANCELLED: Operation = ended({
  id: 'op-1',
  kind: 'add-backend',
  state: 'cancelled',
  from: 6,
  to: 7,
  endedAt: NOW - HOUR,
  cancelRequested: { at: NOW - HOUR - MINUTE, by: 'ann', reason: 'not tonight' },
});

function after(operation: Operation): InMemory {
  const world = inMemory();
  world.kept.operations.set(operation.id, operation);
  return world;
}

describe('an addition that a person cancelled', () => {
  it('is not begun again for 24 h, though min asks for it, and the record says why', async () => {
    const world = after(CANCELLED);
    const { record, operation } = await evaluateOnce(world, { policy: raisedTo(7) });
    expect(operation).toBeUndefined();
    expect(record.groups[0]?.reasons).toContain('paused');
    expect(record.groups[0]?.guards.find(({ code }) => code === 'paused')?.detail).toBe(
      'cancelled by ann: not tonight; it rests until Wed 01:00, or a resume',
    );
  });

  it.each<{ when: string; min: number; operation: Operation; resumedAt?: number }>([
    { when: '24 h are over', min: 7, operation: { ...CANCELLED, endedAt: NOW - DAY } },
    { when: 'a person resumed', min: 7, operation: CANCELLED, resumedAt: NOW - MINUTE },
    { when: 'more is needed than was cancelled', min: 8, operation: CANCELLED },
    { when: 'it failed by itself', min: 7, operation: { ...CANCELLED, state: 'failed', cancelRequested: undefined } },
    {
      when: 'the policy was edited to observe, and back',
      min: 7,
      operation: { ...CANCELLED, cancelRequested: { at: NOW - HOUR, by: BY_THE_POLICY, reason: 'mode: observe' } },
    },
  ])('or begins: $when', async ({ min, operation, resumedAt }) => {
    const world = after(operation);
    if (resumedAt !== undefined) await askAgainFrom(world.ports.memory, 'analytics', 'out', resumedAt);
    const begun = await evaluateOnce(world, { policy: raisedTo(min) });
    expect(begun.operation).toMatchObject({ kind: 'add-backend', to: min });
  });
});
