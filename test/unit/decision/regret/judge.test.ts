import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slotDemand } from '../../../../src/decision/demand/slot-demand.ts';
import { isDue, judgeChange, judgedBy } from '../../../../src/decision/regret/judge.ts';
import type { CountStep } from '../../../../src/decision/regret/judge.ts';
import { SLOT_MS } from '../../../../src/domain/demand.ts';
import type { Judgement, SizeChange } from '../../../../src/domain/regret.ts';
import { DAY, groupPolicy, history, HOUR, MINUTE, NOW, slots } from '../../../support/decision-input.ts';

const SCALE_IN: SizeChange = { id: 'in', endedAt: NOW, from: 6, to: 5 };
const SCALE_OUT: SizeChange = { id: 'out', endedAt: NOW, from: 6, to: 8 };

/** The verdict over a load in nodes, by the hours since the change; undefined = unknown. */
function judged(
  change: SizeChange,
  nodes: (hours: number) => number | undefined,
  { after = judgedBy(change).endMs - NOW, counts = [] as readonly CountStep[] } = {},
): Judgement | undefined {
  const at = NOW + after;
  const load = (slotMs: number): number | undefined => {
    const value = nodes((slotMs - NOW) / HOUR);
    return value === undefined ? undefined : value * 100;
  };
  const known = history({ queries: slots('queries', load, { until: at, days: 8 }) });
  const group = groupPolicy();
  const span = { startMs: NOW, endMs: Math.min(at, judgedBy(change).endMs) };
  return judgeChange(change, {
    counts: [{ at: NOW, nodes: change.to }, ...counts],
    demand: slotDemand(known, group, { capacityBytes: undefined, coreWeight: 1 }, span),
    quantile: group.forecast.quantile,
    holdMs: group.minHoldMs,
    at,
  });
}

describe('a scale-in', () => {
  it('was right when the nodes that stayed carried the day after it', () => {
    expect(judged(SCALE_IN, () => 4.9)).toMatchObject({ id: 'in', regrets: [], known: true, judgedAt: NOW + DAY });
  });

  it('is judged by a whole day, not sooner', () => {
    expect(judged(SCALE_IN, () => 9, { after: DAY - MINUTE })).toBeUndefined();
    expect(judged(SCALE_IN, () => 9, { after: DAY })).toMatchObject({ regrets: ['above-target'] });
  });

  it.each([
    { says: 'when nodes come back within the day', at: DAY - MINUTE, nodes: 6, regrets: ['reverted'] },
    { says: 'not when they come back later', at: DAY + MINUTE, nodes: 6, regrets: [] },
    { says: 'not when one more leaves', at: HOUR, nodes: 4, regrets: [] },
  ])('was reverted $says', ({ at, nodes, regrets }) => {
    const after = DAY + HOUR;
    expect(judged(SCALE_IN, () => 3, { after, counts: [{ at: NOW + at, nodes }] })?.regrets).toEqual(regrets);
  });

  it('was not reverted when a node is only replaced', () => {
    const counts = [
      { at: NOW + HOUR, nodes: 4 },
      { at: NOW + 2 * HOUR, nodes: 5 },
    ];
    expect(judged(SCALE_IN, () => 3, { counts })?.regrets).toEqual([]);
  });

  it('leaves as much of the day above the target as the quantile of the policy does', () => {
    const hours = (minutes: number) => (hour: number) => (hour >= 8 && hour < 8 + minutes / 60 ? 5.1 : 4);
    expect(judged(SCALE_IN, hours(25))?.regrets).toEqual([]);
    expect(judged(SCALE_IN, hours(30))).toMatchObject({
      regrets: ['above-target'],
      detail: '30 min above the target in the day after it',
    });
  });

  it('is regretted for a single slot above what its nodes carry at 100 %', () => {
    expect(judged(SCALE_IN, (hour) => (hour === 8 ? 5 / 0.7 + 0.1 : 4))).toMatchObject({
      regrets: ['above-target'],
      detail: '5 min above the target in the day after it, 5 min of them above 100 %',
    });
    expect(judged(SCALE_IN, (hour) => (hour === 8 ? 5 / 0.7 - 0.1 : 4))?.regrets).toEqual([]);
  });

  it('is not blamed for what nodes that came later carry', () => {
    const counts = [{ at: NOW + HOUR, nodes: 8 }];
    expect(judged(SCALE_IN, (hour) => (hour >= 1 ? 7.5 : 4), { counts })?.regrets).toEqual(['reverted']);
  });

  it('waits a day for load that is not known yet, then says that it is not', () => {
    const half = (hour: number): number | undefined => (hour < 12 ? 4 : undefined);
    expect(judged(SCALE_IN, half)).toBeUndefined();
    expect(judged(SCALE_IN, half, { after: 2 * DAY })).toMatchObject({
      regrets: [],
      known: false,
      detail: 'only 50 % of the load since is known',
    });
    expect(judged(SCALE_IN, (hour) => (hour < 12 ? 9 : undefined))?.regrets).toEqual(['above-target']);
  });
});

describe('a scale-out', () => {
  it('was needed as soon as the others would not have carried the load', () => {
    expect(judged(SCALE_OUT, (hour) => (hour >= 3 ? 6.1 : 4), { after: 4 * HOUR })).toMatchObject({ regrets: [] });
    expect(judged(SCALE_OUT, (hour) => (hour >= 3 ? 6.1 : 4), { after: 3 * HOUR })).toBeUndefined();
  });

  it('was never used when the others carried a week at the target', () => {
    expect(judged(SCALE_OUT, () => 6)).toMatchObject({
      regrets: ['never-used'],
      detail: 'the others carried all at the target for 7 days',
    });
    expect(judged(SCALE_OUT, () => 6, { after: 7 * DAY - MINUTE })).toBeUndefined();
  });

  it('was never used when its nodes left before', () => {
    const counts = [{ at: NOW + DAY, nodes: 6 }];
    expect(judged(SCALE_OUT, (hour) => (hour > 30 ? 7 : 5), { after: 2 * DAY, counts })).toMatchObject({
      regrets: ['never-used'],
      detail: 'the others carried all at the target until they left',
    });
  });

  it('counts nodes of later additions among the others', () => {
    const counts = [{ at: NOW + HOUR, nodes: 10 }];
    expect(judged(SCALE_OUT, (hour) => (hour >= 1 ? 7.9 : 5), { counts })?.regrets).toEqual(['never-used']);
    expect(judged(SCALE_OUT, (hour) => (hour >= 1 ? 8.1 : 5), { counts })?.regrets).toEqual([]);
  });

  it('is not called unused while a part of the load is unknown', () => {
    expect(judged(SCALE_OUT, (hour) => (hour < 100 ? 4 : undefined), { after: 8 * DAY })).toMatchObject({
      regrets: [],
      known: false,
    });
  });
});

describe('what is due', () => {
  it('a scale-in after a day, a scale-out from the beginning, neither long after', () => {
    expect(isDue(SCALE_IN, NOW + DAY - 1)).toBe(false);
    expect(isDue(SCALE_IN, NOW + DAY)).toBe(true);
    expect(isDue(SCALE_IN, NOW + 3 * DAY + 1)).toBe(false);
    expect(isDue(SCALE_OUT, NOW + 1)).toBe(true);
    expect(isDue(SCALE_OUT, NOW + 9 * DAY)).toBe(true);
    expect(isDue(SCALE_OUT, NOW + 9 * DAY + 1)).toBe(false);
  });
});

describe('for every load', () => {
  const loads = fc.array(fc.double({ min: 0, max: 20, noNaN: true }), { minLength: 24, maxLength: 24 });

  it('more load makes a right scale-in no righter, and a used scale-out no less used', () => {
    fc.assert(
      fc.property(loads, fc.double({ min: 1, max: 2, noNaN: true }), (hours, factor) => {
        const at = (hour: number): number => hours[Math.floor(((hour % 24) + 24) % 24)] ?? 0;
        for (const change of [SCALE_IN, SCALE_OUT]) {
          const less = judged(change, at);
          const more = judged(change, (hour) => at(hour) * factor);
          if (change === SCALE_IN && less?.regrets.length === 1) expect(more?.regrets).toEqual(['above-target']);
          if (change === SCALE_OUT && less?.regrets.length === 0) expect(more?.regrets).toEqual([]);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('the judgement is the same whenever it is made after its time', () => {
    fc.assert(
      fc.property(loads, fc.integer({ min: 0, max: 47 * 12 }), (hours, slotsLater) => {
        const at = (hour: number): number => hours[Math.floor(((hour % 24) + 24) % 24)] ?? 0;
        const { judgedAt: _first, ...first } = judged(SCALE_IN, at) ?? { judgedAt: 0 };
        const later = judged(SCALE_IN, at, { after: DAY + slotsLater * SLOT_MS });
        const { judgedAt: _later, ...second } = later ?? { judgedAt: 0 };
        expect(second).toEqual(first);
      }),
      { numRuns: 40 },
    );
  });
});
