import type { KillPoint } from './point.ts';
import { pointsOf, type Scenario } from './scenario.ts';

/** One play of a scenario and where the daemon dies in it, in the order of the operation. */
export interface PlannedAttempt {
  readonly scenario: Scenario;
  readonly points: readonly KillPoint[];
}

/**
 * So many kills, spread over the scenarios: first each named place once, in an order that the seed gives, then any write of
 * the journal. Two named places of different steps share one play of their scenario.
 */
export function planKills(
  scenarios: readonly Scenario[],
  { kills, seed }: { readonly kills: number; readonly seed: number },
): readonly PlannedAttempt[] {
  const random = randomOf(seed);
  const queues = shuffled(
    scenarios.map((scenario) => ({ scenario, points: shuffled(pointsOf(scenario), random) })),
    random,
  );
  const chosen = new Map<Scenario, KillPoint[]>();
  let left = kills;
  for (let round = 0; left > 0 && queues.some(({ points }) => round < points.length); round += 1) {
    for (const { scenario, points } of queues) {
      const point = points[round];
      if (point === undefined || left === 0) continue;
      chosen.set(scenario, [...(chosen.get(scenario) ?? []), point]);
      left -= 1;
    }
  }
  const named = [...chosen].flatMap(([scenario, points]) => inPairs(scenario, points));
  const writes = Array.from({ length: left }, (_, index) => {
    const scenario = scenarios[index % scenarios.length];
    if (scenario === undefined) throw new Error('there are no scenarios');
    // A step makes two writes at least, so that this one comes.
    return { scenario, points: [{ is: 'write' as const, nth: 1 + Math.floor(random() * 2 * scenario.steps.length) }] };
  });
  return shuffled([...named, ...writes], random);
}

function inPairs(scenario: Scenario, points: readonly KillPoint[]): readonly PlannedAttempt[] {
  const order = pointsOf(scenario).map((point) => JSON.stringify(point));
  const sorted = points.toSorted((a, b) => order.indexOf(JSON.stringify(a)) - order.indexOf(JSON.stringify(b)));
  const half = Math.ceil(sorted.length / 2);
  return sorted.slice(0, half).flatMap((first, index) => {
    const second = sorted[index + half];
    const plays = second === undefined ? [[first]] : isOneStep(first, second) ? [[first], [second]] : [[first, second]];
    return plays.map((played) => ({ scenario, points: played }));
  });
}

/** One that is written at once, such as a turn, has passed both places at the first. */
function isOneStep(a: KillPoint, b: KillPoint): boolean {
  return a.is === 'step' && b.is === 'step' && a.step === b.step;
}

function shuffled<T>(items: readonly T[], random: () => number): readonly T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** mulberry32: the same seed, the same plan. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
