import type { GroupPolicy } from '../../domain/group-policy.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { Backend } from '../../domain/topology.ts';
import { nodesText } from '../explain/text.ts';
import { regretMargin } from '../regret/margin.ts';
import { deadBandNodes } from '../sizing/dead-band.ts';
import type { NeedBetween, Required } from '../sizing/required.ts';
import { wholeNodes } from '../sizing/round.ts';
import { ceilingAt, floorAt } from '../sizing/schedule.ts';
import type { Floor } from '../sizing/schedule.ts';
import type { World } from '../world.ts';
import { memoryOf } from '../world.ts';
import type { Stage } from './programme.ts';
import type { Chance } from './stages.ts';

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

/** What one chance has to bring, whatever can be done at it and at those around it. */
export interface Needs extends Pick<Stage, 'need' | 'keep' | 'free' | 'most'> {
  /** For people; only a calendar asks for it. */
  readonly reason: () => string;
}

/** `mostOut` says how many nodes the orders of a chance add at most. */
export function needsAhead(
  world: World,
  sizing: Sizing,
  chances: readonly Chance[],
  mostOut: (chance: Chance) => number,
): readonly Needs[] {
  const { group } = sizing;
  const memory = memoryOf(world, { role: 'backend', group: group.group });
  const wary = 1 + (regretMargin(memory.regrets, world.at)?.ratio ?? 0);
  return chances.map((chance, index) =>
    index === 0
      ? firstNeeds(world, sizing)
      : needsOf(world, sizing, { chances, index, mostOut: mostOut(chance), wary }),
  );
}

/** The present chance was sized with everything that is known now. */
function firstNeeds(world: World, { group, required, target, floorsAhead }: Sizing): Needs {
  const at = world.window === undefined ? (world.nextWindow?.usableFromMs ?? world.at) : world.at;
  const floor = floorAt(floorsAhead, at);
  const free = Math.max(group.min, floor?.nodes ?? 0);
  const ceiling = ceilingAt(world, group, at);
  const most = ceiling === undefined ? Infinity : Math.max(target, ceiling.nodes);
  const need = required.nodes === undefined ? 0 : wholeNodes(required.nodes);
  const reason = (): string =>
    need >= free ? needText(required.nodes ?? 0, required.basis) : freeText(group, floor?.schedule, floor?.nodes);
  return { need: target, keep: target, free, most, reason };
}

interface Looked {
  readonly chances: readonly Chance[];
  readonly index: number;
  readonly mostOut: number;
  /** What is kept by what is needed, as regrets ask for. */
  readonly wary: number;
}

function needsOf(world: World, { group, required, members, target, floorsAhead }: Sizing, looked: Looked): Needs {
  const { chances, index, mostOut, wary } = looked;
  const { at, nextMs } = chances[index] ?? { at: world.at, nextMs: world.at };
  const floor = floorWith(floorsAhead, at, chances, index, Math.min(members.length, target), mostOut);
  const free = Math.max(group.min, floor?.nodes ?? 0);
  const bound = Math.max(group.max, Math.min(members.length, target));
  const demand = required.between(at, nextMs);
  const nodes = demand === undefined ? 0 : wholeNodes(demand.nodes);
  // Where growth needs no window it begins when it is needed; no window has to foresee it.
  const foreseen = world.policy.windows.scaleOut === 'anytime' ? 0 : Math.min(bound, nodes);
  const ceiling = ceilingAt(world, group, at);
  const keep = ceiling === undefined || ceiling.nodes > nodes ? keepOf(group, demand, wary) : nodes;
  return {
    need: Math.max(free, foreseen),
    keep: Math.max(free, Math.min(bound, keep)),
    free,
    most: ceiling === undefined ? Infinity : Math.max(ceiling.nodes, nodes, free),
    reason: () =>
      demand !== undefined && nodes >= free
        ? needText(demand.nodes, demand.basis())
        : freeText(group, floor?.schedule, floor?.nodes),
  };
}

/** A floor counts from the stage at which growth to it begins; what the orders of that stage cannot bring comes with the next. */
function floorWith(
  floors: readonly Floor[],
  at: EpochMs,
  chances: readonly Chance[],
  index: number,
  base: number,
  mostOut: number,
): { readonly nodes: number; readonly schedule: string } | undefined {
  const floor = floorAt(floors, at);
  const begin = floor?.start?.beginMs;
  if (floor === undefined || floor.active || begin === undefined || floor.instance.startMs <= at) return floor;
  let stages = 1;
  while ((chances[index - stages]?.at ?? -Infinity) >= begin) stages += 1;
  return { schedule: floor.schedule, nodes: Math.min(floor.nodes, base + stages * mostOut) };
}

function keepOf(group: GroupPolicy, demand: NeedBetween | undefined, wary: number): number {
  if (demand === undefined) return Infinity;
  return wholeNodes(Math.max(demand.nodes * wary, demand.nodes + deadBandNodes(group, demand, demand.nodes)));
}

function needText(nodes: number, basis: string): string {
  return `${nodesText(nodes)} needed (${basis})`;
}

function freeText(group: GroupPolicy, schedule: string | undefined, nodes = 0): string {
  return schedule === undefined || nodes < group.min ? `min is ${String(group.min)}` : schedule;
}
