import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { suggestBounds } from '../../../../src/decision/suggest/bounds.ts';
import { heldPeak } from '../../../../src/decision/suggest/peak.ts';
import { suggestPolicy } from '../../../../src/decision/suggest/suggest.ts';
import { windowAt } from '../../../../src/decision/windows/effective.ts';
import { SLOT_MS } from '../../../../src/domain/demand.ts';
import type { WindowsPolicy } from '../../../../src/domain/window.ts';
import { clusterPolicy, DAY, groupPolicy, HOUR, windowsPolicy } from '../../../support/decision-input.ts';
import { demandOf, MONDAY, office } from './loads.ts';

const group = groupPolicy();
const unknown = { present: undefined, diskNodes: undefined };
const until = MONDAY + 28 * DAY;

function suggest(demand = demandOf(office), windows: WindowsPolicy = windowsPolicy()) {
  const found = suggestPolicy({
    cluster: clusterPolicy({ windows }),
    groups: [{ group, demand, ...unknown }],
    until: demand.startMs + demand.known.length * SLOT_MS,
  });
  if (!found.ok) throw new Error('too little is known');
  return found.suggestion;
}

const noon = windowsPolicy({
  allow: [{ form: 'weekly', name: 'noon', days: [1, 2, 3, 4, 5, 6, 7], startMinute: 11 * 60, endMinute: 14 * 60 }],
});

describe('min and max', () => {
  it('are what 95 % of the time needs, and the highest load with room for growth', () => {
    expect(
      suggestBounds(
        group,
        demandOf((hour) => (hour < 6 ? 4.2 : 10)),
        unknown,
      ),
    ).toEqual({
      min: 5,
      max: 13,
      lowNodes: 4.2,
      highestNodes: 10,
    });
  });

  it.each([
    { says: 'three storage backends', nodes: 0.5, is: { min: 3, max: 3 } },
    { says: 'what its data needs', nodes: 2, disk: 6.5, is: { min: 7, max: 9 } },
    { says: 'the nodes that are there now', nodes: 4, present: 9, is: { min: 4, max: 9 } },
  ])('never fall below $says', ({ nodes, disk, present, is }) => {
    expect(
      suggestBounds(
        group,
        demandOf(() => nodes),
        { present, diskNodes: disk },
      ),
    ).toMatchObject(is);
  });

  it('leave room for what schedules ask for', () => {
    const schedule = [
      { name: 'up', when: { form: 'cron' as const, cron: '0 0 25 * *', durationMs: DAY }, min: 19, max: undefined },
      { name: 'down', when: { form: 'cron' as const, cron: '0 0 1 * *', durationMs: DAY }, min: undefined, max: 4 },
    ];
    expect(
      suggestBounds(
        groupPolicy({ schedule }),
        demandOf(() => 10),
        unknown,
      ),
    ).toMatchObject({ min: 4, max: 19 });
  });

  it('are unknown where no load is', () => {
    expect(
      suggestBounds(
        group,
        demandOf(() => NaN),
        unknown,
      ),
    ).toBeUndefined();
  });
});

describe('a peak in the windows', () => {
  it('is warned of for the windows of the policy, with how often it lies there', () => {
    const { warnings } = suggest(
      demandOf((hour) => (hour >= 12 && hour < 13 ? 10 : hour < 6 ? 1 : 7)),
      noon,
    );
    expect(warnings).toEqual([
      { group: 'default', windows: 'policy', at: MONDAY + 12 * HOUR, nodes: 10, isHighest: true, days: 28, ofDays: 28 },
    ]);
  });

  it('is warned of when only some days peak there', () => {
    const demand = demandOf((hour, _weekday, day) =>
      hour === 12 && day % 4 === 0 ? 8.5 : hour === 18 ? 9 - (day % 4 === 0 ? 2 : 0) : 3,
    );
    expect(heldPeak(noon, demand)).toMatchObject({ isHighest: false, days: 7, ofDays: 28 });
    const rare = demandOf((hour, _weekday, day) =>
      hour === 12 && day === 5 ? 8 : hour === 18 ? 9 - (day === 5 ? 2 : 0) : 3,
    );
    expect(heldPeak(noon, rare)).toBeUndefined();
  });

  it('is always held by windows that never close', () => {
    expect(suggest(demandOf(office), windowsPolicy({ always: true, allow: [] })).warnings).toHaveLength(1);
  });

  it('is not there in windows at night', () => {
    expect(suggest().warnings).toEqual([]);
  });

  it('is never held without a warning, neither by the windows of a policy nor by suggested ones', () => {
    const hours = fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 7 * 24, maxLength: 7 * 24 });
    fc.assert(
      fc.property(hours, fc.nat(20), fc.integer({ min: 1, max: 12 }), (loads, start, length) => {
        const windows = windowsPolicy({
          allow: [
            {
              form: 'weekly',
              name: 'some',
              days: [1, 2, 3, 4, 5, 6, 7],
              startMinute: start * 60,
              endMinute: ((start + length) * 60) % 1440,
            },
          ],
        });
        const demand = demandOf((hour, weekday) => loads[weekday * 24 + Math.floor(hour)] ?? 0);
        const { warnings, windows: chosen } = suggest(demand, windows);
        const peak = demand.atTarget.indexOf(Math.max(...demand.atTarget));
        const at = demand.startMs + peak * SLOT_MS;
        for (const [whose, policy] of [
          ['policy', windows],
          ['suggested', chosen],
        ] as const) {
          const warned = warnings.some((warning) => warning.windows === whose);
          if (policy === windows && whose === 'suggested') continue;
          if (windowAt(policy, at) !== undefined) expect(warned).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('a suggestion', () => {
  it('replaces allow and always, and keeps the rest of the windows', () => {
    const windows = windowsPolicy({ always: true, allow: [], holidays: ['2026-03-20'], guardMs: 5 * 60_000 });
    expect(suggest(demandOf(office), windows).windows).toMatchObject({
      always: false,
      holidays: ['2026-03-20'],
      guardMs: 300_000,
    });
  });

  it('keeps the windows of the policy where none is quiet', () => {
    const { windows, idle } = suggest(
      demandOf(() => 5),
      noon,
    );
    expect([windows, idle.windows]).toEqual([noon, []]);
  });

  it('has the same windows and bounds whatever the unit of the load', () => {
    const factor = fc.double({ min: 1e-3, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(factor, (by) => {
        const perNode = suggest(demandOf((hour, weekday) => (office(hour, weekday) * by * 100) / (by * 100)));
        expect(perNode.idle.windows.map(({ startMinute }) => startMinute)).toEqual(
          suggest().idle.windows.map(({ startMinute }) => startMinute),
        );
        expect(perNode.groups[0]?.bounds.min).toBe(suggest().groups[0]?.bounds.min);
      }),
      { numRuns: 10 },
    );
  });

  it.each([
    { says: 'under two weeks of load', days: 10, hole: 0, knownDays: 10, waitDays: 4 },
    { says: 'two weeks that are mostly unknown', days: 28, hole: 20, knownDays: 8, waitDays: 5.96 },
  ])('is refused for $says, with what is missing', ({ days, hole, knownDays, waitDays }) => {
    const demand = demandOf((hour, weekday, day) => (day < hole ? NaN : office(hour, weekday)), { days });
    const end = MONDAY + days * DAY;
    const found = suggestPolicy({ cluster: clusterPolicy(), groups: [{ group, demand, ...unknown }], until: end });
    expect(found).toMatchObject({
      ok: false,
      missing: [{ group: 'default', knownDays, since: MONDAY + hole * DAY }],
    });
    const reachedAt = found.ok ? 0 : (found.missing[0]?.reachedAt ?? 0);
    expect((reachedAt - end) / DAY).toBeCloseTo(waitDays, 1);
  });

  it('is refused where nothing is known at all', () => {
    const demand = demandOf(() => NaN, { days: 28 });
    const found = suggestPolicy({ cluster: clusterPolicy(), groups: [{ group, demand, ...unknown }], until });
    expect(found).toEqual({
      ok: false,
      missing: [{ group: 'default', knownDays: 0, since: undefined, reachedAt: until + 14 * DAY }],
    });
  });
});
