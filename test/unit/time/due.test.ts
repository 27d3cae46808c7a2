import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { due, offsetOf, slots } from '../../../src/time/due.ts';

const START = Date.parse('2026-11-24T00:00:00Z');
const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 30 });

describe('due', () => {
  it('every cluster is due once in every interval of whole seconds', () => {
    fc.assert(
      fc.property(
        names,
        fc.integer({ min: 1, max: 120 }),
        fc.integer({ min: 0, max: 86_400 }),
        (clusters, interval, from) => {
          const first = START + from * 1_000;
          const seen: string[] = [];
          for (let second = 0; second < interval; second += 1)
            seen.push(...due(clusters, interval * 1_000, first + second * 1_000));
          expect(seen.toSorted()).toEqual(clusters.toSorted());
        },
      ),
    );
  });

  it('an interval that is no whole number of seconds keeps its mean', () => {
    let count = 0;
    for (let second = 0; second < 3_000; second += 1) count += due(['analytics'], 1_500, START + second * 1_000).length;
    expect(count).toBe(2_000);
  });

  it('an interval below a second is due in every second', () => {
    expect(due(['analytics'], 500, START)).toEqual(['analytics']);
    expect(due(['analytics'], 500, START + 1_000)).toEqual(['analytics']);
  });

  it('the place of a cluster depends on its name alone', () => {
    expect(offsetOf('analytics', 30_000)).toBe(offsetOf('analytics', 30_000));
    const at = START + Math.floor(offsetOf('analytics', 30_000) / 1_000) * 1_000;
    const alone = due(
      ['analytics'],
      30_000,
      at - (at % 30_000) + Math.floor(offsetOf('analytics', 30_000) / 1_000) * 1_000,
    );
    expect(alone).toEqual(['analytics']);
  });

  it('a thousand clusters with like names are spread over the interval', () => {
    const clusters = Array.from({ length: 1_000 }, (_, index) => `cluster-${String(index)}`);
    const perSecond = Array.from({ length: 15 }, (_, second) => due(clusters, 15_000, START + second * 1_000).length);
    expect(Math.max(...perSecond)).toBeLessThan(2 * (1_000 / 15));
  });
});

describe('slots', () => {
  it('hold every cluster once, in order, 50 to 100 ms apart', () => {
    fc.assert(
      fc.property(names, fc.integer({ min: 1, max: 16 }), (clusters, perSlot) => {
        const groups = slots(clusters, perSlot);
        expect(groups.flatMap((group) => group.clusters)).toEqual(clusters);
        groups.forEach((group, index) => {
          const gap = group.afterMs - (groups[index - 1]?.afterMs ?? group.afterMs - 100);
          expect(group.clusters.length).toBeLessThanOrEqual(perSlot);
          expect(gap).toBeGreaterThanOrEqual(50);
          expect(gap).toBeLessThanOrEqual(100);
        });
      }),
    );
  });

  it('of nothing are none', () => {
    expect(slots([], 16)).toEqual([]);
  });
});
