import { describe, expect, it } from 'vitest';
import type { Pause } from '../../../src/domain/memory.ts';
import { backends, DAY, evidence, NOW } from '../../support/decision-input.ts';
import { evaluateOnce, inMemory } from './support/ports.ts';

const pause = (since: number): Pause => ({
  cluster: 'analytics',
  direction: 'both',
  since,
  until: undefined,
  reason: 'the racks move',
  by: 'ann',
});

describe('a pause', () => {
  it('that a person sets while the last look is under way holds what would have begun by it', async () => {
    const world = inMemory();
    world.outside.evidence = async () => {
      world.outside.pauses = [pause(NOW + 30_000)];
      return evidence(backends(6));
    };
    const { record, operation } = await evaluateOnce(world);
    expect([operation, world.kept.operations.size]).toEqual([undefined, 0]);
    expect(record.groups[0]).toMatchObject({ action: 'hold', desired: 6 });
    expect(record.groups[0]?.reasons).toContain('paused');
    expect(record.steps).toEqual([]);
  });

  it.each([
    ['within the second of the tick', 500],
    ['by a clock that was ahead', 30 * DAY],
  ])('that was set %s holds all the same', async (_when, aheadMs) => {
    const world = inMemory();
    world.outside.pauses = [pause(NOW + aheadMs)];
    const { record, operation } = await evaluateOnce(world);
    expect(operation).toBeUndefined();
    expect(record.groups[0]?.reasons).toContain('paused');
  });
});
