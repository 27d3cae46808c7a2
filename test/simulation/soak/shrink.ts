import type { Invariant } from './invariant.ts';
import { runScenario } from './run-scenario.ts';
import type { Outcome } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';

const DAY_MS = 86_400_000;
/** A run is cut off here: what is left is small enough to be read. */
const MOST_RUNS = 60;

/** The same violation with as few days, faults and reloads as it takes, tried one after another. */
export async function shrink(broken: Outcome, invariants: readonly Invariant[]): Promise<Outcome> {
  let best = broken;
  let runs = 0;
  const still = async (scenario: Scenario): Promise<boolean> => {
    if (runs >= MOST_RUNS) return false;
    runs += 1;
    const outcome = await runScenario(scenario, { invariants });
    if (outcome.violation === undefined || outcome.violation.invariant !== broken.violation?.invariant) return false;
    best = outcome;
    return true;
  };

  const { scenario, violation } = broken;
  if (violation === undefined) return broken;
  const brokenAfterMs = violation.atMs - Date.parse(scenario.startAt);
  await still({ ...scenario, days: Math.ceil(brokenAfterMs / DAY_MS) });
  const before = <T extends { readonly atMs: number }>(planned: readonly T[]): readonly T[] =>
    planned.filter(({ atMs }) => atMs <= brokenAfterMs);
  await still({ ...best.scenario, faults: before(scenario.faults), edits: before(scenario.edits) });
  await fewer(
    () => best.scenario.faults,
    (faults) => still({ ...best.scenario, faults }),
  );
  await fewer(
    () => best.scenario.edits,
    (edits) => still({ ...best.scenario, edits }),
  );
  return best;
}

/** Leaves out halves, then quarters, down to single ones, as long as it is still so without them. */
async function fewer<T>(of: () => readonly T[], still: (rest: readonly T[]) => Promise<boolean>): Promise<void> {
  for (let size = Math.max(1, Math.ceil(of().length / 2)); ; size = Math.ceil(size / 2)) {
    for (let first = 0; first < of().length; ) {
      const rest = [...of().slice(0, first), ...of().slice(first + size)];
      if (!(await still(rest))) first += size;
    }
    if (size === 1) return;
  }
}
