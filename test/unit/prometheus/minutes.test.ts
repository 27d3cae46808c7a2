import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minutesOf, slotsOf } from '../../../src/prometheus/history/minutes.ts';
import { DAY, HOUR, MINUTE, NOW } from '../../support/decision-input.ts';

const SLOT = 5 * MINUTE;

interface Shown {
  readonly minute: number;
  readonly load: number;
  readonly nodes: number;
}

/** Series given as the values of successive minutes; undefined = no sample. */
function slots(
  minutes: number,
  series: readonly (readonly (number | undefined)[])[],
  strangers: readonly (readonly number[])[] = [],
): readonly Shown[] {
  const range = { startMs: NOW, endMs: NOW + minutes * MINUTE };
  const folded = minutesOf(range);
  for (const values of series) {
    const points = values.flatMap((value, minute) =>
      value === undefined ? [] : [{ time: NOW + minute * MINUTE, value }],
    );
    folded.add({ times: points.map(({ time }) => time), values: points.map(({ value }) => value) });
  }
  for (const at of strangers) folded.spoil({ times: at.map((minute) => NOW + minute * MINUTE) });
  return slotsOf('be_cpu', range, folded).map(({ slotStartMs, load, nodes }) => ({
    minute: (slotStartMs - NOW) / MINUTE,
    load,
    nodes,
  }));
}

const steady = (minutes: number, value: number): readonly number[] => Array.from({ length: minutes }, () => value);

describe('the load of a slot', () => {
  it('is the highest of its minutes, each the sum over the nodes that served then', () => {
    expect(
      slots(5, [
        [1, 1, 4, 1, 1],
        [5, 1, 1, 1, 1],
      ]),
    ).toEqual([{ minute: 0, load: 6, nodes: 2 }]);
  });

  it('is no mean of today’s nodes: two that served count as two, also when one of them left in between', () => {
    expect(slots(10, [steady(10, 0.6), steady(5, 0.6)])).toEqual([
      { minute: 0, load: 1.2, nodes: 2 },
      { minute: 5, load: 0.6, nodes: 1 },
    ]);
  });

  it('weighs a series where it is told to; nodes are counted all the same', () => {
    const range = { startMs: NOW, endMs: NOW + SLOT };
    const folded = minutesOf(range);
    const times = steady(5, 0).map((_, minute) => NOW + minute * MINUTE);
    folded.add({ times, values: steady(5, 0.9) }, 1.6);
    folded.add({ times, values: steady(5, 0.1) }, 0.4);
    expect(slotsOf('be_cpu', range, folded)).toEqual([
      expect.objectContaining({ load: expect.closeTo(1.48) as number, nodes: 2 }),
    ]);
  });

  it('is known from three clean minutes on', () => {
    const gap = undefined;
    expect(slots(10, [[1, gap, 2, gap, 3, gap, gap, 9, 9, gap]])).toEqual([{ minute: 0, load: 3, nodes: 1 }]);
  });

  it('minutes in which one series is no number are unknown, whatever the others say', () => {
    expect(slots(5, [[Number.NaN, Number.POSITIVE_INFINITY, 1, 2, 3], steady(5, 10)])).toEqual([
      { minute: 0, load: 13, nodes: 2 },
    ]);
    expect(slots(5, [[Number.NaN, Number.NaN, Number.NaN, 2, 3], steady(5, 10)])).toEqual([]);
  });

  it('minutes in which a stranger served are unknown, whichever comes first', () => {
    expect(slots(5, [steady(5, 1)], [[0, 1, 2]])).toEqual([]);
    expect(slots(5, [steady(5, 1)], [[0, 1]])).toEqual([{ minute: 0, load: 1, nodes: 1 }]);
  });

  it('the last two minutes before a node leaves are unknown: its rate lingers while the others carry its load already', () => {
    expect(slots(10, [steady(10, 0.6), [0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4]])).toEqual([
      { minute: 0, load: 1, nodes: 2 },
      { minute: 5, load: 0.6, nodes: 1 },
    ]);
    expect(slots(5, [steady(5, 0.6), steady(4, 0.4)])).toEqual([{ minute: 0, load: 1, nodes: 2 }]);
    expect(slots(5, [steady(5, 0.6), steady(3, 0.4)])).toEqual([{ minute: 0, load: 1, nodes: 2 }]);
  });

  it('samples outside the range are not counted', () => {
    const range = { startMs: NOW, endMs: NOW + SLOT };
    const folded = minutesOf(range);
    folded.add({ times: [NOW - MINUTE, NOW + SLOT], values: [7, 7] });
    expect(slotsOf('be_cpu', range, folded)).toEqual([]);
  });
});

describe('a scrape that was lost for a while', () => {
  const lost = (from: number, until: number, minutes: number): readonly (number | undefined)[] =>
    steady(minutes, 1).map((value, minute) => (minute >= from && minute < until ? undefined : value));

  it('makes its minutes unknown: the others’ load is not the whole', () => {
    expect(slots(30, [steady(30, 1), lost(10, 20, 30)]).map(({ minute, load }) => [minute, load])).toEqual([
      [0, 2],
      [5, 2],
      [20, 2],
      [25, 2],
    ]);
  });

  it('a node that left for more than an hour did not serve: the load of the others was the whole', () => {
    const shown = slots(300, [steady(300, 1), lost(60, 240, 300)]);
    expect(shown.filter(({ nodes }) => nodes === 1).map(({ minute }) => minute)).toEqual(
      Array.from({ length: 36 }, (_, index) => 60 + 5 * index),
    );
    expect(shown).toHaveLength(60);
  });

  it('a node that left for good, or came for good, hides nothing', () => {
    expect(slots(60, [steady(60, 1), steady(20, 1)])).toHaveLength(12);
    expect(slots(60, [steady(60, 1), lost(0, 20, 60)])).toHaveLength(12);
  });

  it('a minute is unknown exactly when fewer series are there than within an hour before and after, or soon after', () => {
    const counts = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 150, maxLength: 150 });
    fc.assert(
      fc.property(counts, (given) => {
        const range = { startMs: NOW, endMs: NOW + given.length * MINUTE };
        const isNearMore = (minute: number, others: readonly number[]): boolean =>
          others.some((other) => other > (given[minute] ?? 0));
        const clean = given.map(
          (count, minute) =>
            count > 0 &&
            !given.slice(minute + 1, minute + 3).some((next) => next > 0 && next < count) &&
            !(
              isNearMore(minute, given.slice(Math.max(0, minute - 60), minute)) &&
              isNearMore(minute, given.slice(minute + 1, minute + 61))
            ),
        );
        const expected = Array.from({ length: 30 }, (_, slot) => clean.slice(5 * slot, 5 * slot + 5)).flatMap(
          (five, slot) => (five.filter(Boolean).length >= 3 ? [NOW + slot * SLOT] : []),
        );
        const load = (minute: number): number => ((given[minute] ?? 0) > 0 ? 1 : Number.NaN);
        const found = slotsOf('be_cpu', range, { load, serving: (minute) => given[minute] ?? 0 });
        expect(found.map(({ slotStartMs }) => slotStartMs)).toEqual(expected);
      }),
    );
  });
});

it('28 days are 8,064 slots', () => {
  const range = { startMs: NOW - 28 * DAY, endMs: NOW };
  expect(slotsOf('be_cpu', range, { load: () => 1, serving: () => 1 })).toHaveLength(((28 * 24 * HOUR) / HOUR) * 12);
});
