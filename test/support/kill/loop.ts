import { attempt, undisturbed, type Attempt } from './attempt.ts';
import type { Ending } from './ending.ts';
import { planKills } from './plan.ts';
import { SCENARIOS, type Scenario } from './scenario.ts';

/** The machine has two cores, and a play waits more than it works. */
const SIDE_BY_SIDE = 2;

export interface LoopOptions {
  readonly kills: number;
  readonly seed: number;
  /** Called as each play ends. */
  readonly onAttempt?: (attempt: Attempt) => void;
}

/** Kills the daemon at the planned places, two plays side by side, each against the end of the same scenario without a kill. */
export async function killLoop({ onAttempt, ...options }: LoopOptions): Promise<readonly Attempt[]> {
  const calm = new Map<Scenario, Promise<Ending>>();
  const endingWithoutKill = (scenario: Scenario): Promise<Ending> => {
    const known = calm.get(scenario) ?? undisturbed(scenario);
    calm.set(scenario, known);
    return known;
  };
  const waiting = [...planKills(SCENARIOS, options)];
  const attempts: Attempt[] = [];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const done = await attempt(next.scenario, next.points, await endingWithoutKill(next.scenario));
      attempts.push(done);
      onAttempt?.(done);
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
  return attempts;
}

/** A line for each kill: operation, place, whether it ended right, and how long the play took. */
export function attemptLines({ scenario, kills, problems, seconds }: Attempt): readonly string[] {
  const outcome = problems.length === 0 ? 'right' : 'WRONG';
  return [
    ...kills.map(
      ({ point }) => `${scenario.padEnd(27)}${point.padEnd(26)}${outcome.padEnd(8)}${seconds.toFixed(1).padStart(6)} s`,
    ),
    ...problems,
  ];
}
