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

  it('never kills twice in one step of one play', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(), (kills, seed) => {
        for (const { points } of planKills(SCENARIOS, { kills, seed })) {
          const steps = points.flatMap((point) => (point.is === 'step' ? [point.step] : []));
          expect(new Set(steps).size).toBe(steps.length);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('covers every step of every kind: carried out, undone, and taken back and taken again', () => {
    const missing = Object.values(KINDS).flatMap(({ kind, steps, after, undo, back, retaken }) => {
      const own = SCENARIOS.filter((scenario) => scenario.kind === kind);
      const passed = new Set(own.flatMap((scenario) => scenario.steps));
      const goesBack = own.some((scenario) => scenario.steps.includes('back'));
      return [
        ...[...steps, ...after, ...undo, ...back].map(({ key }) => key).filter((key) => !passed.has(key)),
        ...['turn'].filter((key) => !passed.has(key)),
        ...(retaken.length > 0 && !goesBack ? ['back'] : []),
      ].map((key) => `${kind}: ${key}`);
    });
    expect(missing).toEqual([]);
  });

  it('writes a place as it reads it', () => {
    for (const text of ['before register', 'after undo-stop', 'write 17'])
      expect(pointText(parsePoint(text))).toBe(text);
    expect(() => parsePoint('somewhere')).toThrow('before STEP, after STEP or write N');
  });
});
