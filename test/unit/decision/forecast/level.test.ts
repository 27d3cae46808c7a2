import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { levelOf } from '../../../../src/decision/forecast/level.ts';
import { localDays } from '../../../../src/decision/forecast/local-days.ts';
import { demandSeries } from '../../../../src/decision/forecast/series.ts';

const DAY_SLOTS = 288;
const FIRST = 5_900_000;

interface Given {
  /** Undefined = the slot is unknown. */
  readonly demand: readonly (number | undefined)[];
  readonly now: number;
  readonly from: number;
  readonly length: number;
  readonly daysBack: number;
  readonly exceeded: number;
}

const given: fc.Arbitrary<Given> = fc
  .record({
    // Few different values, so that many are equal.
    demand: fc.array(
      fc.option(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.double({ min: 0, max: 9, noNaN: true })), {
        nil: undefined,
        freq: 6,
      }),
      {
        minLength: 1,
        maxLength: 700,
      },
    ),
    known: fc.double({ min: 0, max: 1, noNaN: true }),
    ahead: fc.integer({ min: -40, max: 900 }),
    length: fc.integer({ min: 1, max: 400 }),
    daysBack: fc.constantFrom(1, 2),
    exceeded: fc.integer({ min: 0, max: 12 }),
  })
  .map(({ known, ahead, ...rest }) => {
    const now = FIRST + Math.ceil(rest.demand.length * known);
    return { ...rest, now, from: now + ahead };
  });

function seriesOf(demand: readonly (number | undefined)[]) {
  const series = demandSeries(FIRST);
  for (const [index, nodes] of demand.entries()) if (nodes !== undefined) series.push(FIRST + index, nodes);
  return series;
}

/** Slot by slot, all of them sorted. */
function plainLevel({ demand, now, from, length, daysBack, exceeded }: Given): number {
  const values: number[] = [];
  for (let slot = from; slot < from + length; slot += 1) {
    let earlier = slot - daysBack * DAY_SLOTS;
    while (earlier >= now) earlier -= daysBack * DAY_SLOTS;
    const nodes = demand[earlier - FIRST];
    if (nodes !== undefined) values.push(nodes);
  }
  if (values.length === 0 || values.length < length / 2) return NaN;
  const sorted = values.toSorted((a, b) => b - a);
  return sorted[Math.min(exceeded, sorted.length - 1)] ?? NaN;
}

describe('the level of the same times before', () => {
  it('is what at most so many slots lie above, as if each of them were looked at', () => {
    fc.assert(
      fc.property(given, (each) => {
        const { now, from, length, daysBack, exceeded } = each;
        const found = levelOf(
          seriesOf(each.demand),
          localDays('UTC', []),
          { now, from, until: from + length },
          { daysBack, stepDays: daysBack },
          exceeded,
        );
        expect(found).toBe(plainLevel(each));
      }),
      { numRuns: 500 },
    );
  });

  it('is the same where each slot is looked at because some day is a holiday', () => {
    fc.assert(
      fc.property(given, (each) => {
        const { now, from, length, daysBack, exceeded } = each;
        const level = (holidays: readonly string[]): number =>
          levelOf(
            seriesOf(each.demand),
            localDays('UTC', holidays),
            { now, from, until: from + length },
            { daysBack, stepDays: daysBack },
            exceeded,
          );
        expect(level([])).toBe(level(['1999-01-01']));
      }),
      { numRuns: 200 },
    );
  });

  it('of a time across a change of the clock compares the same local times', () => {
    // The clocks of Berlin went forward on 2026-03-29 at 01:00 UTC.
    const change = Date.UTC(2026, 2, 29, 1) / 300_000;
    const days = localDays('Europe/Berlin', []);
    expect(days.lagOf(change + 100, change + 200, 1)).toBe(undefined);
    expect(days.lagOf(change + DAY_SLOTS, change + DAY_SLOTS + 100, 1)).toBe(DAY_SLOTS);
    expect(days.lagOf(change - 100, change - 1, 1)).toBe(DAY_SLOTS);
    expect(days.lagOf(change - 100, change, 1)).toBe(undefined);
  });
});
