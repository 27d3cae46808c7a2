import { HOUR, MINUTE } from '../../support/decision-input.ts';
import type { PlannedFault } from './planned-fault.ts';
import type { Dice } from './scenario-dice.ts';
import { stuck } from './scenario-stuck.ts';
import type { ScenarioCluster } from './scenario.ts';

/** Faults that make sense only one after another; instants are counted from the beginning of the story. */
export type Story = readonly PlannedFault[];

type Teller = (roll: Dice, cluster: ScenarioCluster) => Story;

export function story(roll: Dice, cluster: ScenarioCluster): Story {
  const alone: readonly [Teller, ...Teller[]] = [crashLoop, lateHosts, tempted];
  return roll.pick<Teller>(
    cluster.frontends === 1 ? alone : [...alone, failovers, estranged, majorityLost, majorityLostWithMaster],
  )(roll, cluster);
}

/** The master dies, and soon the next one does: in the middle of some step. */
function failovers(roll: Dice): Story {
  return Array.from({ length: roll.int(2, 5) }, (_, index) => ({
    atMs: index * roll.int(4, 12) * MINUTE,
    kind: 'frontend-down',
    host: '$master',
    forMs: roll.pick([MINUTE, 3 * MINUTE]),
  }));
}

/** A follower that heard nothing while we changed configs comes back with its own values, and leads. */
function estranged(roll: Dice): Story {
  const host = `$other:${String(roll.int(0, 1))}`;
  const forMs = roll.pick([20 * MINUTE, HOUR, 3 * HOUR]);
  return [
    {
      atMs: 0,
      kind: 'model',
      forMs,
      begin: { kind: 'partitioned-host', host, on: true },
      end: { kind: 'partitioned-host', host, on: false },
    },
    { atMs: forMs + 3 * MINUTE, kind: 'frontend-down', host: '$master', forMs: 10 * MINUTE },
    { atMs: forMs + 25 * MINUTE, kind: 'frontend-down', host: '$master', forMs: 10 * MINUTE },
  ];
}

/** All followers that a majority needs but the master: what is sent hangs, its effect visible, until one is back. */
function majorityLost(roll: Dice, { frontends }: ScenarioCluster): Story {
  const forMs = roll.pick([2 * MINUTE, 20 * MINUTE, 2 * HOUR, 8 * HOUR]);
  return Array.from({ length: Math.ceil(frontends / 2) }, (_, index) => ({
    atMs: 0,
    kind: 'frontend-down',
    host: `$other:${String(index)}`,
    forMs,
  }));
}

/** The same, and the master dies before any is back: what hung is undone. */
function majorityLostWithMaster(roll: Dice, cluster: ScenarioCluster): Story {
  const lost = majorityLost(roll, cluster);
  const [{ forMs } = { forMs: HOUR }] = lost;
  return [...lost, { atMs: forMs - MINUTE, kind: 'frontend-down', host: '$master', forMs: 30 * MINUTE }];
}

/** A process that its supervisor starts again and again. */
function crashLoop(roll: Dice): Story {
  return Array.from({ length: roll.int(3, 8) }, (_, index) => ({
    atMs: index * 2 * MINUTE,
    kind: 'crash',
    at: roll.pick(['port-call', 'journal-write']),
    nth: roll.int(0, 30),
    when: roll.pick(['before', 'after']),
    forMs: roll.pick([10_000, MINUTE]),
  }));
}

/** Scripts answer after we gave them up or nearly so, and the process dies meanwhile. */
function lateHosts(roll: Dice): Story {
  return [
    {
      atMs: 0,
      kind: 'host-scripts',
      manner: roll.pick(['late', 'late', 'lost']),
      delayMs: roll.pick([5 * MINUTE, 9 * MINUTE, 20 * MINUTE]),
      forMs: 2 * HOUR,
    },
    { atMs: roll.int(1, 60) * MINUTE, kind: 'kill', forMs: roll.pick([1000, 10 * MINUTE, HOUR]) },
  ];
}

/** A drain that stands still, and a person who helps. */
function tempted(roll: Dice, cluster: ScenarioCluster): Story {
  const begin = roll.pick([
    'CANCEL DECOMMISSION BACKEND "$leaving"',
    'ALTER SYSTEM DROPP BACKEND "$leaving"',
    'ALTER SYSTEM MODIFY BACKEND "$leaving" SET ("disable_query" = "false")',
  ]);
  return [
    { atMs: 0, ...stuck(roll, cluster) },
    { atMs: roll.int(15, 90) * MINUTE, kind: 'by-hand', begin: [begin], end: [], forMs: MINUTE },
  ];
}
