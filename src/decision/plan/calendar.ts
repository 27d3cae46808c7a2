import type { GuardCode } from '../../domain/codes.ts';
import type { CalendarEntry, GroupDecision } from '../../domain/decision.ts';
import type { GroupPolicy } from '../../domain/group-policy.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { Direction } from '../../domain/memory.ts';
import type { DecidedGroup } from '../decide-backends.ts';
import { lastForeignChange } from '../guards/time/timing.ts';
import type { Sized } from '../sizing/size-group.ts';
import { windowAt } from '../windows/effective.ts';
import type { World } from '../world.ts';
import { memoryOf } from '../world.ts';
import { followerEntries } from './follower-calendar.ts';
import type { Course, Plan } from './horizon.ts';
import type { Standing } from './programme.ts';
import { runningOf } from './running.ts';

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
  const { role } = planned.decision;
  const { course, standing: begin, growsFrom } = beginning(world, group, planned);
  const entries: CalendarEntry[] = [];
  let standing = begin;
  for (let stage = course.stages()[standing.stage]; stage !== undefined; stage = course.stages()[standing.stage]) {
    const chosen = course.programme().choose(standing);
    const least = standing.stage === 0 && course.beginsShut() ? standing.nodes : 0;
    const most = standing.stage < growsFrom ? standing.nodes : Infinity;
    const nodes = Math.min(most, Math.max(least, chosen));
    if (nodes !== standing.nodes) {
      const change = { from: standing.nodes, to: nodes };
      const reason = course.reasonAt(standing.stage, change);
      entries.push({ role, group: group.group, at: stage.at, ...change, reason });
    }
    standing = course.programme().next(standing, nodes);
  }
  return entries;
}

interface Beginning {
  readonly course: Course;
  readonly standing: Standing;
  /** Before this stage nothing is added, not even up to a floor. */
  readonly growsFrom: number;
}

/** Where the plan stands: what runs, or is done now, is a step, not an entry, and what comes after it counts from its end. */
function beginning(world: World, group: GroupPolicy, { plan, sized, decision }: Planned): Beginning {
  const memory = memoryOf(world, { role: 'backend', group: group.group });
  const running = runningOf(world, decision, sized.current);
  const grown = later(memory.lastOutEndedAt, lastForeignChange(decision, world));
  const lastOut = later(grown, running?.direction === 'out' ? running.endsAt : undefined);
  const lastIn = later(memory.lastInEndedAt, running?.direction === 'in' ? running.endsAt : undefined);
  const lastChange = later(lastOut, lastIn);
  const rests = { out: restOf(world, decision, 'out'), in: restOf(world, decision, 'in') };
  const outAt = Math.max((lastOut ?? -Infinity) + group.cooldown.outMs, rests.out);
  const inAt = Math.max(
    (lastChange ?? -Infinity) + group.cooldown.inMs,
    (lastOut ?? -Infinity) + group.minHoldMs,
    rests.in,
  );
  // Nothing but another removal comes after one.
  const also =
    running === undefined
      ? [rests.out, rests.in]
      : running.direction === 'in'
        ? [rests.out, inAt]
        : [running.endsAt, outAt, inAt];
  const isOther = sized.floorsAhead.length > 0 || isTooShort(decision) || also.some((at) => isChance(world, at));
  const course = isOther ? plan.from(also) : plan;
  const first = (at: EpochMs): number => {
    const index = course.stages().findIndex((stage) => stage.at >= at);
    return index < 0 ? course.stages().length : index;
  };
  const next = (course.stages()[0]?.at ?? world.at) > world.at ? 0 : 1;
  const stage = running === undefined ? 0 : Math.max(next, first(running.endsAt));
  const standing = { stage, nodes: running?.nodes ?? sized.current, outFrom: first(outAt), inFrom: first(inAt) };
  return { course, standing, growsFrom: first(rests.out) };
}

function isChance({ at: now, policy: { windows } }: World, at: EpochMs): boolean {
  return at > now && at < Infinity && (windows.scaleOut === 'anytime' || windowAt(windows, at) !== undefined);
}

/** Holds that end by themselves; a no to growth holds what is wanted now. */
const RESTS: Readonly<Record<Direction, readonly GuardCode[]>> = {
  in: ['backoff', 'history-short'],
  out: ['no-host'],
};

function restOf({ memory }: World, decision: GroupDecision, direction: Direction): EpochMs {
  const codes = isWanted(decision, direction) ? [...RESTS[direction], 'paused'] : RESTS[direction];
  const rests = decision.guards.filter(({ code, verdict }) => verdict === 'hold' && codes.includes(code));
  const pauses = memory.pauses.filter((pause) => pause.direction === 'both' || pause.direction === direction);
  return Math.max(-Infinity, ...[...rests, ...pauses].map(({ until }) => until ?? -Infinity));
}

/** All of the removal that is wanted does not fit into the window of the first stage: less of it may. */
function isTooShort(decision: GroupDecision): boolean {
  const holds = decision.guards.some(({ code, verdict }) => code === 'window-too-short' && verdict === 'hold');
  return holds && isWanted(decision, 'in');
}

function isWanted({ current = 0, recommended = current }: GroupDecision, direction: Direction): boolean {
  return direction === 'out' ? recommended > current : recommended < current;
}

function later(a: EpochMs | undefined, b: EpochMs | undefined): EpochMs | undefined {
  return a === undefined ? b : b === undefined ? a : Math.max(a, b);
}
