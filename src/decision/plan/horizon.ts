import type { GroupPolicy } from '../../domain/group-policy.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { Backend } from '../../domain/topology.ts';
import { nodesText } from '../explain/text.ts';
import { regretMargin } from '../regret/margin.ts';
import { deadBandNodes } from '../sizing/dead-band.ts';
import { migrationRate, orderMs, provisioningMs } from '../sizing/lead-time.ts';
import type { NeedBetween, Required } from '../sizing/required.ts';
import { wholeNodes } from '../sizing/round.ts';
import { ceilingAt, floorAt, PLANNED_MS } from '../sizing/schedule.ts';
import type { Floor } from '../sizing/schedule.ts';
import type { World } from '../world.ts';
import { memoryOf } from '../world.ts';
import { levelsOf } from './levels.ts';
import { programme } from './programme.ts';
import type { Programme, Stage } from './programme.ts';
import { chancesAhead } from './stages.ts';
import type { Chance } from './stages.ts';

const HOUR_MS = 3_600_000;

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

/** A stage with what people are told of it. */
export interface PlannedStage extends Stage {
  readonly reason: string;
}

/** The coming chances of a group, and the cheapest way through them; worked out when it is asked for. */
export interface Plan {
  readonly stages: () => readonly PlannedStage[];
  readonly programme: () => Programme;
  /** What is wanted at the first stage, whatever cooldown, minHold and guards say to it. */
  readonly wanted: number;
  readonly movedHours: number;
  /** Bytes of one backend. */
  readonly bytesPerNode: number;
}

/** Undefined without a chance in the next 14 days. */
export function planAhead(world: World, sizing: Sizing): Plan | undefined {
  const { group, members, target } = sizing;
  const current = members.length;
  const memory = memoryOf(world, { role: 'backend', group: group.group });
  const also = [
    (memory.lastOutEndedAt ?? NaN) + group.cooldown.outMs,
    (memory.lastOutEndedAt ?? NaN) + Math.max(group.cooldown.inMs, group.minHoldMs),
    (memory.lastInEndedAt ?? NaN) + group.cooldown.inMs,
    ...sizing.floorsAhead.map(({ instance }) => instance.endMs),
  ].filter((each) => each > world.at);
  if (!hasChance(world)) return undefined;
  const bytesPerNode = current === 0 ? 0 : sizing.totalBytes / current;
  const movedHours = bytesPerNode / migrationRate(world.policy, world.memory) / 3600;
  const stages = once(() => {
    const chances = chancesAhead(world, orderMs(group, world.policy, memory), also);
    return stagesOf(world, sizing, chances, movedHours);
  });
  const solved = once(() => solve(world, sizing, stages(), movedHours));
  const first = { stage: 0, nodes: current, outFrom: 0, inFrom: 0 };
  const wanted = isAlone(sizing, movedHours) || isFree(sizing, stages(), movedHours) ? target : solved().choose(first);
  return { stages, programme: solved, wanted, movedHours, bytesPerNode };
}

/** Nothing can be planned for a window that opens on a New Year's night: what is wanted then is what it should begin with. */
function hasChance({ window, nextWindow, policy, at }: World): boolean {
  if (window !== undefined) return true;
  if (nextWindow === undefined) return false;
  return policy.windows.scaleOut === 'anytime' || nextWindow.startMs < at + PLANNED_MS;
}

/** Whatever the coming chances need, they can bring it themselves, and nothing is lost by what is done before. */
function isAlone({ group, members, target }: Sizing, movedHours: number): boolean {
  const { cooldown, minHoldMs, step } = group;
  const reaches = target + step.out >= Math.max(group.max, members.length) && cooldown.outMs <= 0;
  return reaches && (target >= members.length || (movedHours <= 0 && cooldown.inMs <= 0 && minHoldMs <= 0));
}

/** The same, as far as their needs are known: each of them is in reach of one chance, and none waits for another. */
function isFree({ members, target }: Sizing, stages: readonly Stage[], movedHours: number): boolean {
  let needed = 0;
  let reach = Infinity;
  for (const [index, stage] of stages.entries()) {
    if (stage.outAfterOut > index + 1) return false;
    if (index === 0) continue;
    needed = Math.max(needed, stage.need);
    reach = Math.min(reach, stage.mostOut);
  }
  if (needed > target + reach) return false;
  const isQuick = (stage: Stage, index: number): boolean =>
    stage.inAfterIn === index + 1 && stage.inAfterOut === index + 1;
  return target >= members.length || (movedHours <= 0 && stages.every(isQuick));
}

interface Solved {
  readonly key: readonly number[];
  readonly programme: Programme;
}

/** The last solution of each group: needs far ahead change a few times a day. */
const solutions = new WeakMap<GroupPolicy, Solved>();

function solve(world: World, sizing: Sizing, stages: readonly PlannedStage[], movedHours: number): Programme {
  const { group, members, target } = sizing;
  const current = members.length;
  const levels = levelsOf({ stages, current, target, steps: group.step });
  const paid = paidBy(world, current);
  const key: number[] = [movedHours, levels.length, ...levels];
  for (const level of levels) key.push(paid(level));
  for (const each of stages) {
    key.push(each.hours, each.need, each.keep, each.free, each.most, each.mostOut, each.mostIn);
    key.push(each.outAfterOut, each.inAfterOut, each.inAfterIn);
  }
  const known = solutions.get(group);
  if (known?.key.length === key.length && known.key.every((each, index) => each === key[index])) return known.programme;
  const found = { key, programme: programme(stages, levels, { paid, movedHours }) };
  solutions.set(group, found);
  return found.programme;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function stagesOf(
  world: World,
  sizing: Sizing,
  chances: readonly Chance[],
  movedHours: number,
): readonly PlannedStage[] {
  const { group, required, target } = sizing;
  const memory = memoryOf(world, { role: 'backend', group: group.group });
  const provisioning = provisioningMs(group, memory);
  const drain = movedHours * HOUR_MS;
  const { cooldown, minHoldMs } = group;
  const first = (at: EpochMs): number => {
    const index = chances.findIndex((chance) => chance.at >= at);
    return index < 0 ? chances.length : index;
  };
  const bare = chances.map(({ at, untilMs, nextMs }, index): PlannedStage => {
    const room = Math.max(0, Math.min(untilMs, nextMs) - at);
    const orders = provisioning <= 0 ? Infinity : Math.max(1, Math.floor(room / provisioning));
    const takes = drain + cooldown.inMs;
    const removals = cooldown.inMs > 0 ? 1 : takes <= 0 ? Infinity : 1 + Math.floor(room / takes);
    const mostOut = orders * group.step.out;
    const needs = index === 0 ? firstNeeds(world, sizing) : needsOf(world, sizing, chances, index, mostOut);
    const outEnds = at + provisioning;
    return {
      ...needs,
      at,
      hours: (nextMs - at) / HOUR_MS,
      mostOut,
      mostIn: removals * group.step.in,
      outAfterOut: Math.max(index + 1, first(outEnds + cooldown.outMs)),
      inAfterOut: Math.max(index + 1, first(outEnds + Math.max(cooldown.inMs, minHoldMs))),
      inAfterIn: Math.max(index + 1, first(at + takes)),
    };
  });
  // Nothing is taken away that is needed back within minHold.
  return bare.map((stage, index) => {
    let { keep } = stage;
    for (let next = index + 1; index > 0 && next < bare.length; next += 1) {
      const later = bare[next];
      if (later === undefined || later.at >= stage.at + minHoldMs) break;
      keep = Math.max(keep, later.need);
    }
    if (required.nodes === undefined || !required.coverage.enough) keep = Infinity;
    return index === 0 && stage.keep <= target ? stage : { ...stage, keep };
  });
}

type Needs = Pick<PlannedStage, 'need' | 'keep' | 'free' | 'most' | 'reason'>;

/** The present chance was sized with everything that is known now. */
function firstNeeds(world: World, { group, required, target, floorsAhead }: Sizing): Needs {
  const at = world.window === undefined ? (world.nextWindow?.usableFromMs ?? world.at) : world.at;
  const floor = floorAt(floorsAhead, at);
  const free = Math.max(group.min, floor?.nodes ?? 0);
  const ceiling = ceilingAt(world, group, at);
  const most = ceiling === undefined ? Infinity : Math.max(target, ceiling.nodes);
  const need = required.nodes === undefined ? 0 : wholeNodes(required.nodes);
  const reason =
    need >= free
      ? needText(required.nodes ?? 0, required.basis)
      : floor === undefined || floor.nodes < group.min
        ? `min is ${String(group.min)}`
        : floor.schedule;
  return { need: target, keep: target, free, most, reason };
}

function needsOf(
  world: World,
  { group, required, members, target, floorsAhead }: Sizing,
  chances: readonly Chance[],
  index: number,
  mostOut: number,
): Needs {
  const chance = chances[index];
  if (chance === undefined) return { need: 0, keep: 0, free: 0, most: Infinity, reason: '' };
  const { at, nextMs } = chance;
  const floor = floorWith(floorsAhead, at, chances, index, Math.min(members.length, target), mostOut);
  const free = Math.max(group.min, floor?.nodes ?? 0);
  const bound = Math.max(group.max, Math.min(members.length, target));
  const demand = required.between(at, nextMs);
  const nodes = demand === undefined ? 0 : wholeNodes(demand.nodes);
  // Where growth needs no window it begins when it is needed; no window has to foresee it.
  const foreseen = world.policy.windows.scaleOut === 'anytime' ? 0 : Math.min(bound, nodes);
  const ceiling = ceilingAt(world, group, at);
  const keep = ceiling === undefined || ceiling.nodes > nodes ? keepOf(world, group, demand) : nodes;
  return {
    need: Math.max(free, foreseen),
    keep: Math.max(free, Math.min(bound, keep)),
    free,
    most: ceiling === undefined ? Infinity : Math.max(ceiling.nodes, nodes, free),
    reason:
      demand !== undefined && nodes >= free
        ? needText(demand.nodes, demand.basis)
        : floor === undefined || floor.nodes < group.min
          ? `min is ${String(group.min)}`
          : floor.schedule,
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

function keepOf(world: World, group: GroupPolicy, demand: NeedBetween | undefined): number {
  if (demand === undefined) return Infinity;
  const memory = memoryOf(world, { role: 'backend', group: group.group });
  const wary = demand.nodes * (1 + (regretMargin(memory.regrets, world.at)?.ratio ?? 0));
  return wholeNodes(Math.max(wary, demand.nodes + deadBandNodes(group, demand, demand.nodes)));
}

/** Backends, and the observers that so many of them ask for beyond the frontends that are there. */
function paidBy({ policy, topology }: World, current: number): (nodes: number) => number {
  const { frontend } = policy;
  if (frontend === undefined || topology === undefined) return (nodes) => nodes;
  const others = topology.backends.filter((backend) => !backend.decommissioned).length - current;
  const frontends = topology.frontends.length;
  const room = frontend.followers + frontend.observers.max - frontends;
  return (nodes) => {
    const asked = Math.ceil((others + nodes) / frontend.backendsPerFrontend.max) - frontends;
    return nodes + Math.max(0, Math.min(room, asked));
  };
}

function needText(nodes: number, basis: string): string {
  return `${nodesText(nodes)} needed (${basis})`;
}
