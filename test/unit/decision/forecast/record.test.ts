import { describe, expect, it } from 'vitest';
import { decide } from '../../../../src/decision/decide.ts';
import { DAY, HOUR, backends, history, input, NOW, slots } from '../../../support/decision-input.ts';

/** Busy by day, quiet by night, in nodes. */
const office = (at: number): number => 200 + 400 * Math.exp(-((((at % DAY) / HOUR - 14) / 4) ** 2));

function decided(days: number, parts: Parameters<typeof input>[0] = {}) {
  const [group] = decide(
    input({ nodes: 8, demand: [history({ queries: slots('queries', office, { days }) })], ...parts }),
  ).groups;
  if (group === undefined) throw new Error('no group was decided');
  return group;
}

describe('what a decision says of its forecast', () => {
  it('names the expert, what it expected, its headroom and the errors behind it', () => {
    const { forecast } = decided(28);
    expect(forecast).toMatchObject({ boundBy: 'forecast', signal: 'queries', expert: 'the same time a week ago' });
    expect(forecast?.expectedNodes).toBeGreaterThan(5.5);
    expect(forecast?.samples).toBeGreaterThan(10);
    expect(forecast?.requiredNodes).toBe(Math.ceil(forecast?.requiredNodes ?? 0.5));
  });

  it('tells each hour until the next window, within bounds that its own errors give', () => {
    const hours = decided(28).forecast?.hours ?? [];
    expect(hours[0]?.startMs).toBe(NOW);
    expect(hours.at(-1)?.endMs).toBe(NOW + 23 * HOUR);
    for (const hour of hours) {
      expect(hour.lowNodes).toBeLessThanOrEqual(hour.expectedNodes);
      expect(hour.highNodes).toBeGreaterThanOrEqual(hour.expectedNodes);
    }
    const noon = hours.find(({ startMs }) => startMs % DAY === 14 * HOUR);
    expect(noon?.expectedNodes).toBeCloseTo(6, 1);
  });

  it('with little history says how much there is and how much is needed', () => {
    const group = decided(8);
    expect(group.forecast).toMatchObject({
      boundBy: 'trailing',
      expert: undefined,
      knownDays: 8,
      neededDays: 9,
      hours: [],
    });
    expect(group.bindingReason).toContain('8 days of history; no forecast yet: 8 of 9 days');
  });

  it('says when min or a schedule made the number, and when nothing is known', () => {
    expect(decided(8, { group: { min: 12 } }).forecast?.boundBy).toBe('min');
    const schedule = [
      {
        name: 'sale',
        when: { form: 'range' as const, fromMs: NOW - HOUR, untilMs: NOW + DAY },
        min: 11,
        max: undefined,
      },
    ];
    expect(decided(8, { group: { schedule } }).forecast?.boundBy).toBe('schedule');
    expect(decided(8, { demand: [] }).forecast?.boundBy).toBe('unknown');
  });
});

describe('a plan that moves data', () => {
  /** Saturdays need twice as much. */
  const weekly = (at: number): number => (new Date(at).getUTCDay() === 6 ? 780 : 390);
  const demand = [history({ queries: slots('queries', weekly, { days: 28 }) })];
  const group = { cooldown: { outMs: 0, inMs: 0 }, minHoldMs: 0, step: { out: 9, in: 9 } };
  const at = NOW;

  it('takes nothing away that costs more to move out and back than it saves, and names the sums', () => {
    const heavy = backends(9, { dataUsedBytes: 4.2 * 1024 ** 4 });
    const [held] = decide(input({ at, members: heavy, demand, group })).groups;
    expect(held?.recommended).toBe(8);
    expect(held?.reasons).toContain('not-worth-moving');
    expect(held?.chain.find(({ code }) => code === 'not-worth-moving')?.detail).toMatch(
      /^removing 1 node more saves \d+ node-hours until .* and costs 122 \(8602 GiB moved out and back\)$/,
    );
  });

  it('takes away what is light enough', () => {
    const [light] = decide(input({ at, members: backends(9, { dataUsedBytes: 1 }), demand, group })).groups;
    expect(light?.recommended).toBe(4);
    expect(light?.reasons).not.toContain('not-worth-moving');
  });

  it('takes nothing away that is needed back within minHold, however light, and says from when', () => {
    // Of now on Tuesday five are needed; the night's last order, at 04:30, has to bring what Wednesday's first hours need.
    const early = (each: number): number => {
      const date = new Date(each);
      return date.getUTCDay() === 3 && date.getUTCHours() < 3 ? 780 : 390;
    };
    const planned = (minHoldMs: number) => {
      const known = [history({ queries: slots('queries', early, { days: 28 }) })];
      const members = backends(9, { dataUsedBytes: 1 });
      return decide(input({ at, members, demand: known, group: { ...group, minHoldMs } })).groups[0];
    };
    const kept = planned(6 * HOUR);
    expect(kept).toMatchObject({ raw: 5, recommended: 8, reasons: ['not-worth-moving'] });
    expect(kept?.chain.find(({ code }) => code === 'not-worth-moving')?.detail).toBe(
      '8 nodes needed from Tue 04:30, within minHold 6 h',
    );
    expect(planned(2 * HOUR)).toMatchObject({ raw: 5, recommended: 5, reasons: [] });
  });
});
