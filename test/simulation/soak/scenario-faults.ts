import { effectiveWindows } from '../../../src/decision/windows/effective.ts';
import type { ClusterPolicy } from '../../../src/domain/policy.ts';
import { DAY, HOUR, MINUTE, windowsPolicy } from '../../support/decision-input.ts';
import type { FaultKind, PlannedFault } from './planned-fault.ts';
import { byHand } from './scenario-hands.ts';
import { stuck } from './scenario-stuck.ts';
import type { Dice } from './scenario-dice.ts';
import { story } from './scenario-stories.ts';
import type { Life, ScenarioCluster } from './scenario.ts';

const SECOND = 1000;
/** A night is wild with this probability; otherwise a day has a fault now and then. */
const WILD = { calm: 0.1, busy: 0.3 } as const;
const CALM_A_DAY = 0.12;
/** Faults of a wild night fall mostly here: operations begin when a window opens. */
const BEGINNING_MS = 90 * MINUTE;
const ANSWERS = ['approve', 'approve', 'approve', 'cancel', undefined, undefined] as const;

interface Around {
  readonly policy: Partial<ClusterPolicy>;
  readonly startAt: string;
  readonly days: number;
  readonly cluster: ScenarioCluster;
  readonly life: Life;
  /** Someone is asked, in some part of this life. */
  readonly asked: boolean;
}

/** Most of them in or near a window, where something is going on; none in the last day, so that all of them end. */
export function plannedFaults(roll: Dice, around: Around): readonly PlannedFault[] {
  const startMs = Date.parse(around.startAt);
  const lastMs = (around.days - 1) * DAY;
  const nights = effectiveWindows(around.policy.windows ?? windowsPolicy(), { startMs, endMs: startMs + lastMs });
  const faults: PlannedFault[] = [];
  for (const night of nights) {
    if (!roll.chance(WILD[around.life])) continue;
    const count = roll.int(1, 5);
    for (let each = 0; each < count; each += 1) {
      const endMs = Math.min(night.endMs, night.startMs + (roll.chance(0.7) ? BEGINNING_MS : 8 * HOUR));
      const atMs = roll.between(night.startMs - 10 * MINUTE, endMs + 10 * MINUTE) - startMs;
      if (roll.chance(0.2))
        faults.push(...story(roll, around.cluster).map((each) => ({ ...each, atMs: atMs + each.atMs })));
      else faults.push({ atMs, ...draw(roll, around) });
    }
  }
  if (around.asked) faults.push(...answers(roll, around.days));
  for (let day = 0; day < around.days - 1; day += 1) {
    if (roll.chance(CALM_A_DAY)) faults.push({ atMs: (day + roll.between(0, 1)) * DAY, ...draw(roll, around) });
  }
  return faults
    .map((fault) => ({ ...fault, atMs: Math.round(fault.atMs / SECOND) * SECOND }))
    .filter(({ atMs, forMs }) => atMs > HOUR && atMs + forMs < lastMs)
    .toSorted((a, b) => a.atMs - b.atMs);
}

/** Once a day someone looks at what is proposed, and says yes, or no, or nothing. */
function answers(roll: Dice, days: number): readonly PlannedFault[] {
  return Array.from({ length: days - 1 }, (_, day) => ({
    atMs: (day + roll.between(0, 1)) * DAY,
    order: roll.pick(ANSWERS),
  })).flatMap(({ atMs, order }) =>
    order === undefined ? [] : [{ atMs, kind: 'order', order, forMs: MINUTE } as const],
  );
}

type Drawn = FaultKind & { readonly forMs: number };

function draw(roll: Dice, around: Around): Drawn {
  return roll.pick([dies, dies, dies, nodes, replies, world, stuck, stuck, byHand, byHand, order])(
    roll,
    around.cluster,
  );
}

/** Lasts from seconds to hours, rarely to days. */
export function lasts(roll: Dice): number {
  return roll.pick([10 * SECOND, MINUTE, 5 * MINUTE, 20 * MINUTE, HOUR, 4 * HOUR, 20 * HOUR]);
}

function dies(roll: Dice): Drawn {
  const forMs = roll.pick([SECOND, 10 * SECOND, MINUTE, 10 * MINUTE, HOUR, 5 * HOUR, 30 * HOUR]);
  return roll.pick<() => Drawn>([
    () => ({ kind: 'crash', at: 'port-call', nth: roll.int(0, 400), when: roll.pick(['before', 'after']), forMs }),
    () => ({ kind: 'crash', at: 'journal-write', nth: roll.int(0, 40), when: roll.pick(['before', 'after']), forMs }),
    () => ({ kind: 'kill', forMs }),
    () => ({ kind: 'stop', forMs }),
  ])();
}

function nodes(roll: Dice, cluster: ScenarioCluster): Drawn {
  const member = `$member:${String(roll.int(0, cluster.backends - 1))}`;
  const follower = `$follower:${String(roll.int(0, cluster.frontends - 1))}`;
  const forMs = lasts(roll);
  const model = (host: string): Drawn => ({
    kind: 'model',
    forMs,
    begin: { kind: 'partitioned-host', host, on: true },
    end: { kind: 'partitioned-host', host, on: false },
  });
  return roll.pick<() => Drawn>([
    () => ({ kind: 'backend-down', host: roll.pick([member, '$leaving', '$newest']), forMs }),
    () => ({ kind: 'frontend-down', host: roll.pick(['$master', follower, '$observer:0']), forMs }),
    () => model(roll.pick(['$master', follower, member, '$leaving'])),
    () => ({
      kind: 'model',
      forMs,
      begin: { kind: 'lagging-frontend', host: follower, on: true },
      end: { kind: 'lagging-frontend', host: follower, on: false },
    }),
  ])();
}

function replies(roll: Dice): Drawn {
  const of = roll.pick(['changes', 'changes', 'reads', 'all'] as const);
  const forMs = lasts(roll);
  return roll.pick<() => Drawn>([
    () => ({ kind: 'lost-replies', of, count: roll.int(1, 6), forMs }),
    () => ({ kind: 'slow-replies', of, delayMs: roll.pick([SECOND, 8 * SECOND, 45 * SECOND]), forMs }),
    () => ({ kind: 'unreachable', host: roll.pick(['$all', '$master', '$follower:0']), forMs }),
    () => ({
      kind: 'host-scripts',
      manner: roll.pick(['late', 'lost', 'fail', 'try-again']),
      delayMs: roll.pick([30 * SECOND, 3 * MINUTE, 20 * MINUTE]),
      forMs,
    }),
  ])();
}

function world(roll: Dice): Drawn {
  const forMs = lasts(roll);
  return roll.pick<() => Drawn>([
    () => ({ kind: 'prometheus', manner: roll.pick(['missing', 'stale', 'nan', 'zero']), forMs }),
    () => ({ kind: 'clock', byMs: roll.pick([-1, 1]) * roll.pick([MINUTE, 10 * MINUTE, HOUR, 26 * HOUR]), forMs }),
    () => ({ kind: 'store-full', forMs }),
  ])();
}

function order(roll: Dice): Drawn {
  return { kind: 'order', order: roll.pick(['cancel', 'pause', 'resume']), forMs: MINUTE };
}
