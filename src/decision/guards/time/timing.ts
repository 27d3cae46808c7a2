import type { GroupPolicy } from '../../../domain/group-policy.ts';
import type { EpochMs } from '../../../domain/instant.ts';
import type { GroupKey } from '../../../domain/node.ts';
import { nodesText } from '../../explain/text.ts';
import { regretRest } from '../../regret/margin.ts';
import { formatDuration, formatLocal } from '../../windows/local-time.ts';
import type { World } from '../../world.ts';
import { memoryOf } from '../../world.ts';
import type { Guard } from '../guard.ts';
import { hold, pass } from '../guard.ts';

const DAY_MS = 86_400_000;

/** In: from the end of the last change in either direction. Out: from the end of the last scale-out. */
export const cooldown: Guard = (change, world) => {
  const { backend, memory, direction, toFloor } = change;
  const { at } = world;
  if (backend === undefined) return pass('frontends have no cooldown');
  const foreign = lastForeignChange(change.key, world);
  const { inMs, outMs } = backend.group.cooldown;
  if (direction === 'out') {
    if (toFloor) return pass('growth to min or a floor does not wait for cooldown.out');
    const from = latest(memory.lastOutEndedAt, foreign);
    return from !== undefined && at < from + outMs
      ? hold(
          `cooldown.out ${formatDuration(outMs)} since the last scale-out (until ${local(world, from + outMs)})`,
          from + outMs,
        )
      : pass('cooldown.out is over');
  }
  const from = latest(memory.lastOutEndedAt, memory.lastInEndedAt, foreign);
  return from !== undefined && at < from + inMs
    ? hold(
        `cooldown.in ${formatDuration(inMs)} since the last change (until ${local(world, from + inMs)})`,
        from + inMs,
      )
    : pass('cooldown.in is over');
};

/** Whatever is to be taken away: cooldown.in or minHold holds all of it, as the guards say. */
export function mayNotShrink(world: World, { group, cooldown: { inMs }, minHoldMs }: GroupPolicy): boolean {
  const key = { role: 'backend' as const, group };
  const memory = memoryOf(world, key);
  const grown = latest(memory.lastOutEndedAt, lastForeignChange(key, world));
  const changed = latest(grown, memory.lastInEndedAt);
  return world.at < Math.max((changed ?? -Infinity) + inMs, (grown ?? -Infinity) + minHoldMs);
}

/**
 * 1, 2, 4 ... days after removals that failed or were cancelled, the rest after a person undid ours, and that after too many
 * that were wrong.
 */
export const backoff: Guard = ({ memory }, world) => {
  const { at } = world;
  const { failedRemovals, lastFailedRemovalAt, restsUntil } = memory;
  const pause = failedRemovals > 0 ? DAY_MS * 2 ** Math.min(failedRemovals - 1, 10) : 0;
  const backedOff = lastFailedRemovalAt === undefined ? 0 : lastFailedRemovalAt + pause;
  const regretted = regretRest(memory.regrets, at);
  const until = Math.max(backedOff, restsUntil ?? 0, regretted?.until ?? 0);
  if (until <= at) return pass('no removal failed of late');
  if (until === regretted?.until) {
    const resume = 'doris-autoscaler resume ends the rest';
    return hold(`${regretted.text}: scale-in rests until ${local(world, until)}; ${resume}`, until);
  }
  if (until === restsUntil) return hold(`scale-in rests until ${local(world, until)}: what we did was undone`, until);
  const times = failedRemovals === 1 ? 'the last removal' : `the last ${String(failedRemovals)} removals`;
  return hold(
    `${times} failed or were cancelled: ${formatDuration(pause)} of rest, until ${local(world, until)}`,
    until,
  );
};

/** A node that was just paid for, or is needed back soon, stays. */
export const minHold: Guard = (change, world) => {
  const { backend, memory, current } = change;
  const { at } = world;
  if (backend === undefined) return pass('frontends have no minHold');
  const { minHoldMs } = backend.group;
  const from = latest(memory.lastOutEndedAt, lastForeignChange(change.key, world));
  if (from !== undefined && at < from + minHoldMs) {
    return hold(
      `minHold ${formatDuration(minHoldMs)} since the last scale-out (until ${local(world, from + minHoldMs)})`,
      from + minHoldMs,
    );
  }
  const after = change.direction === 'in' ? change.target : current - 1;
  const floor = backend.floorsAhead.find((each) => {
    const begin = each.active ? each.instance.startMs : (each.start?.beginMs ?? each.instance.startMs);
    return each.nodes > after && begin < at + minHoldMs;
  });
  if (floor !== undefined) {
    return hold(
      `${floor.schedule} needs ${nodesText(floor.nodes)} from ${local(world, floor.instance.startMs)}, within minHold ${formatDuration(minHoldMs)}`,
      floor.instance.endMs,
    );
  }
  return pass('minHold is over and no floor needs the node back');
};

/** A membership change that no operation explains starts cooldown and minHold. */
export function lastForeignChange(key: GroupKey, { memory }: World): EpochMs | undefined {
  let last: EpochMs | undefined;
  for (const change of memory.foreignChanges) {
    if (change.role === key.role && change.group === key.group) last = latest(last, change.at);
  }
  return last;
}

function latest(...instants: readonly (EpochMs | undefined)[]): EpochMs | undefined {
  let last: EpochMs | undefined;
  for (const at of instants) if (at !== undefined && (last === undefined || at > last)) last = at;
  return last;
}

function local(world: World, instant: EpochMs): string {
  return formatLocal(instant, world.policy.windows.timezone, world.at);
}
