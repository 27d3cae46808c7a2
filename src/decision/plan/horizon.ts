import type { GroupPolicy } from '../../domain/group-policy.ts';
import type { EpochMs } from '../../domain/instant.ts';
import { mayNotShrink } from '../guards/time/timing.ts';
import { migrationRate, orderMs, provisioningMs } from '../sizing/lead-time.ts';
import { once } from '../sizing/once.ts';
import { PLANNED_MS } from '../sizing/schedule.ts';
import type { World } from '../world.ts';
import { memoryOf } from '../world.ts';
import { levelsOf } from './levels.ts';
import { needReason, needsAhead } from './needs.ts';
import type { Needs, Sizing } from './needs.ts';
import { programme } from './programme.ts';
import type { Programme, Stage } from './programme.ts';
import { canWait, isEnough } from './shortcuts.ts';
import { chancesAhead } from './stages.ts';
import type { Chances } from './stages.ts';

const HOUR_MS = 3_600_000;

interface Ahead {
  readonly chances: Chances;
  readonly needs: Needs;
  readonly mostOut: (index: number) => number;
}

/** The coming chances of a group, and the cheapest way through them; worked out when it is asked for. */
export interface Plan {
  readonly stages: () => readonly Stage[];
  /** What asks for the nodes of a stage, for people. */
  readonly reasonAt: (stage: number) => string;
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
  const ahead = once((): Ahead => {
    const chances = chancesAhead(world, orderMs(group, world.policy, memory), also);
    const mostOut = mostOutBy(group, provisioningMs(group, memory), chances);
    return { chances, mostOut, needs: needsAhead(world, sizing, chances, mostOut) };
  });
  const stages = once(() => stagesOf(world, sizing, ahead(), movedHours));
  const solved = once(() => solve(world, sizing, stages(), movedHours));
  const isPlain = (): boolean => {
    if (isAlone(sizing, movedHours)) return true;
    const covered = coveredBy(world, sizing);
    return (
      isEnough(ahead().needs.need, covered) ||
      isFree(sizing, stages(), movedHours) ||
      (covered === current && canWait(stages(), current))
    );
  };
  const wanted = isPlain() ? target : solved().choose({ stage: 0, nodes: current, outFrom: 0, inFrom: 0 });
  const reasonAt = (stage: number): string => needReason(sizing, ahead().needs, stage);
  return { stages, reasonAt, programme: solved, wanted, movedHours, bytesPerNode };
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

/**
 * Nodes beyond which only growth could change the answer: the target, or what is there where nothing may be taken away now and only
 * the change is asked for. -1 where the plan says how many may go.
 */
function coveredBy(world: World, { group, members, target }: Sizing): number {
  const current = members.length;
  if (target >= current) return target;
  return world.changeOnly === true && mayNotShrink(world, group) ? current : -1;
}

interface Solved {
  readonly stages: readonly Stage[];
  readonly levels: readonly number[];
  /** By level. */
  readonly paid: readonly number[];
  readonly movedHours: number;
  readonly programme: Programme;
}

/** The last solution of each group: needs far ahead change a few times a day. */
const solutions = new WeakMap<GroupPolicy, Solved>();

function solve(world: World, sizing: Sizing, stages: readonly Stage[], movedHours: number): Programme {
  const { group, members, target } = sizing;
  const current = members.length;
  const levels = levelsOf({ stages, current, target, steps: group.step });
  const paidFor = paidBy(world, current);
  const paid = levels.map(paidFor);
  const known = solutions.get(group);
  const isKnown =
    known?.movedHours === movedHours &&
    known.stages.length === stages.length &&
    known.stages.every((each, index) => isSameStage(each, stages[index])) &&
    isSameList(known.levels, levels) &&
    isSameList(known.paid, paid);
  if (isKnown) return known.programme;
  const found = {
    stages,
    levels,
    paid,
    movedHours,
    programme: programme(stages, levels, { paid: paidFor, movedHours }),
  };
  solutions.set(group, found);
  return found.programme;
}

/** Whatever the instant is called: a programme knows hours only. */
function isSameStage(a: Stage, b: Stage | undefined): boolean {
  return (
    a.hours === b?.hours &&
    a.need === b.need &&
    a.keep === b.keep &&
    a.free === b.free &&
    a.most === b.most &&
    a.mostOut === b.mostOut &&
    a.mostIn === b.mostIn &&
    a.outAfterOut === b.outAfterOut &&
    a.inAfterOut === b.inAfterOut &&
    a.inAfterIn === b.inAfterIn
  );
}

function isSameList(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((each, index) => each === b[index]);
}

/** Nodes that the orders from a chance to the next one add at most. */
function mostOutBy(group: GroupPolicy, provisioning: number, chances: Chances): (index: number) => number {
  return (index) => {
    const orders = provisioning <= 0 ? Infinity : Math.max(1, Math.floor(roomAt(chances, index) / provisioning));
    return orders * group.step.out;
  };
}

/** Orders can be begun for so long, until the next chance. */
function roomAt({ at, untilMs, nextMs }: Chances, index: number): number {
  return Math.max(0, Math.min(untilMs[index] ?? 0, nextMs[index] ?? 0) - (at[index] ?? 0));
}

function stagesOf(
  world: World,
  { group, required }: Sizing,
  { chances, needs, mostOut }: Ahead,
  movedHours: number,
): readonly Stage[] {
  const provisioning = provisioningMs(group, memoryOf(world, { role: 'backend', group: group.group }));
  const { cooldown, minHoldMs } = group;
  const takes = movedHours * HOUR_MS + cooldown.inMs;
  const isKnown = required.nodes !== undefined && required.coverage.enough;
  const firstFrom = (index: number, at: EpochMs): number => {
    let first = index;
    while ((chances.at[first] ?? Infinity) < at) first += 1;
    return first;
  };
  /** Nothing is taken away that is needed back within minHold. */
  const keepAt = (index: number, keep: number, at: EpochMs): number => {
    if (!isKnown) return Infinity;
    let most = keep;
    for (let later = index + 1; (chances.at[later] ?? Infinity) < at + minHoldMs; later += 1)
      most = Math.max(most, needs.need[later] ?? 0);
    return most;
  };
  return chances.at.map((at, index): Stage => {
    const removals = cooldown.inMs > 0 ? 1 : takes <= 0 ? Infinity : 1 + Math.floor(roomAt(chances, index) / takes);
    const keep = needs.keep[index] ?? Infinity;
    const outEnds = at + provisioning;
    const after = index + 1;
    return {
      at,
      need: needs.need[index] ?? 0,
      keep: index === 0 ? keep : keepAt(index, keep, at),
      free: needs.free[index] ?? 0,
      most: needs.most[index] ?? Infinity,
      hours: ((chances.nextMs[index] ?? at) - at) / HOUR_MS,
      mostOut: mostOut(index),
      mostIn: removals * group.step.in,
      outAfterOut: firstFrom(after, outEnds + cooldown.outMs),
      inAfterOut: firstFrom(after, outEnds + Math.max(cooldown.inMs, minHoldMs)),
      inAfterIn: firstFrom(after, at + takes),
    };
  });
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
