import type { GroupPolicy } from '../../domain/group-policy.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { GroupMemory } from '../../domain/memory.ts';

/** For scale-in the highest need of the stabilization time counts. */
export function stabilizedIn(need: number, group: GroupPolicy, memory: GroupMemory, at: EpochMs): number {
  let highest = need;
  for (const recent of memory.recentNeeds) {
    if (recent.at > at - group.stabilize.inMs && recent.at <= at && recent.nodes > highest) highest = recent.nodes;
  }
  return highest;
}

/** For scale-out the lowest; a time that is not wholly known yet is no time, so that one witness still suffices. */
export function stabilizedOut(need: number, group: GroupPolicy, memory: GroupMemory, at: EpochMs): number {
  let lowest = need;
  for (const recent of memory.recentNeeds) {
    if (recent.at > at - group.stabilize.outMs && recent.at <= at && recent.nodes < lowest) lowest = recent.nodes;
  }
  return lowest;
}
