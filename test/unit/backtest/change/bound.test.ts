import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beyondBound } from '../../../../src/backtest/change/bound.ts';
import type { PolicyFigures } from '../../../../src/domain/policy-change.ts';

const DAYS_14 = 14 * 24 * 60;
const figures = (parts: Partial<PolicyFigures> = {}): PolicyFigures => ({
  nodeHours: 1000,
  saturatedMinutes: 0,
  aboveTargetMinutes: 10,
  changes: 4,
  leastNodes: 3,
  mostNodes: 6,
  peakNodes: 6,
  ...parts,
});

const anyFigures = fc.record({
  nodeHours: fc.double({ min: 1, max: 1e6, noNaN: true }),
  saturatedMinutes: fc.nat(DAYS_14),
  aboveTargetMinutes: fc.nat(DAYS_14),
  changes: fc.nat(100),
  leastNodes: fc.nat(100),
  mostNodes: fc.nat(100),
  peakNodes: fc.nat(100),
});

describe('a changed policy', () => {
  it('that does the same is within the bound, whatever the figures', () => {
    fc.assert(
      fc.property(anyFigures, (same) => {
        expect(beyondBound(same, same, DAYS_14)).toEqual([]);
      }),
    );
  });

  it('that is better in everything is within the bound', () => {
    fc.assert(
      fc.property(anyFigures, anyFigures, (a, b) => {
        const better = {
          ...b,
          nodeHours: Math.min(a.nodeHours, b.nodeHours),
          saturatedMinutes: Math.min(a.saturatedMinutes, b.saturatedMinutes),
          aboveTargetMinutes: Math.min(a.aboveTargetMinutes, b.aboveTargetMinutes),
        };
        expect(beyondBound(a, better, DAYS_14)).toEqual([]);
      }),
    );
  });

  it('that is saturated for one minute more is beyond it', () => {
    expect(beyondBound(figures(), figures({ saturatedMinutes: 1 }), DAYS_14)).toEqual([
      'saturated for 1 min instead of 0 min (bound: none more)',
    ]);
  });

  it('may be above its target for 1 % more of the known time, and no minute more', () => {
    const share = DAYS_14 / 100;
    expect(beyondBound(figures(), figures({ aboveTargetMinutes: 10 + Math.floor(share) }), DAYS_14)).toEqual([]);
    expect(beyondBound(figures(), figures({ aboveTargetMinutes: 10 + 403 }), DAYS_14)).toEqual([
      'above its target for 413 min instead of 10 min: 2 % more of the time (bound: 1 %)',
    ]);
    expect(beyondBound(figures(), figures({ aboveTargetMinutes: 10 + Math.ceil(share) }), DAYS_14)).toHaveLength(1);
  });

  it('may take half as many node-hours again, and no more', () => {
    expect(beyondBound(figures(), figures({ nodeHours: 1500 }), DAYS_14)).toEqual([]);
    expect(beyondBound(figures(), figures({ nodeHours: 1600 }), DAYS_14)).toEqual([
      '1600 node-hours instead of 1000: 60 % more (bound: 50 %)',
    ]);
  });
});
