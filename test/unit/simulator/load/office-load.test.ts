import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { officeLoad } from '../../../../src/simulator/load/office-load.ts';

const HOUR_MS = 3_600_000;
const MONDAY = Date.UTC(2026, 0, 5);
const SATURDAY = Date.UTC(2026, 0, 10);
const instants = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2030, 0, 1) });

describe('a load with office hours', () => {
  it('is never negative and never above its peak', () => {
    fc.assert(
      fc.property(instants, fc.nat(), fc.double({ min: 0.1, max: 100, noNaN: true }), (atMs, seed, peak) => {
        const load = officeLoad({ peak, seed })(atMs);
        expect(load).toBeGreaterThan(0);
        expect(load).toBeLessThanOrEqual(peak * (1 + 1e-9));
      }),
    );
  });

  it('is the same for the same seed, and another for another', () => {
    fc.assert(
      fc.property(instants, fc.nat(), (atMs, seed) => {
        expect(officeLoad({ peak: 5, seed })(atMs)).toBe(officeLoad({ peak: 5, seed })(atMs));
      }),
    );
    const differs = Array.from({ length: 20 }, (_, slot) => MONDAY + slot * 300_000).filter(
      (atMs) => officeLoad({ peak: 5, seed: 1 })(atMs) !== officeLoad({ peak: 5, seed: 2 })(atMs),
    );
    expect(differs).toHaveLength(20);
  });

  it('sleeps at night and at weekends', () => {
    const load = officeLoad({ peak: 10, seed: 7 });
    expect(load(MONDAY + 10 * HOUR_MS)).toBeGreaterThan(9);
    expect(load(MONDAY + 3 * HOUR_MS)).toBeLessThan(2);
    expect(load(SATURDAY + 10 * HOUR_MS)).toBeLessThan(5);
  });

  it("follows the office's own clock", () => {
    const shanghai = officeLoad({ peak: 10, seed: 7, utcOffsetMs: 8 * HOUR_MS });
    expect(shanghai(MONDAY + 2 * HOUR_MS)).toBeGreaterThan(9);
    expect(shanghai(MONDAY + 10 * HOUR_MS)).toBeLessThan(8);
  });
});
