import type { GuardCode } from '../../domain/codes.ts';
import type { CalendarEntry, GroupDecision } from '../../domain/decision.ts';
import type { GroupPolicy } from '../../domain/group-policy.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { DecidedGroup } from '../decide-backends.ts';
import { lastForeignChange } from '../guards/time/timing.ts';
import { provisioningMs } from '../sizing/lead-time.ts';
import type { Sized } from '../sizing/size-group.ts';
import type { World } from '../world.ts';
import { memoryOf } from '../world.ts';
import { followerEntries } from './follower-calendar.ts';
import type { Plan } from './horizon.ts';
import type { Standing } from './programme.ts';

/** What the coming windows of the next 14 days would do with what is known and expected now. */
export function planCalendar(
  world: World,
  backends: readonly DecidedGroup[],
  groups: readonly GroupDecision[],
): readonly CalendarEntry[] {
  if (world.changeOnly === true) return [];
  const entries = backends.flatMap((decided, index) => {
    const group = world.policy.backends[index];
    const decision = groups.find((each) => each.role === 'backend' && each.group === decided.decision.group);
    const plan = decided.sized?.plan;
    if (group === undefined || decided.sized === undefined || plan === undefined || decision === undefined) return [];
    return calendarOf(world, group, { plan, sized: decided.sized, decision });
  });
  return [...entries, ...followerEntries(world, groups)].toSorted((a, b) => a.at - b.at);
}

interface Planned {
  readonly plan: Plan;
  readonly sized: Sized;
  readonly decision: GroupDecision;
}

function calendarOf(world: World, group: GroupPolicy, planned: Planned): readonly CalendarEntry[] {
  const { plan, decision } = planned;
  const entries: CalendarEntry[] = [];
  let standing = beginning(world, group, planned);
  for (let stage = plan.stages()[standing.stage]; stage !== undefined; stage = plan.stages()[standing.stage]) {
    const chosen = plan.programme().choose(standing);
    const nodes = standing.stage === 0 && isForGrowth(world) ? Math.max(chosen, standing.nodes) : chosen;
    if (nodes !== standing.nodes) {
      const { role } = decision;
      entries.push({
        role,
        group: group.group,
        at: stage.at,
        from: standing.nodes,
        to: nodes,
        reason: plan.reasonAt(standing.stage),
      });
    }
    standing = plan.programme().next(standing, nodes);
  }
  return entries;
}

/** The present chance is one to grow, out of windows, where growth needs none. */
function isForGrowth({ window, policy }: World): boolean {
  return window === undefined && policy.windows.scaleOut === 'anytime';
}

/** Where the plan stands: what is done now is a step, not an entry, and what comes after it counts from its end. */
function beginning(world: World, group: GroupPolicy, { plan, sized, decision }: Planned): Standing {
  const memory = memoryOf(world, { role: 'backend', group: group.group });
  const acts = decision.action !== 'hold' && decision.desired !== undefined;
  const endedAt = acts ? endOf(world, sized, decision) : undefined;
  const grown = later(memory.lastOutEndedAt, lastForeignChange(decision, world));
  const lastOut = later(grown, decision.action === 'scale-out' ? endedAt : undefined);
  const lastChange = later(later(grown, memory.lastInEndedAt), endedAt);
  const rests = decision.guards.filter(({ code, verdict }) => verdict === 'hold' && RESTS.includes(code));
  const outFrom = (lastOut ?? -Infinity) + group.cooldown.outMs;
  const inFrom = Math.max(
    (lastChange ?? -Infinity) + group.cooldown.inMs,
    (lastOut ?? -Infinity) + group.minHoldMs,
    ...rests.map(({ until }) => until ?? 0),
  );
  const first = (at: EpochMs): number => {
    const index = plan.stages().findIndex((stage) => stage.at >= at);
    return index < 0 ? plan.stages().length : index;
  };
  return {
    stage: acts ? Math.max(1, first(endedAt ?? world.at)) : 0,
    nodes: acts ? (decision.desired ?? sized.current) : sized.current,
    outFrom: first(outFrom),
    inFrom: first(inFrom),
  };
}

/** Holds of a removal that end by themselves. */
const RESTS: readonly GuardCode[] = ['backoff', 'history-short'];

function endOf(world: World, sized: Sized, decision: GroupDecision): EpochMs {
  const policy = world.policy.backends.find((group) => group.group === decision.group);
  const memory = memoryOf(world, decision);
  const takesMs =
    decision.action === 'scale-out'
      ? provisioningMs(policy, memory)
      : decision.victims
          .slice(0, sized.current - (decision.desired ?? sized.current))
          .reduce((sum, victim) => sum + (victim.estimatedMs ?? 0), 0);
  return world.at + takesMs;
}

function later(a: EpochMs | undefined, b: EpochMs | undefined): EpochMs | undefined {
  return a === undefined ? b : b === undefined ? a : Math.max(a, b);
}
