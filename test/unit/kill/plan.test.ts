import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planKills } from '../../support/kill/plan.ts';
import { parsePoint, pointText } from '../../support/kill/point.ts';
import { pointsOf, SCENARIOS } from '../../support/kill/scenario.ts';
import { KINDS } from '../../../src/operation/kinds/tables.ts';

const everyPlace = SCENARIOS.flatMap((scenario) =>
  pointsOf(scenario).map((point) => `${scenario.name}: ${pointText(point)}`),
);

describe('the plan of a kill loop', () => {
  it('has so many kills as were asked for, and the same for the same seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(), (kills, seed) => {
        const plan = planKills(SCENARIOS, { kills, seed });
        expect(plan.flatMap(({ points }) => points)).toHaveLength(kills);
        expect(planKills(SCENARIOS, { kills, seed })).toEqual(plan);
      }),
      { numRuns: 30 },
    );
  });

  it('names each place once before it takes any write of the journal', () => {
    const plan = planKills(SCENARIOS, { kills: everyPlace.length + 5, seed: 3 });
    const named = plan.flatMap(({ scenario, points }) =>
      points.filter(({ is }) => is === 'step').map((point) => `${scenario.name}: ${pointText(point)}`),
    );
    expect(named.toSorted()).toEqual(everyPlace.toSorted());
    expect(plan.flatMap(({ points }) => points).filter(({ is }) => is === 'write')).toHaveLength(5);
  });

  it('covers every step of every kind that is carried out, forward and undone', () => {
    const missing = Object.values(KINDS).flatMap(({ kind, steps, after, undo, back }) => {
      const passed = new Set(
        SCENARIOS.filter((scenario) => scenario.kind === kind).flatMap((scenario) => scenario.steps),
      );
      return [...steps, ...after, ...undo, ...back]
        .map(({ key }) => key)
        .filter((key) => !passed.has(key))
        .map((key) => `${kind}: ${key}`);
    });
    // What takes a follower back is that of an observer, row for row, with what a pair adds: the simulation tests kill there.
    expect(missing.filter((step) => !/-follower: (undo|back)-/.test(step))).toEqual([]);
  });

  it('writes a place as it reads it', () => {
    for (const text of ['before register', 'after undo-stop', 'write 17'])
      expect(pointText(parsePoint(text))).toBe(text);
    expect(() => parsePoint('somewhere')).toThrow('before STEP, after STEP or write N');
  });
});
