import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { levelsOf } from '../../../../src/decision/forecast/level.ts';
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
        size: 'max',
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
        const levels = levelsOf(seriesOf(each.demand), localDays('UTC', []), { daysBack, stepDays: daysBack });
        expect(levels({ now, from, until: from + length }, exceeded)).toBe(plainLevel(each));
      }),
      { numRuns: 500 },
    );
  });

  it('is the same where each slot is looked at because some day is a holiday', () => {
    fc.assert(
      fc.property(given, (each) => {
        const { now, from, length, daysBack, exceeded } = each;
        const level = (holidays: readonly string[]): number =>
          levelsOf(seriesOf(each.demand), localDays('UTC', holidays), { daysBack, stepDays: daysBack })(
            { now, from, until: from + length },
            exceeded,
          );
        expect(level([])).toBe(level(['1999-01-01']));
      }),
      { numRuns: 200 },
    );
  });

  it('is what it would be if it were asked for the first time, however the times before it slid along', () => {
    const start = fc.record({
      demand: fc.array(fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined, freq: 200 }), {
        minLength: 700,
        maxLength: 700,
      }),
      now: fc.integer({ min: FIRST + 600, max: FIRST + 640 }),
      ahead: fc.integer({ min: 0, max: 300 }),
      length: fc.integer({ min: 1, max: 40 }),
      daysBack: fc.constantFrom(1, 2),
      exceeded: fc.integer({ min: 0, max: 4 }),
    });
    const move = fc.integer({ min: -1, max: 2 });
    const moves = fc.array(
      fc.record({ now: fc.nat(1), from: move, until: move, exceeded: fc.constantFrom(0, 0, 0, 1) }),
      { minLength: 30, maxLength: 30 },
    );
    fc.assert(
      fc.property(start, moves, ({ ahead, ...each }, walk) => {
        const { daysBack } = each;
        const levels = levelsOf(seriesOf(each.demand), localDays('UTC', []), { daysBack, stepDays: daysBack });
        let { now, length } = each;
        let from = now + ahead;
        for (const step of walk) {
          length = Math.max(1, length + step.until - step.from);
          from += step.from;
          now += step.now;
          const exceeded = each.exceeded + step.exceeded;
          const plain = plainLevel({ ...each, now, from, length, exceeded });
          expect(levels({ now, from, until: from + length }, exceeded)).toBe(plain);
        }
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
