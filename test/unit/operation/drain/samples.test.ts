import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DrainSample, keepSample, recentSamples, samplesIn } from '../../../../src/operation/drain/samples.ts';
import type { JsonValue } from '../../../../src/domain/operation.ts';

const MINUTE = 60_000;
const sample = (minute: number): DrainSample => ({ at: minute * MINUTE, tablets: 1000 - minute, bytes: 5 });

function kept(count: number): readonly DrainSample[] {
  let data: JsonValue = [];
  for (let minute = 0; minute < count; minute += 1) data = keepSample(samplesIn({ samples: data }), sample(minute));
  return samplesIn({ samples: data });
}

describe('samples of a drain', () => {
  it('come back from the journal as they were written', () => {
    expect(kept(3)).toEqual([sample(0), sample(1), sample(2)]);
  });

  it('are at most 48, in order, with the first and the last, however long it lasts', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), (count) => {
        const all = kept(count);
        expect(all.length).toBeLessThanOrEqual(48);
        expect(all.at(0)).toEqual(sample(0));
        expect(all.at(-1)).toEqual(sample(count - 1));
        expect(all.map(({ at }) => at)).toEqual(all.map(({ at }) => at).toSorted((a, b) => a - b));
      }),
      { numRuns: 25 },
    );
  });

  it('tell the newest times most finely', () => {
    const all = kept(1000);
    const gaps = all.slice(1).map(({ at }, index) => at - (all[index]?.at ?? 0));
    expect(gaps.at(-1)).toBe(MINUTE);
    expect(gaps.at(0)).toBeGreaterThan(10 * MINUTE);
  });

  it('of another form are none', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (samples) => {
        expect(Array.isArray(samplesIn({ samples: samples as JsonValue }))).toBe(true);
      }),
    );
    expect(samplesIn({})).toEqual([]);
    expect(samplesIn({ samples: [[1, 2], 'x', [1, 2, 'y'], [1, 2, 3]] })).toEqual([{ at: 1, tablets: 2, bytes: 3 }]);
  });

  it('of the last hour tell the pace of now, and the last eight where they lie further apart', () => {
    const dense = Array.from({ length: 120 }, (_, minute) => sample(minute));
    expect(recentSamples(dense, 119 * MINUTE)).toEqual(dense.slice(59));
    const sparse = Array.from({ length: 20 }, (_, index) => sample(index * 30));
    expect(recentSamples(sparse, 570 * MINUTE)).toEqual(sparse.slice(-8));
  });
});
