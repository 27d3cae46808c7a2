import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tabletWalks } from '../../../src/controller/tablet-walks.ts';
import { growthRecord } from '../../../src/controller/walk-if-worth.ts';
import {
  backend,
  backends,
  clusterPolicy,
  CPU,
  DAY,
  GIB,
  groupPolicy,
  history,
  HOUR,
  input,
  MINUTE,
  NOW,
  slots,
  walk,
} from '../../support/decision-input.ts';
import type { SignalPolicy } from '../../../src/domain/group-policy.ts';
import { evaluateOnce, inMemory } from './support/ports.ts';

const never = new AbortController().signal;
const DISK: SignalPolicy = { ...CPU, name: 'be_disk', purpose: { kind: 'size', form: 'target', targetRatio: 0.7 } };

function walking() {
  const made: number[] = [];
  const walks = tabletWalks();
  const at = async (minute: number, group = 'default', ...nodes: readonly string[]) => {
    const reader = {
      walkTablets: async () => {
        made.push(minute);
        return walk({ at: NOW + minute * MINUTE });
      },
    };
    return await walks.look(reader, { group, nodes }, NOW + minute * MINUTE, never);
  };
  return { made, walks, at };
}

describe('walks over the tablets', () => {
  it('for a removal that is refused again and again come after 10, 20, 40 and every 60 min', async () => {
    const { made, at } = walking();
    for (let minute = 0; minute <= 260; minute += 1) await at(minute);
    expect(made).toEqual([0, 10, 30, 70, 130, 190, 250]);
  });

  it('between them the last one is shown with its age', async () => {
    const { at } = walking();
    await at(0);
    expect((await at(9)).at).toBe(NOW);
  });

  it('begin anew once a removal has begun', async () => {
    const { made, walks, at } = walking();
    for (const minute of [0, 10, 30]) await at(minute);
    walks.begun();
    for (const minute of [31, 32, 41]) await at(minute);
    expect(made).toEqual([0, 10, 30, 31, 41]);
  });

  it('are made for another removal within 10 min of the last, whatever was refused before', async () => {
    const { made, at } = walking();
    for (let minute = 0; minute < 75; minute += 1) await at(minute);
    for (let minute = 75; minute < 160; minute += 1) await at(minute, 'reports');
    expect(made).toEqual([0, 10, 30, 70, 80, 90, 110, 150]);
  });

  it('are made for other backends of the same group so too, in whatever order these are named', async () => {
    const { made, at } = walking();
    for (let minute = 0; minute < 75; minute += 1) await at(minute, 'default', 'a', 'b');
    for (let minute = 75; minute < 83; minute += 1) await at(minute, 'default', 'b', 'c');
    for (let minute = 83; minute < 160; minute += 1) await at(minute, 'default', 'b', 'a');
    expect(made).toEqual([0, 10, 30, 70, 80, 130]);
  });

  it('are shared while they are fresh by removals that are wanted at the same time', async () => {
    const { made, at } = walking();
    for (let minute = 0; minute <= 260; minute += 1) {
      await at(minute);
      expect((await at(minute, 'reports')).at).toBe(NOW + (made.at(-1) ?? NaN) * MINUTE);
    }
    expect(made).toEqual([0, 10, 30, 70, 130, 190, 250]);
  });

  it('of an earlier night count on, of an earlier week they do not', async () => {
    const { made, at } = walking();
    for (let minute = 0; minute <= 70; minute += 1) await at(minute);
    const next = 20 * 60;
    for (let minute = next; minute <= next + 60; minute += 1) await at(minute);
    const later = 8 * 24 * 60;
    for (let minute = later; minute <= later + 10; minute += 1) await at(minute);
    expect(made).toEqual([0, 10, 30, 70, next, next + 60, later, later + 10]);
  });

  it('that failed are unknown, and are not repeated at once either', async () => {
    let asked = 0;
    const reader = {
      walkTablets: () => {
        asked += 1;
        return Promise.reject(new Error('no answer within 90 s'));
      },
    };
    const walks = tabletWalks();
    for (const minute of [0, 1, 9]) {
      const { replication } = await walks.look(reader, { group: 'default', nodes: [] }, NOW + minute * MINUTE, never);
      expect(replication).toEqual({ known: false, reason: 'no answer within 90 s' });
    }
    expect(asked).toBe(1);
  });

  it('are not put off by a clock that was set back', async () => {
    const { made, at } = walking();
    await at(0);
    await at(-600);
    expect(made).toEqual([0, -600]);
  });

  it('are not put off by it for another removal either', async () => {
    const { made, at } = walking();
    for (let minute = 0; minute <= 70; minute += 1) await at(minute);
    await at(-600, 'reports');
    for (let minute = -599; minute <= -590; minute += 1) await at(minute);
    expect(made).toEqual([0, 10, 30, 70, -600, -590]);
  });

  it('are never more than one in 10 min, whenever and for whatever they are asked for', async () => {
    const asks = fc.array(fc.tuple(fc.integer({ min: 0, max: 90 }), fc.constantFrom('a', 'b', 'c', 'd')), {
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(asks, async (asked) => {
        const { made, at } = walking();
        let minute = 0;
        for (const [gap, node] of asked) {
          minute += gap;
          await at(minute, 'default', node);
        }
        made.slice(1).forEach((each, index) => {
          expect(each - (made[index] ?? 0)).toBeGreaterThanOrEqual(10);
        });
      }),
    );
  });
});

describe('an evaluation that wants a removal', () => {
  const walked = (asked: readonly string[]) => asked.filter((each) => each === 'walk').length;

  it('walks no tablet while something cheaper refuses', async () => {
    const world = inMemory();
    const found = await world.outside.evidence();
    world.outside.evidence = async () => ({ ...found, jobs: { known: true, value: ['rollups: 1 running'] } });
    const { record, operation } = await evaluateOnce(world);
    expect(operation).toBeUndefined();
    expect(record.groups[0]?.reasons[0]).toBe('schema-change-running');
    expect(walked(world.asked)).toBe(0);
  });

  it('allows nothing by a look that is old, and says so', async () => {
    const world = inMemory();
    const walks = tabletWalks();
    world.outside.walk = async () =>
      walk({ at: world.clock.now(), tablets: { known: true, value: { total: 9, unhealthy: 1, unrecoverable: 1 } } });
    await evaluateOnce(world, { walks });
    world.outside.walk = async () => walk({ at: world.clock.now() });
    await world.clock.advanceBy(5 * MINUTE);
    const { record, operation } = await evaluateOnce(world, { walks });
    expect(operation).toBeUndefined();
    const detail = record.groups[0]?.guards.find(({ code }) => code === 'tablets-unhealthy')?.detail;
    expect(detail).toMatch(/1 tablet cannot be recovered.*looked at 5 min ago/);
    await world.clock.advanceBy(5 * MINUTE);
    expect((await evaluateOnce(world, { walks })).operation?.kind).toBe('remove-backend');
    expect(walked(world.asked)).toBe(2);
  });

  it('waits 10 min at most for what refused another group, which is wanted smaller no more', async () => {
    const world = inMemory();
    const reports = [10, 11, 12, 13, 14, 15].map((index) => backend(index, { group: 'reports' }));
    world.outside.members = [...backends(6), ...reports];
    world.outside.walk = async () =>
      walk({
        at: world.clock.now(),
        replication: { known: true, value: [{ group: 'default', replicas: 6, table: 'shop.dim' }] },
      });
    const walks = tabletWalks();
    const onlyDefault = clusterPolicy({ backends: [groupPolicy(), groupPolicy({ group: 'reports', min: 6 })] });
    const onlyReports = clusterPolicy({ backends: [groupPolicy({ min: 6 }), groupPolicy({ group: 'reports' })] });
    for (let minute = 0; minute < 75; minute += 1) {
      await evaluateOnce(world, { policy: onlyDefault, walks });
      await world.clock.advanceBy(MINUTE);
    }
    let waited = 0;
    for (; waited < 60 && world.kept.operations.size === 0; waited += 1) {
      await evaluateOnce(world, { policy: onlyReports, walks });
      await world.clock.advanceBy(MINUTE);
    }
    expect(waited).toBeLessThanOrEqual(11);
    expect([...world.kept.operations.values()]).toMatchObject([{ kind: 'remove-backend', group: 'reports' }]);
  });
});

describe('growth of the data', () => {
  const grown = (load: (day: number, at: number) => number | undefined) => {
    const startMs = NOW - 9 * DAY;
    const bytes = slots('be_disk', (at) => load((at - startMs) / DAY, at));
    const asked = input({ group: { signals: [DISK] }, demand: [history({ be_disk: bytes })] });
    const [record] = growthRecord({ kind: 'remove-backend', state: 'pending', group: 'default' }, asked);
    return record?.data['bytesPerDay'];
  };

  it('is measured in whole days, and kept for the later proofs of the same removal', () => {
    expect(grown((day) => (100 + 2 * day) * GIB)).toBeCloseTo(2 * GIB, -6);
  });

  it('does not count what comes and goes within a day', () => {
    expect(grown((_day, at) => (at % DAY < HOUR ? 900 : 100) * GIB)).toBe(0);
  });

  it('of data that shrinks is none', () => {
    expect(grown((day) => (100 - day) * GIB)).toBe(0);
  });

  it.each([
    ['without a day to compare', () => undefined],
    ['of one day alone', (day: number) => (day > 8 ? 1 : undefined)],
  ])('%s is unknown, not zero', (_what, load) => {
    expect(grown(load)).toBeUndefined();
  });

  it('leaves out days on which other backends were there, and slots while data moved', () => {
    const step = (day: number): number => (day < 5 ? 600 : 500) * GIB;
    const startMs = NOW - 9 * DAY;
    const told = slots('be_disk', (at) => step((at - startMs) / DAY)).map((slot) => {
      const day = (slot.slotStartMs - startMs) / DAY;
      return { ...slot, nodes: day < 5 ? 6 : 5, migrating: day > 4.9 && day < 5.1 };
    });
    const asked = input({ group: { signals: [DISK] }, demand: [history({ be_disk: told })] });
    const [record] = growthRecord({ kind: 'remove-backend', state: 'pending', group: 'default' }, asked);
    expect(record?.data['bytesPerDay']).toBe(0);
  });

  it('is asked for a removal that begins alone', () => {
    const asked = input({ group: { signals: [DISK] }, demand: [history({ be_disk: slots('be_disk', () => GIB) })] });
    expect(growthRecord({ kind: 'add-backend', state: 'pending', group: 'default' }, asked)).toEqual([]);
    expect(growthRecord({ kind: 'remove-backend', state: 'proposed', group: 'default' }, asked)).toEqual([]);
  });
});
