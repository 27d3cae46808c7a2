import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { optimum } from '../../../src/backtest/baselines/optimum.ts';
import { nodesFor } from '../../../src/backtest/baselines/problem.ts';
import type { Problem } from '../../../src/backtest/baselines/problem.ts';

function problem(needed: readonly number[], open: readonly boolean[], parts: Partial<Problem>): Problem {
  const atTarget = Float64Array.from(needed);
  const flags = Uint8Array.from(open, Number);
  return {
    needed: { startMs: 0, atTarget, atFull: atTarget.map((nodes) => nodes * 0.7) },
    minutes: needed.length,
    first: 0,
    start: 1,
    isStartGiven: false,
    delayMinutes: 0,
    min: 1,
    max: 4,
    step: { out: 40, in: 40 },
    open: flags,
    openToGrow: flags,
    ...parts,
  };
}

/** Every way there is, minute by minute. */
function cheapest(given: Problem): number {
  const { minutes, delayMinutes, min, max, step, open } = given;
  const isEnough = (minute: number, nodes: number): boolean =>
    nodes >= Math.min(max, nodesFor(given.needed.atTarget[minute] ?? 0));
  const from = (minute: number, serving: number): number => {
    if (!isEnough(minute, serving)) return Infinity;
    if (minute === minutes - 1) return serving;
    let best = Infinity;
    for (let next = min; next <= max; next += 1) {
      const by = next - serving;
      const ordered = minute + 1 - delayMinutes;
      if (by > 0 && (by > step.out || ordered < 0 || open[ordered] !== 1)) continue;
      if (by < 0 && (-by > step.in || open[minute + 1] !== 1)) continue;
      best = Math.min(best, serving + Math.max(0, by) * delayMinutes + from(minute + 1, next));
    }
    return best;
  };
  let best = Infinity;
  for (let nodes = min; nodes <= max; nodes += 1) best = Math.min(best, from(0, nodes));
  return best;
}

describe('the optimum', () => {
  it('costs what the cheapest of all ways costs', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.boolean()), { minLength: 1, maxLength: 7 }),
        fc.integer({ min: 0, max: 2 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 3 }),
        (minutes, delayMinutes, out, inn) => {
          const given = problem(
            minutes.map(([nodes]) => nodes),
            minutes.map(([, open]) => open),
            { delayMinutes, step: { out, in: inn } },
          );
          expect(optimum(given).nodeHours * 60).toBeCloseTo(cheapest(given), 6);
        },
      ),
    );
  });

  it('carries load beyond max with max, and says so', () => {
    const figures = optimum(problem([9, 2, 5], [true, true, true], {}));
    expect(figures).toMatchObject({ aboveTargetMinutes: 2, saturatedMinutes: 1 });
  });
});
