import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitRange } from '../../../src/prometheus/query/split-range.ts';

const MINUTE = 60_000;

describe('a range is split', () => {
  it('28 days by the minute of one series are five queries, which Prometheus would refuse as one', () => {
    const parts = splitRange({ from: 0, until: 28 * 1440 * MINUTE - MINUTE, stepMs: MINUTE, expectedSeries: 1 });
    expect(parts).toHaveLength(5);
    expect(parts[0]).toEqual({ from: 0, until: 9_999 * MINUTE });
    expect(parts[1]?.from).toBe(10_000 * MINUTE);
  });

  it('nothing is asked of a range that ends before it begins, one point of one that ends where it begins', () => {
    expect(splitRange({ from: 10, until: 0, stepMs: 1, expectedSeries: 1 })).toEqual([]);
    expect(splitRange({ from: 10, until: 10, stepMs: 1, expectedSeries: 1 })).toEqual([{ from: 10, until: 10 }]);
  });

  it('every point is asked for exactly once, never 11,000 of a series at once, never more samples than a reply should have', () => {
    const request = fc.record({
      from: fc.integer({ min: 0, max: 1e9 }),
      steps: fc.integer({ min: 0, max: 60_000 }),
      stepMs: fc.integer({ min: 1, max: 300_000 }),
      expectedSeries: fc.integer({ min: 0, max: 5_000 }),
    });
    fc.assert(
      fc.property(request, ({ from, steps, stepMs, expectedSeries }) => {
        const parts = splitRange({ from, until: from + steps * stepMs, stepMs, expectedSeries });
        const points = parts.map((part) => (part.until - part.from) / stepMs + 1);
        expect(points.every(Number.isInteger)).toBe(true);
        expect(Math.max(...points)).toBeLessThan(11_000);
        expect(Math.max(...points) * expectedSeries).toBeLessThanOrEqual(Math.max(50_000, expectedSeries));
        const follows = parts.every((part, index) => part.from === (parts[index - 1]?.until ?? from - stepMs) + stepMs);
        expect(follows).toBe(true);
        expect(parts.at(-1)?.until).toBe(from + steps * stepMs);
      }),
    );
  });
});
