import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../../../src/decision/decide.ts';
import { regretMargin, regretRest } from '../../../../src/decision/regret/margin.ts';
import type { GroupRegrets, Judgement, RegretKind } from '../../../../src/domain/regret.ts';
import { DAY, history, input, NOW, slots } from '../../../support/decision-input.ts';

function scaleIn(daysAgo: number, regrets: readonly RegretKind[] = ['reverted']): Judgement {
  const judgedAt = NOW - daysAgo * DAY;
  return { id: String(daysAgo), endedAt: judgedAt - DAY, from: 6, to: 5, judgedAt, regrets, known: true, detail: '' };
}

function regretted(judged: readonly Judgement[], pardonedAt?: number): GroupRegrets {
  const totals = { reverted: 0, 'above-target': 0, 'never-used': 0 };
  return { role: 'backend', group: 'default', judged, totals, pardonedAt };
}

function decided(need: number, regrets: GroupRegrets) {
  const demand = [history({ queries: slots('queries', () => need * 100, { days: 8 }) })];
  const { groups } = decide(input({ demand, nodes: 12, group: { deadBandRatio: 0 }, groupMemory: { regrets } }));
  const group = groups[0];
  if (group === undefined) throw new Error('no group');
  return group;
}

describe('the margin', () => {
  it.each([
    { says: 'nothing after one', days: [1], percent: undefined },
    { says: '10 % after two', days: [1, 3], percent: 10 },
    { says: '15 % after three', days: [1, 3, 9], percent: 15 },
    { says: 'at most 20 %', days: [1, 2, 3, 4, 5, 6], percent: 20 },
    { says: 'less as they age', days: [14, 21], percent: 7.5 },
    { says: 'nothing of one that is older than 28 days', days: [1, 28], percent: undefined },
  ])('is $says', ({ days, percent }) => {
    const margin = regretMargin(regretted(days.map((day) => scaleIn(day))), NOW);
    expect(margin === undefined ? undefined : margin.ratio * 100).toEqual(
      percent === undefined ? undefined : expect.closeTo(percent),
    );
  });

  it('of a record is the same whenever else it was asked for', () => {
    const days = fc.array(fc.integer({ min: -10, max: 40 }), { maxLength: 8 });
    const asked = fc.array(fc.integer({ min: -20, max: 40 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(days, asked, (daysAgo, instants) => {
        const one = regretted(daysAgo.map((day) => scaleIn(day)));
        for (const instant of instants) {
          const at = NOW - instant * DAY;
          expect(regretMargin(one, at)).toEqual(regretMargin({ ...one }, at));
          expect(regretRest(one, at)).toEqual(regretRest({ ...one }, at));
        }
      }),
    );
  });

  it('says how many and how much', () => {
    expect(regretMargin(regretted([scaleIn(1), scaleIn(2)]), NOW)?.text).toBe(
      '2 scale-ins of the last 28 days were regretted: 10 % more',
    );
  });

  it('counts a scale-in once for all that was wrong with it, and additions never', () => {
    const unused: Judgement = { ...scaleIn(2, ['never-used']), from: 5, to: 8 };
    expect(regretMargin(regretted([scaleIn(1, ['reverted', 'above-target']), unused]), NOW)).toBeUndefined();
    expect(regretMargin(regretted([scaleIn(1, []), scaleIn(2, [])]), NOW)).toBeUndefined();
    expect(regretMargin(undefined, NOW)).toBeUndefined();
  });

  it('is for nodes that came back and for load above 100 %; what merely lay above the target the forecast learns', () => {
    const above = [scaleIn(1, ['above-target']), scaleIn(2, ['above-target'])];
    expect(regretMargin(regretted(above), NOW)).toBeUndefined();
    expect(
      regretMargin(regretted(above.map((each) => ({ ...each, saturated: true as const }))), NOW)?.ratio,
    ).toBeCloseTo(0.1);
  });

  it('only shrinks while nothing is regretted anew', () => {
    const days = fc.array(fc.double({ min: 0, max: 40, noNaN: true }), { maxLength: 8 });
    fc.assert(
      fc.property(days, fc.double({ min: 0, max: 30, noNaN: true }), (ages, later) => {
        const regrets = regretted(ages.map((age) => scaleIn(age)));
        const now = regretMargin(regrets, NOW)?.ratio ?? 0;
        const then = regretMargin(regrets, NOW + later * DAY)?.ratio ?? 0;
        expect(then).toBeLessThanOrEqual(now + 1e-12);
        expect(now).toBeLessThanOrEqual(0.2);
      }),
    );
  });
});

describe('a decision', () => {
  it('keeps what regret adds, and says so', () => {
    const regrets = regretted([scaleIn(1), scaleIn(2)]);
    expect(decided(10, regretted([])).recommended).toBe(11);
    const group = decided(11, regrets);
    expect(group.recommended).toBe(12);
    expect(group.reasons).toContain('dead-band');
    expect(group.chain.find(({ stage }) => stage === 'regret')).toMatchObject({
      from: 11,
      to: 12,
      detail: '2 scale-ins of the last 28 days were regretted: 10 % more',
    });
  });

  it('never grows by regret alone', () => {
    expect(decided(11.9, regretted([scaleIn(1), scaleIn(2), scaleIn(3)])).recommended).toBe(12);
  });
});

describe('four regretted scale-ins within 28 days', () => {
  const four = regretted([scaleIn(27), scaleIn(9), scaleIn(5), scaleIn(1)]);

  it('let scale-in rest until the oldest of them is that old, and say how to go on', () => {
    const group = decided(5, four);
    expect(group.action).toBe('hold');
    expect(group.guards.find(({ code }) => code === 'backoff')).toMatchObject({
      verdict: 'hold',
      until: NOW + DAY,
      detail:
        '4 scale-ins of the last 28 days were regretted: scale-in rests until Wed 02:00; doris-autoscaler resume ends the rest',
    });
    expect(regretRest(four, NOW + DAY)).toBeUndefined();
  });

  it('hold no scale-out', () => {
    expect(decided(14.5, four)).toMatchObject({ action: 'scale-out', desired: 15 });
  });

  it('hold nothing once a person pardoned them, until four more', () => {
    expect(regretRest({ ...four, pardonedAt: NOW }, NOW)).toBeUndefined();
    const more = regretted([...four.judged, ...[0.4, 0.3, 0.2, 0.1].map((day) => scaleIn(day))], NOW - 0.5 * DAY);
    expect(regretRest(more, NOW)?.until).toBe(NOW - 0.4 * DAY + 28 * DAY);
  });
});
