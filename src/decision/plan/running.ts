import type { GroupDecision } from '../../domain/decision.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { Direction } from '../../domain/memory.ts';
import type { GroupKey } from '../../domain/node.ts';
import type { Operation } from '../../domain/operation.ts';
import { takenOutAt } from '../guards/time/drain-course.ts';
import { provisioningMs, removalMs } from '../sizing/lead-time.ts';
import type { World } from '../world.ts';
import { memoryOf } from '../world.ts';

/** What the nodes of a group will be once what runs is over. */
export interface Running {
  readonly nodes: number;
  /** Undefined = another group is changed: this one waits for it. */
  readonly direction: Direction | undefined;
  readonly endsAt: EpochMs;
}

/** The change that runs, or is done now; undefined without one. */
export function runningOf(world: World, decision: GroupDecision, current: number): Running | undefined {
  const { policy, memory, at } = world;
  const open = memory.openOperation;
  if (open !== undefined) {
    const endsAt = openEndsAt(world, open);
    const isOther = open.role !== decision.role || open.group !== decision.group;
    if (isOther) return { nodes: current, direction: undefined, endsAt };
    const nodes = open.cancelRequested === undefined ? open.to : open.from;
    return { nodes, direction: open.to > open.from ? 'out' : 'in', endsAt };
  }
  const { action, desired, victims } = decision;
  if (action === 'hold' || desired === undefined) return undefined;
  if (action === 'scale-out') return { nodes: desired, direction: 'out', endsAt: at + addMs(world, decision) };
  const leaving = victims.slice(0, current - desired);
  const needMs = leaving.reduce((sum, { estimatedMs }) => sum + (estimatedMs ?? 0), 0);
  return { nodes: desired, direction: 'in', endsAt: takenOutAt(policy, at, needMs) };
}

/** By its own pace, else by what such a change takes; what runs is never over before now. */
function openEndsAt(world: World, open: Operation): EpochMs {
  const { at, policy, memory } = world;
  const { startedAt = open.createdAt, progress, targets } = open;
  if (open.to > open.from) return Math.max(at, startedAt + addMs(world, open));
  const { removeDurationMs } = memoryOf(world, open);
  const needMs = targets.reduce((sum, { bytes = 0 }) => sum + removalMs(bytes, removeDurationMs, policy, memory), 0);
  const drainedAt = progress?.estimatedEndAt ?? startedAt + needMs;
  return takenOutAt(policy, Math.max(at, drainedAt), 0);
}

function addMs(world: World, { role, group }: GroupKey): number {
  const policy = role === 'backend' ? world.policy.backends.find((each) => each.group === group) : undefined;
  return provisioningMs(policy, memoryOf(world, { role, group }));
}
