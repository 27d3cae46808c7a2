import type { SchedulePolicy } from '../../domain/group-policy.ts';
import type { GroupPolicy } from '../../domain/group-policy.ts';
import type { EpochMs, Interval } from '../../domain/instant.ts';
import type { World } from '../world.ts';
import { memoryOf } from '../world.ts';
import { nextWindow } from '../windows/effective.ts';
import { scheduleInstances } from '../windows/schedule-instances.ts';
import { growthStart } from './growth-start.ts';
import type { GrowthStart } from './growth-start.ts';
import { balancingMs, migrationRate, orderMs, provisioningMs } from './lead-time.ts';

const DAY_MS = 86_400_000;
/** Schedules are looked for so far ahead; the plan covers as much. */
export const PLANNED_MS = 14 * DAY_MS;

/** A schedule that asks for a number of nodes. */
export interface Floor {
  readonly schedule: string;
  readonly nodes: number;
  readonly instance: Interval;
  /** Already within its time. */
  readonly active: boolean;
  /** When growth to it begins, for one not yet active. */
  readonly start: GrowthStart | undefined;
}

/** What growth of one group takes. */
export interface GroupSize {
  readonly group: GroupPolicy;
  /** What the group would be without floors: growth to one that it has now begins from here. */
  readonly nodes: number;
  /** What the group is, if more than `nodes`: growth to a floor above it begins from here. */
  readonly current?: number;
  readonly totalBytes: number;
}

/**
 * Every floor above min that is active or begins within the plan's horizon, soonest first, with the window in which growth to it has
 * to begin so that it is reached before. One that asks for less than is needed now still counts: less may be needed by then.
 */
export function floorsAhead(world: World, size: GroupSize, at: EpochMs): readonly Floor[] {
  if (size.group.schedule.length === 0) return [];
  const floors: Floor[] = [];
  for (const { schedule, instance } of instancesOf(world, size.group, at)) {
    if (schedule.min === undefined || schedule.min <= size.group.min) continue;
    const active = instance.startMs <= at;
    const nodes = Math.min(schedule.min, size.group.max);
    const start = active ? undefined : growthStart(world, growthOf(world, size, nodes, instance.startMs), at);
    floors.push({ schedule: schedule.name, nodes, instance, active, start });
  }
  return floors.toSorted((a, b) => a.instance.startMs - b.instance.startMs);
}

/** The floor that counts at an instant: active, or to be begun by then. The highest wins. */
export function floorAt(floors: readonly Floor[], at: EpochMs): Floor | undefined {
  let highest: Floor | undefined;
  for (const floor of floors) {
    const counts = floor.instance.endMs > at && (floor.active || (floor.start?.beginMs ?? Infinity) <= at);
    if (counts && floor.nodes > (highest?.nodes ?? 0)) highest = floor;
  }
  return highest;
}

/** The lowest ceiling that is active at an instant, or begins before the window after it opens: reached before it begins. */
export function ceilingAt(
  world: World,
  group: GroupPolicy,
  at: EpochMs,
): { readonly schedule: string; readonly nodes: number } | undefined {
  if (group.schedule.every(({ max }) => max === undefined)) return undefined;
  let lowest: { readonly schedule: string; readonly nodes: number } | undefined;
  const until = nextWindow(world.policy.windows, at)?.startMs ?? at;
  for (const { schedule, instance } of instancesOf(world, group, at)) {
    if (schedule.max === undefined || instance.endMs <= at) continue;
    if (instance.startMs <= until && schedule.max < (lowest?.nodes ?? Infinity))
      lowest = { schedule: schedule.name, nodes: schedule.max };
  }
  return lowest;
}

function instancesOf(
  world: World,
  group: GroupPolicy,
  at: EpochMs,
): readonly { readonly schedule: SchedulePolicy; readonly instance: Interval }[] {
  const range = { startMs: at, endMs: Math.max(at + PLANNED_MS, secondWindowEnd(world, at)) };
  return group.schedule.flatMap((schedule) =>
    scheduleInstances(schedule, world.policy.windows.timezone, range).map((instance) => ({ schedule, instance })),
  );
}

/** What begins before the end of the second window to come may have to be reached in the first, however far apart they are. */
function secondWindowEnd({ policy }: World, at: EpochMs): EpochMs {
  const first = nextWindow(policy.windows, at);
  const second = first === undefined ? undefined : nextWindow(policy.windows, first.startMs);
  return second === undefined ? at : Math.min(second.endMs, second.startMs + PLANNED_MS);
}

function growthOf(world: World, size: GroupSize, nodes: number, byMs: EpochMs) {
  const { current = size.nodes } = size;
  const from = nodes > current ? current : nodes > size.nodes ? size.nodes : size.group.min;
  const added = nodes - from;
  const { policy } = world;
  const memory = memoryOf(world, { role: 'backend', group: size.group.group });
  return {
    byMs,
    added,
    orders: Math.ceil(added / size.group.step.out),
    stepOut: size.group.step.out,
    provisioningMs: provisioningMs(size.group, memory),
    orderMs: orderMs(size.group, policy, memory),
    balancingMs: balancingMs({
      totalBytes: size.totalBytes,
      nodes: from,
      added,
      rateBytesPerSecond: migrationRate(policy, world.memory),
      safety: policy.operations.safety,
    }),
  };
}
