import { describe, expect, it } from 'vitest';
import type { ClusterPolicy } from '../../../src/domain/policy.ts';
import { groupPolicy, HOUR, MINUTE, reading, QUERIES, windowsPolicy } from '../../support/decision-input.ts';
import { DAYTIME, NIGHT, said, world } from './support/asked.ts';
import type { Asked } from './support/asked.ts';

/** A hundred queries are a node; what was higher before is forgotten. */
function needs(asked: Asked, nodes: number): void {
  asked.kept.slots.clear();
  asked.outside.history = () => nodes * 100 - 50;
}

async function askedFor(nodes: number, parts: Partial<ClusterPolicy> = {}): Promise<Asked> {
  const asked = world();
  needs(asked, nodes);
  await asked.evaluate(DAYTIME, parts);
  expect(asked.open()).toMatchObject({ kind: 'add-backend', from: 6, to: nodes, state: 'proposed' });
  return asked;
}

describe('growth whose size is at the edge of a whole node', () => {
  it('that becomes less is asked for on for 4 h, then as it is by then', async () => {
    const asked = await askedFor(9);
    const first = asked.open();
    needs(asked, 8);
    await asked.evaluate(DAYTIME + HOUR);
    expect(asked.open()).toMatchObject({ id: first?.id, state: 'proposed' });
    const over = await asked.evaluate(DAYTIME + 4 * HOUR);
    expect(over.operation?.reason).toContain('the plan is now be/default 6 -> 8');
    await asked.evaluate(DAYTIME + 4 * HOUR + MINUTE);
    expect(asked.open()).toMatchObject({ from: 6, to: 8 });
  });

  it('that becomes more is asked for anew at once, and then stands', async () => {
    const asked = await askedFor(8);
    for (const [minutes, nodes] of [
      [15, 9],
      [16, 9],
      [30, 8],
      [45, 9],
      [60, 8],
    ] as const) {
      needs(asked, nodes);
      await asked.evaluate(DAYTIME + minutes * MINUTE);
    }
    expect(asked.open()).toMatchObject({ from: 6, to: 9 });
    expect(asked.notices.map(({ event }) => event)).toEqual(['approval-needed', 'approval-expired', 'approval-needed']);
  });
});

describe('a yes to growth', () => {
  it('is one to less of it: what is needed then begins, and says what was approved', async () => {
    const asked = await askedFor(9);
    asked.approve();
    needs(asked, 8);
    await asked.evaluate(DAYTIME + 5 * HOUR);
    const { record, operation } = await asked.evaluate(NIGHT);
    expect(operation).toMatchObject({ id: 'id-001', state: 'pending', from: 6, to: 8, targets: [{}, {}] });
    expect(operation?.because).toContain('a part of what was approved, be/default 6 -> 9');
    expect(record.groups[0]).toMatchObject({ action: 'scale-out', desired: 8 });
    expect(said({ record, operation }, 'awaiting-approval')).toBe(
      'approved by ann Tue 10:00: be/default 6 -> 9, of which this is a part',
    );
  });

  it('is one to a floor below it, where only that passes the guards', async () => {
    const windows = windowsPolicy({ idle: [{ signal: 'queries', below: 100, forMs: 10 * MINUTE }] });
    const parts = { windows, backends: [groupPolicy({ min: 7 })] };
    const asked = await askedFor(9, parts);
    asked.approve();
    const busy = await asked.evaluate(NIGHT, parts);
    expect(busy.operation).toMatchObject({ state: 'pending', from: 6, to: 7 });
  });

  it('is one to less of it while its load is unknown, as growth to min is', async () => {
    const parts = { backends: [groupPolicy({ min: 7 })] };
    const asked = await askedFor(9, parts);
    asked.approve();
    asked.outside.readings = async () => [reading(QUERIES, { quality: 'missing', reason: 'down', value: undefined })];
    await asked.evaluate(DAYTIME + HOUR, parts);
    expect(asked.open()).toMatchObject({ id: 'id-001', state: 'proposed' });
  });

  it('begins in its window as it was given, where more is needed by then; the rest is asked for next', async () => {
    const asked = await askedFor(8);
    asked.approve();
    needs(asked, 9);
    const { record, operation } = await asked.evaluate(NIGHT);
    expect(operation).toMatchObject({ id: 'id-001', state: 'pending', from: 6, to: 8 });
    expect(record.groups[0]).toMatchObject({ action: 'scale-out', desired: 8 });
    expect(record.groups[0]?.chain).toContainEqual(
      expect.objectContaining({ stage: 'approval', from: 9, to: 8, detail: 'approved was be/default 6 -> 8' }),
    );
  });

  it('begins in an emergency as it was given, window or not', async () => {
    const windows = windowsPolicy({ emergency: { signal: 'queries', above: 9, forMs: MINUTE } });
    const asked = await askedFor(8, { windows });
    asked.approve();
    needs(asked, 10);
    asked.outside.emergency = async () => true;
    const { operation } = await asked.evaluate(DAYTIME + HOUR, { windows });
    expect(operation).toMatchObject({ id: 'id-001', state: 'pending', from: 6, to: 8 });
  });

  it('is void before its window where more is needed by then: people are asked while they are awake', async () => {
    const asked = await askedFor(8);
    asked.approve();
    needs(asked, 10);
    const over = await asked.evaluate(DAYTIME + HOUR);
    expect(over.operation?.reason).toBe('approval-expired: the plan is now be/default 6 -> 10');
  });
});
