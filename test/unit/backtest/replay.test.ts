import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeLines } from '../../../src/backtest/backtest.ts';
import type { Change } from '../../../src/backtest/live/replay.ts';
import { windowAt } from '../../../src/decision/windows/effective.ts';
import { DAY, HOUR, MINUTE, windowsPolicy } from '../../support/decision-input.ts';
import { judgedBacktest, minuteTrace } from '../../support/judged-backtest.ts';
import { generatedLoad, LOAD_NAMES, LOADS_START } from '../../support/loads.ts';

const DAYS = 20;
const FROM = LOADS_START + 8 * DAY;
const load = (name: string): Float64Array => generatedLoad(name, DAYS).columns[0]?.values ?? new Float64Array();
const replay = (values: ArrayLike<number>, perNode = 1) =>
  judgedBacktest(minuteTrace(LOADS_START, values), { fromMs: FROM, perNode });

/** Ten nodes' work in office hours, little at night, less at weekends; each week like the one before. */
const officeWeeks = (weeks: number): Float64Array =>
  Float64Array.from({ length: weeks * 7 * 1440 }, (_, minute) => {
    const at = new Date(LOADS_START + minute * MINUTE);
    const isOffice = at.getUTCHours() >= 8 && at.getUTCHours() < 18;
    if (at.getUTCDay() === 0 || at.getUTCDay() === 6) return 2.2;
    return isOffice ? 10.4 : 4.5;
  });
/** Additions that begin within minHold of a removal. */
const backWithin = (changes: readonly Change[], minHoldMs: number): readonly Change[] =>
  changes.filter((change) =>
    changes.some((each) => {
      const afterMs = change.at - each.at;
      return change.to > change.from && each.to < each.from && afterMs > 0 && afterMs < minHoldMs;
    }),
  );

describe('a replay', { timeout: 120_000 }, () => {
  it('of a prefix makes the same decisions as one of the whole: nobody looks ahead', () => {
    fc.assert(
      fc.property(fc.constantFrom(...LOAD_NAMES), fc.integer({ min: 9 * 1440, max: DAYS * 1440 - 1 }), (name, cut) => {
        const whole = load(name);
        const endMs = LOADS_START + cut * MINUTE;
        const before = replay(whole).replayed.changes.filter(({ at }) => at < endMs);
        expect(replay(whole.subarray(0, cut)).replayed.changes).toEqual(before);
      }),
      { numRuns: 6 },
    );
  });

  it('of loads times a constant, with nodes that carry as much more, gives the same counts', () => {
    fc.assert(
      // Powers of two leave every digit as it is.
      fc.property(fc.constantFrom(...LOAD_NAMES), fc.integer({ min: -8, max: 8 }), (name, power) => {
        const values = load(name);
        const scaled = replay(
          values.map((each) => each * 2 ** power),
          2 ** power,
        );
        expect(scaled.replayed.changes).toEqual(replay(values).replayed.changes);
      }),
      { numRuns: 4 },
    );
  });

  it.each(LOAD_NAMES)(
    'of %s changes within windows only, stays within its bounds, and pays no less than the optimum',
    (name) => {
      const { replayed, baselines } = replay(load(name));
      for (const { at, to } of replayed.changes) {
        expect(windowAt(windowsPolicy({ guardMs: 0 }), at)).toBeDefined();
        expect(to).toBeGreaterThanOrEqual(3);
        expect(to).toBeLessThanOrEqual(40);
      }
      if (replayed.figures.aboveTargetMinutes === 0)
        expect(replayed.figures.nodeHours).toBeGreaterThanOrEqual(baselines.optimum.nodeHours - 1e-6);
    },
  );

  it('knows what lies before its beginning and does not judge it', () => {
    const values = load('office hours');
    const from = judgedBacktest(minuteTrace(LOADS_START, values), { fromMs: FROM });
    expect(from.fromMs).toBe(FROM);
    expect(from.replayed.stretches[0]?.fromMinute).toBe((8 * DAY) / MINUTE);
    expect(from.replayed.changes.every(({ at }) => at >= FROM)).toBe(true);
    // Without a history scale-in waits for 8 days of it.
    const bare = judgedBacktest(minuteTrace(LOADS_START, values), { start: 30 });
    expect(bare.replayed.changes[0]?.at).toBeGreaterThan(LOADS_START + 7 * DAY);
    expect(from.replayed.changes[0]?.at).toBeLessThan(FROM + 2 * DAY);
  });

  it.each([
    {
      name: 'nights',
      days: [1, 2, 3, 4, 5, 6, 7] as const,
      hours: 4,
      minHoldMs: 12 * HOUR,
      cooldownInMs: 2 * HOUR,
      step: 4,
    },
    { name: 'weekends', days: [6, 7] as const, hours: 8, minHoldMs: DAY, cooldownInMs: 30 * MINUTE, step: 2 },
  ])('in $name takes nothing away that an order of the same window brings back', (shape) => {
    const { replayed } = judgedBacktest(minuteTrace(LOADS_START, officeWeeks(9)), {
      fromMs: LOADS_START + 40 * DAY,
      windows: {
        allow: [{ form: 'weekly', name: 'idle', days: shape.days, startMinute: 60, endMinute: 60 * (1 + shape.hours) }],
      },
      group: {
        step: { out: shape.step, in: shape.step },
        minHoldMs: shape.minHoldMs,
        cooldown: { outMs: 0, inMs: shape.cooldownInMs },
      },
    });
    expect(replayed.judged.flatMap(({ regrets }) => regrets)).not.toContain('reverted');
    expect(backWithin(replayed.changes, shape.minHoldMs)).toEqual([]);
  });

  it('begins with as many nodes as are given', () => {
    const judged = judgedBacktest(minuteTrace(LOADS_START, load('nearly flat')), { fromMs: FROM, start: 33 });
    expect(judged.replayed.stretches[0]?.total).toBe(33);
    expect(judged.replayed.changes[0]?.from).toBe(33);
  });

  it('reaches the floor of a schedule before it begins', () => {
    const floorFrom = FROM + 3 * DAY + 12 * HOUR;
    const judged = judgedBacktest(minuteTrace(LOADS_START, load('nearly flat')), {
      fromMs: FROM,
      group: {
        schedule: [
          {
            name: 'sale',
            when: { form: 'range', fromMs: floorFrom, untilMs: floorFrom + DAY },
            min: 30,
            max: undefined,
          },
        ],
      },
    });
    const minute = (floorFrom - LOADS_START) / MINUTE;
    const serving = judged.replayed.stretches.findLast(({ fromMinute }) => fromMinute <= minute)?.serving;
    expect(serving).toBeGreaterThanOrEqual(30);
  });

  it('orders a floor step by step as the daemon does: the next one once the nodes of the one before serve', () => {
    const floorFrom = FROM + 3 * DAY + 12 * HOUR;
    const when = { form: 'range' as const, fromMs: floorFrom, untilMs: floorFrom + DAY };
    const { replayed } = judgedBacktest(minuteTrace(LOADS_START, load('nearly flat')), {
      fromMs: FROM,
      group: {
        leadTimeMs: 20 * MINUTE,
        step: { out: 2, in: 1 },
        schedule: [{ name: 'sale', when, min: 40, max: undefined }],
      },
    });
    const growth = replayed.changes.filter(({ at, from, to }) => to > from && at > floorFrom - DAY && at < floorFrom);
    const pauses = growth.slice(1).map(({ at }, index) => at - (growth[index]?.at ?? 0));
    expect(growth.at(-1)?.to).toBeGreaterThanOrEqual(39);
    expect(pauses.length).toBeGreaterThan(2);
    expect(Math.min(...pauses)).toBe(20 * MINUTE);
  });
});

describe('the list of changes', () => {
  it('has a line for each: the slot, the group, from, to and why', () => {
    const at = Date.UTC(2026, 1, 2, 1, 7);
    expect(changeLines([{ at, group: 'default', from: 5, to: 6, reason: '6 nodes' }])).toBe(
      `${String(Date.UTC(2026, 1, 2, 1, 5))}\tdefault\t5\t6\t6 nodes\n`,
    );
  });
});
