import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrivalOf, fallOf, type Point } from '../../../../src/operation/drain/slope.ts';

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;

/** A value that falls by so much a minute, with something added to each reading. */
function falling(perMinute: number, count: number, noise: (index: number) => number = () => 0): readonly Point[] {
  return Array.from({ length: count }, (_, index) => ({
    at: NOW + index * MINUTE,
    value: 10_000 - perMinute * index + noise(index),
  }));
}

describe('the pace of a drain', () => {
  it.each([
    ['no point', []],
    ['one point', falling(5, 1)],
    ['two points', falling(5, 2)],
    ['many readings of two instants', [...falling(5, 2), ...falling(7, 2), ...falling(9, 2)]],
  ])('cannot be told from %s', (_name, points) => {
    expect(fallOf(points)).toBeUndefined();
  });

  it('is that of a straight fall, without any doubt', () => {
    const slope = fallOf(falling(30, 10));
    expect(slope?.perMs).toBeCloseTo(30 / MINUTE, 12);
    expect(slope?.slowestPerMs).toBeCloseTo(30 / MINUTE, 12);
    expect(slope?.fastestPerMs).toBeCloseTo(30 / MINUTE, 12);
  });

  it('is told through a plateau in the middle, with the doubt that it brings', () => {
    const plateau = [10_000, 9900, 9800, 9700, 9700, 9700, 9700, 9600, 9500, 9400];
    const slope = fallOf(plateau.map((value, index) => ({ at: NOW + index * MINUTE, value })));
    if (slope === undefined) throw new Error('no slope');
    expect(slope.perMs * MINUTE).toBeGreaterThan(50);
    expect(slope.perMs * MINUTE).toBeLessThan(80);
    expect(slope.slowestPerMs).toBeLessThan(slope.perMs);
    expect(slope.fastestPerMs).toBeGreaterThan(slope.perMs);
  });

  const perMinute = fc.integer({ min: 1, max: 1000 });
  const noisy = fc.tuple(perMinute, fc.array(fc.integer({ min: -400, max: 400 }), { minLength: 5, maxLength: 40 }));

  it('is not moved out of its bounds by a quarter of wild points, whatever they say', () => {
    const wild = fc.array(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(perMinute, wild, (fall, values) => {
        const good = falling(fall, 4 * values.length + 4);
        const bad = new Map(values.map((value, index) => [4 * index + 1, value]));
        const slope = fallOf(good.map((point, index) => ({ ...point, value: bad.get(index) ?? point.value })));
        expect((slope?.perMs ?? 0) * MINUTE).toBeCloseTo(fall, 6);
      }),
    );
  });

  it('lies between its bounds', () => {
    fc.assert(
      fc.property(noisy, ([fall, noise]) => {
        const slope = fallOf(falling(fall, noise.length, (index) => noise[index] ?? 0));
        if (slope === undefined) throw new Error('no slope');
        expect(slope.slowestPerMs).toBeLessThanOrEqual(slope.perMs);
        expect(slope.perMs).toBeLessThanOrEqual(slope.fastestPerMs);
      }),
    );
  });

  it('does not depend on the order of the points, nor on what o’clock it is, and scales with the value', () => {
    fc.assert(
      fc.property(
        noisy,
        fc.integer({ min: -1_000_000, max: 1_000_000 }),
        fc.integer({ min: 2, max: 100 }),
        (given, later, factor) => {
          const [fall, noise] = given;
          const points = falling(fall, noise.length, (index) => noise[index] ?? 0);
          const slope = fallOf(points);
          const moved = points.map(({ at, value }) => ({ at: at + later, value }));
          for (const same of [fallOf(points.toReversed()), fallOf(moved)]) {
            expect(same?.perMs).toBeCloseTo(slope?.perMs ?? NaN, 9);
            expect(same?.slowestPerMs).toBeCloseTo(slope?.slowestPerMs ?? NaN, 9);
            expect(same?.fastestPerMs).toBeCloseTo(slope?.fastestPerMs ?? NaN, 9);
          }
          const scaled = fallOf(points.map(({ at, value }) => ({ at, value: value * factor })));
          expect(scaled?.perMs).toBeCloseTo((slope?.perMs ?? 0) * factor, 9);
        },
      ),
    );
  });

  it('of points that fall faster is greater: it is monotone', () => {
    fc.assert(
      fc.property(noisy, fc.integer({ min: 1, max: 50 }), ([fall, noise], more) => {
        const points = falling(fall, noise.length, (index) => noise[index] ?? 0);
        const faster = points.map(({ at, value }, index) => ({ at, value: value - more * index }));
        expect(fallOf(faster)?.perMs ?? 0).toBeGreaterThan(fallOf(points)?.perMs ?? 0);
      }),
    );
  });
});

describe('the expected end', () => {
  const slope = { perMs: 0.01, slowestPerMs: 0.005, fastestPerMs: 0.02 };

  it('is a range: what is left, by the fastest and by the slowest', () => {
    expect(arrivalOf(1000, slope, NOW)).toEqual({
      at: NOW + 100_000,
      earliestAt: NOW + 50_000,
      latestAt: NOW + 200_000,
    });
  });

  it.each([
    ['has no latest where it may stand still', { ...slope, slowestPerMs: 0 }, undefined],
    ['has no latest where it may even grow', { ...slope, slowestPerMs: -0.1 }, undefined],
  ])('%s', (_name, each, latestAt) => {
    expect(arrivalOf(1000, each, NOW)?.latestAt).toBe(latestAt);
  });

  it.each([0, -0.01])('is unknown at a pace of %d', (perMs) => {
    expect(arrivalOf(1000, { ...slope, perMs }, NOW)).toBeUndefined();
  });

  it('of less is sooner', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 1e6 }), (left, less) => {
        const [long, short] = [arrivalOf(left + less, slope, NOW), arrivalOf(left, slope, NOW)];
        expect(short?.at ?? Infinity).toBeLessThan(long?.at ?? 0);
      }),
    );
  });
});
