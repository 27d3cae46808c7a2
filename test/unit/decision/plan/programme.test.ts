import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { levelsOf } from '../../../../src/decision/plan/levels.ts';
import { programme } from '../../../../src/decision/plan/programme.ts';
import type { Stage, Standing } from '../../../../src/decision/plan/programme.ts';
import { canWait, isEnough } from '../../../../src/decision/plan/shortcuts.ts';

/** A small problem in hours: stages, what each needs, and the rules between them. */
interface Problem {
  readonly at: readonly number[];
  readonly needs: readonly number[];
  readonly more: readonly number[];
  readonly start: number;
  readonly steps: { readonly out: number; readonly in: number };
  readonly coolOut: number;
  readonly coolIn: number;
  readonly minHold: number;
  readonly movedHours: number;
}

const problems: fc.Arbitrary<Problem> = fc
  .record({
    gaps: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 }),
    needs: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 5, maxLength: 5 }),
    more: fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 5, maxLength: 5 }),
    start: fc.integer({ min: 0, max: 6 }),
    steps: fc.record({ out: fc.integer({ min: 1, max: 4 }), in: fc.integer({ min: 1, max: 3 }) }),
    coolOut: fc.integer({ min: 0, max: 20 }),
    coolIn: fc.integer({ min: 0, max: 40 }),
    minHold: fc.integer({ min: 0, max: 40 }),
    movedHours: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 25 })),
  })
  .map(({ gaps, ...rest }) => ({
    ...rest,
    at: gaps.reduce<readonly number[]>((at, gap) => [...at, (at.at(-1) ?? 0) + gap], [0]),
  }));

const HOUR_MS = 3_600_000;

function stagesOf(problem: Problem): readonly Stage[] {
  const { at, needs, more, steps, coolOut, coolIn, minHold } = problem;
  const first = (hour: number): number => {
    const index = at.slice(0, -1).findIndex((each) => each >= hour);
    return index < 0 ? at.length - 1 : index;
  };
  return at.slice(0, -1).map((hour, index) => ({
    at: hour * HOUR_MS,
    hours: (at[index + 1] ?? 0) - hour,
    need: needs[index] ?? 0,
    keep: (needs[index] ?? 0) + (more[index] ?? 0),
    free: 0,
    most: Infinity,
    mostOut: steps.out,
    mostFree: steps.out,
    mostIn: steps.in,
    outAfterOut: Math.max(index + 1, first(hour + coolOut)),
    inAfterOut: Math.max(index + 1, first(hour + Math.max(coolIn, minHold))),
    inAfterIn: Math.max(index + 1, first(hour + coolIn)),
  }));
}

/** What a way costs; Infinity where it breaks a rule. Told by the clock, not by stages. */
function costOf(
  { at, needs, more, start, steps, coolOut, coolIn, minHold, movedHours }: Problem,
  way: readonly number[],
): number {
  let cost = 0;
  let nodes = start;
  let lastOut = -Infinity;
  let lastIn = -Infinity;
  for (const [index, to] of way.entries()) {
    const hour = at[index] ?? 0;
    const need = needs[index] ?? 0;
    const since = { out: hour - lastOut, in: hour - lastIn };
    if (to > nodes && (to - nodes > steps.out || since.out < coolOut)) return Infinity;
    const rests = since.out < Math.max(coolIn, minHold) || since.in < coolIn;
    if (to < nodes && (nodes - to > steps.in || rests || to < need + (more[index] ?? 0))) return Infinity;
    if (to > nodes) lastOut = hour;
    if (to < nodes) lastIn = hour;
    cost += ((at[index + 1] ?? 0) - hour) * (to + 1e6 * Math.max(0, need - to)) + movedHours * Math.abs(to - nodes);
    nodes = to;
  }
  return cost;
}

function cheapest(problem: Problem, way: readonly number[] = []): number {
  if (way.length === problem.needs.slice(0, problem.at.length - 1).length) return costOf(problem, way);
  return Math.min(...[0, 1, 2, 3, 4, 5, 6].map((nodes) => cheapest(problem, [...way, nodes])));
}

function solve(problem: Problem): { readonly way: readonly number[]; readonly cost: number } {
  const stages = stagesOf(problem);
  const { start, steps, movedHours } = problem;
  const levels = levelsOf({ stages, current: start, target: stages[0]?.need ?? start, steps });
  const solved = programme(stages, levels, { paid: (nodes) => nodes, movedHours });
  const way: number[] = [];
  let standing = { stage: 0, nodes: start, outFrom: 0, inFrom: 0 };
  const cost = solved.cost(standing);
  while (standing.stage < stages.length) {
    const nodes = solved.choose(standing);
    way.push(nodes);
    standing = solved.next(standing, nodes);
  }
  return { way, cost };
}

/** The same programme as a plain recursion over every standing, nothing kept. */
function plainChoice(
  stages: readonly Stage[],
  levels: readonly number[],
  movedHours: number,
  standing: Standing,
): { readonly nodes: number; readonly cost: number } {
  const stage = stages[standing.stage];
  const { nodes: from } = standing;
  if (stage === undefined) return { nodes: from, cost: 0 };
  const grows = standing.stage >= standing.outFrom;
  const free = Math.max(from, Math.min(stage.free, from + stage.mostFree));
  const most = grows ? Math.max(free, from + stage.mostOut) : free;
  const least = standing.stage < standing.inFrom ? from : Math.min(from, Math.max(stage.keep, from - stage.mostIn));
  let best = { nodes: from, cost: Infinity };
  for (const nodes of [from, ...levels.filter((level) => level !== from && level >= least && level <= most)]) {
    const outFrom = nodes > from ? stage.outAfterOut : standing.outFrom;
    const rest = nodes > from ? stage.inAfterOut : nodes < from ? stage.inAfterIn : 0;
    const next = { stage: standing.stage + 1, nodes, outFrom, inFrom: Math.max(standing.inFrom, rest) };
    const beyond = 1e3 * Math.max(0, nodes - Math.max(stage.most, stage.need));
    const cost =
      stage.hours * (nodes + 1e6 * Math.max(0, stage.need - nodes) + beyond) +
      movedHours * Math.abs(nodes - from) +
      plainChoice(stages, levels, movedHours, next).cost;
    if (cost < best.cost - 1e-9) best = { nodes, cost };
  }
  return best;
}

describe('the cheapest way through the coming chances', () => {
  it('is the very one that a plain recursion takes, wherever it stands', () => {
    const standings = fc.record({
      stage: fc.integer({ min: 0, max: 4 }),
      // Not every count is a level, and rests of before may last longer than any of the stages makes wait.
      nodes: fc.integer({ min: 0, max: 9 }),
      outFrom: fc.integer({ min: 0, max: 7 }),
      inFrom: fc.integer({ min: 0, max: 7 }),
    });
    const bounds = fc.record({ free: fc.integer({ min: 0, max: 4 }), most: fc.constantFrom(2, 4, Infinity) });
    fc.assert(
      fc.property(problems, bounds, fc.array(standings, { minLength: 1, maxLength: 4 }), (problem, bound, asked) => {
        const { start, steps, movedHours } = problem;
        const stages = stagesOf(problem).map((stage, index) => ({
          ...stage,
          ...bound,
          mostFree: stage.mostOut * (1 + (index % 2)),
        }));
        const levels = levelsOf({ stages, current: start, target: stages[0]?.need ?? start, steps });
        const solved = programme(stages, levels, { paid: (nodes) => nodes, movedHours });
        for (const standing of asked) {
          const plain = plainChoice(stages, levels, movedHours, standing);
          expect(solved.choose(standing)).toBe(plain.nodes);
          expect(solved.cost(standing)).toBe(plain.cost);
        }
      }),
      { numRuns: 300 },
    );
  }, 60_000);

  /** What is wanted at the first of a problem's stages, the first of which needs `target`. */
  const wantedNow = (problem: Problem, target: number, most: number) => {
    const { start, steps, movedHours } = problem;
    const stages = stagesOf(problem).map((stage, index) => ({
      ...stage,
      most,
      mostOut: steps.out * (1 + (index % 2)),
      mostFree: steps.out * (1 + (index % 2)),
      ...(index === 0 ? { need: target, keep: target } : {}),
    }));
    const levels = levelsOf({ stages, current: start, target, steps });
    const solved = programme(stages, levels, { paid: (nodes) => nodes, movedHours });
    return { stages, wanted: solved.choose({ stage: 0, nodes: start, outFrom: 0, inFrom: 0 }) };
  };
  const ceilings = fc.constantFrom(2, 4, Infinity);

  it('never grows beyond what covers every need: no plan has to be made to know that', () => {
    fc.assert(
      fc.property(problems, ceilings, fc.integer({ min: 0, max: 9 }), (problem, most, target) => {
        const { stages, wanted } = wantedNow(problem, target, most);
        const covered = Math.max(target, problem.start);
        fc.pre(
          isEnough(
            stages.map(({ need }) => need),
            covered,
          ),
        );
        expect(wanted).toBeLessThanOrEqual(covered);
      }),
      { numRuns: 300 },
    );
  }, 60_000);

  it('never grows now where the next chance does as well: no plan has to be made to know that', () => {
    fc.assert(
      fc.property(problems, ceilings, fc.integer({ min: 0, max: 6 }), (problem, most, target) => {
        const { stages, wanted } = wantedNow(problem, target, most);
        fc.pre(
          canWait(
            stages.map(({ need }) => need),
            problem.start,
            (index) => stages[index] as Stage,
          ),
        );
        expect(wanted).toBeLessThanOrEqual(problem.start);
      }),
      { numRuns: 2000 },
    );
  }, 60_000);

  it('is as cheap as the cheapest of all ways that keep the rules, and costs what it says', () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const { way, cost } = solve(problem);
        expect(costOf(problem, way)).toBeCloseTo(cost, 3);
        expect(cost).toBeCloseTo(cheapest(problem), 3);
      }),
      { numRuns: 150 },
    );
  }, 60_000);

  it('begins with what the first chance needs where nothing binds: no cooldown, no minHold, no step, no data', () => {
    const free = { steps: { out: 9, in: 9 }, coolOut: 0, coolIn: 0, minHold: 0, movedHours: 0 };
    fc.assert(
      fc.property(problems, (problem) => {
        const { needs, more, start } = problem;
        const need = needs[0] ?? 0;
        const least = need + (more[0] ?? 0);
        expect(solve({ ...problem, ...free }).way[0]).toBe(start <= need ? need : Math.min(start, least));
      }),
    );
  });

  it('takes nodes away only where they save more until they are needed back than moving them out and back costs', () => {
    const given = (movedHours: number): Problem => ({
      at: [0, 14, 24],
      needs: [3, 5],
      more: [0, 0],
      start: 5,
      steps: { out: 9, in: 9 },
      coolOut: 0,
      coolIn: 0,
      minHold: 0,
      movedHours,
    });
    expect(solve(given(6.9)).way).toEqual([3, 5]);
    expect(solve(given(7.1)).way).toEqual([5, 5]);
  });

  it('grows a chance early where one chance alone brings too few, and no earlier', () => {
    const given: Problem = {
      at: [0, 24, 48, 72],
      needs: [2, 2, 6],
      more: [0, 0, 0],
      start: 2,
      steps: { out: 3, in: 9 },
      coolOut: 0,
      coolIn: 0,
      minHold: 0,
      movedHours: 0,
    };
    expect(solve(given).way).toEqual([2, 3, 6]);
  });

  it('goes as far as it can where the need is out of reach', () => {
    const given: Problem = {
      at: [0, 24, 48],
      needs: [6, 6],
      more: [0, 0],
      start: 1,
      steps: { out: 2, in: 1 },
      coolOut: 0,
      coolIn: 0,
      minHold: 0,
      movedHours: 9,
    };
    expect(solve(given).way).toEqual([3, 5]);
  });

  it('looks at so many counts only as matter in a large group, and still finds what is needed', () => {
    const stages = [100, 400, 900, 350].map((need, index) => ({
      ...(stagesOf({
        at: [0, 24],
        needs: [need],
        more: [0],
        start: 0,
        steps: { out: 2000, in: 2000 },
        coolOut: 0,
        coolIn: 0,
        minHold: 0,
        movedHours: 0,
      })[0] as Stage),
      outAfterOut: index + 1,
      inAfterOut: index + 1,
      inAfterIn: index + 1,
    }));
    const levels = levelsOf({ stages, current: 500, target: 100, steps: { out: 2000, in: 2000 } });
    expect(levels.length).toBeLessThan(20);
    const solved = programme(stages, levels, { paid: (nodes) => nodes, movedHours: 0 });
    expect(solved.choose({ stage: 0, nodes: 500, outFrom: 0, inFrom: 0 })).toBe(100);
    expect(solved.choose({ stage: 2, nodes: 400, outFrom: 0, inFrom: 0 })).toBe(900);
  });
});
