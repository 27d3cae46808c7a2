import type { GroupPolicy } from '../../domain/group-policy.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { Backend } from '../../domain/topology.ts';
import { nodesText } from '../explain/text.ts';
import { regretMargin } from '../regret/margin.ts';
import { deadBandNodes } from '../sizing/dead-band.ts';
import { basisAhead } from '../sizing/required.ts';
import type { Required } from '../sizing/required.ts';
import type { NeedBetween } from '../sizing/signal-need.ts';
import { wholeNodes } from '../sizing/round.ts';
import { ceilingAt, floorAt } from '../sizing/schedule.ts';
import type { Floor } from '../sizing/schedule.ts';
import type { World } from '../world.ts';
import { memoryOf } from '../world.ts';
import type { Chances } from './stages.ts';

/** What sizing says of the present chance, before the plan. */
export interface Sizing {
  readonly group: GroupPolicy;
  readonly members: readonly Backend[];
  readonly required: Required;
  /** After demand, schedules and bounds. */
  readonly target: number;
  readonly floorsAhead: readonly Floor[];
  readonly totalBytes: number;
}

/** What each chance has to bring, whatever can be done at it and at those around it. Arrays, as the chances are. */
export interface Needs {
  readonly need: readonly number[];
  readonly keep: readonly number[];
  readonly free: readonly number[];
  readonly most: readonly number[];
  /** What is asked for by the load; undefined of the present chance, which was sized already, and while nothing is known. */
  readonly demand: readonly (NeedBetween | undefined)[];
  /** Undefined where min asks for more than a floor. */
  readonly schedule: readonly (string | undefined)[];
}

/** `mostOut` says how many nodes the orders of a chance add at most. */
export function needsAhead(world: World, sizing: Sizing, chances: Chances, mostOut: (index: number) => number): Needs {
  const { group, required, members, target, floorsAhead } = sizing;
  const memory = memoryOf(world, { role: 'backend', group: group.group });
  const wary = 1 + (regretMargin(memory.regrets, world.at)?.ratio ?? 0);
  const base = Math.min(members.length, target);
  const bound = Math.max(group.max, base);
  const anytime = world.policy.windows.scaleOut === 'anytime';
  const first = firstNeeds(world, sizing);
  const count = chances.at.length;
  const need = new Array<number>(count).fill(target);
  const keep = new Array<number>(count).fill(target);
  const free = new Array<number>(count).fill(first.free);
  const most = new Array<number>(count).fill(first.most);
  const demand = new Array<NeedBetween | undefined>(count).fill(undefined);
  const schedule = new Array<string | undefined>(count).fill(first.schedule);
  for (let index = 1; index < count; index += 1) {
    const at = chances.at[index] ?? world.at;
    const floor = floorWith(floorsAhead, at, chances, index, base, mostOut);
    const least = Math.max(group.min, floor?.nodes ?? 0);
    const asked = required.between(at, chances.nextMs[index] ?? at);
    const nodes = asked === undefined ? 0 : wholeNodes(asked.nodes);
    // Where growth needs no window it begins when it is needed; no window has to foresee it.
    const foreseen = anytime ? 0 : Math.min(bound, nodes);
    const ceiling = ceilingAt(world, group, at);
    const kept = ceiling === undefined || ceiling.nodes > nodes ? keepOf(group, asked, wary) : nodes;
    need[index] = Math.max(least, foreseen);
    keep[index] = Math.max(least, Math.min(bound, kept));
    free[index] = least;
    most[index] = ceiling === undefined ? Infinity : Math.max(ceiling.nodes, nodes, least);
    demand[index] = asked;
    schedule[index] = scheduleOf(group, floor);
  }
  return { need, keep, free, most, demand, schedule };
}

/** The present chance was sized with everything that is known now. */
function firstNeeds(world: World, { group, target, floorsAhead }: Sizing) {
  const at = world.window === undefined ? (world.nextWindow?.usableFromMs ?? world.at) : world.at;
  const floor = floorAt(floorsAhead, at);
  const ceiling = ceilingAt(world, group, at);
  return {
    free: Math.max(group.min, floor?.nodes ?? 0),
    most: ceiling === undefined ? Infinity : Math.max(target, ceiling.nodes),
    schedule: scheduleOf(group, floor),
  };
}

/** For people: what asks for the nodes of a chance. */
export function needReason({ group, required }: Sizing, needs: Needs, index: number): string {
  const isFirst = index === 0;
  const demand = needs.demand[index];
  const nodes = (isFirst ? required.nodes : demand?.nodes) ?? 0;
  const isKnown = isFirst || demand !== undefined;
  if (!isKnown || wholeNodes(nodes) < (needs.free[index] ?? 0))
    return needs.schedule[index] ?? `min is ${String(group.min)}`;
  return `${nodesText(nodes)} needed (${demand === undefined ? required.basis : basisAhead(demand, group)})`;
}

function scheduleOf(
  group: GroupPolicy,
  floor: { readonly nodes: number; readonly schedule: string } | undefined,
): string | undefined {
  return floor === undefined || floor.nodes < group.min ? undefined : floor.schedule;
}

/** A floor counts from the stage at which growth to it begins; what the orders of that stage cannot bring comes with the next. */
function floorWith(
  floors: readonly Floor[],
  at: EpochMs,
  chances: Chances,
  index: number,
  base: number,
  mostOut: (index: number) => number,
): { readonly nodes: number; readonly schedule: string } | undefined {
  const floor = floorAt(floors, at);
  const begin = floor?.start?.beginMs;
  if (floor === undefined || floor.active || begin === undefined || floor.instance.startMs <= at) return floor;
  let stages = 1;
  while ((chances.at[index - stages] ?? -Infinity) >= begin) stages += 1;
  return { schedule: floor.schedule, nodes: Math.min(floor.nodes, base + stages * mostOut(index)) };
}

function keepOf(group: GroupPolicy, demand: NeedBetween | undefined, wary: number): number {
  if (demand === undefined) return Infinity;
  return wholeNodes(Math.max(demand.nodes * wary, demand.nodes + deadBandNodes(group, demand, demand.nodes)));
}
