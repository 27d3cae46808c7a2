import { SLOT_MS } from '../../domain/demand.ts';
import type { GroupPolicy } from '../../domain/group-policy.ts';
import type { EpochMs } from '../../domain/instant.ts';
import { lastForeignChange, mayNotShrink } from '../guards/time/timing.ts';
import { migrationRate, orderMs, provisioningMs, removalMs } from '../sizing/lead-time.ts';
import { once } from '../sizing/once.ts';
import { PLANNED_MS } from '../sizing/schedule.ts';
import type { World } from '../world.ts';
import { memoryOf } from '../world.ts';
import { levelsOf } from './levels.ts';
import { needReason, needsAhead } from './needs.ts';
import type { Ahead, Sizing } from './needs.ts';
import { programme } from './programme.ts';
import type { Programme, Stage } from './programme.ts';
import { canWait, isEnough } from './shortcuts.ts';
import { inAfterIn, inAfterOut, mostOutAt, outAfterOut, stageAt, stagesOf } from './stage-at.ts';
import { chancesAhead } from './stages.ts';

/** The coming chances of a group, and the cheapest way through them; worked out when it is asked for. */
export interface Course {
  readonly stages: () => readonly Stage[];
  /** What a change at a stage is for, for people. */
  readonly reasonAt: (stage: number, change: { readonly from: number; readonly to: number }) => string;
  readonly programme: () => Programme;
  /** The first stage is none to take nodes away: growth alone needs no window. */
  readonly beginsShut: () => boolean;
}

export interface Plan extends Course {
  /** What is wanted at the first stage, whatever cooldown, minHold and guards say to it. */
  readonly wanted: number;
  readonly movedHours: number;
  /** Bytes of one backend. */
  readonly bytesPerNode: number;
  /**
   * The same as a calendar shows it: with chances at more instants, where they lie in windows, when what runs now is over and may be
   * followed; and the first stage too leaves what a floor needs back within minHold, and takes no more than its window has time for.
   */
  readonly from: (also: readonly EpochMs[]) => Course;
}

/** Undefined without a chance in the next 14 days. */
export function planAhead(world: World, sizing: Sizing): Plan | undefined {
  if (!hasChance(world)) return undefined;
  const { members, target, totalBytes } = sizing;
  const current = members.length;
  const bytesPerNode = current === 0 ? 0 : totalBytes / current;
  const movedHours = bytesPerNode / migrationRate(world.policy, world.memory) / 3600;
  const courseFrom = (kept: Solutions, also?: readonly EpochMs[]): Course & { readonly ahead: () => Ahead } => {
    const ahead = once(() => aheadOf(world, sizing, bytesPerNode, also));
    const stages = once(() => stagesOf(ahead()));
    return {
      ahead,
      stages,
      programme: once(() => solve(world, sizing, stages(), movedHours, kept)),
      reasonAt: (stage, change) => needReason(ahead(), stage, change),
      beginsShut: () => ahead().chances.isShut[0] === true,
    };
  };
  const { ahead, ...course } = courseFrom(solutions);
  const isPlain = isAlone(sizing, movedHours) || isTold(ahead(), movedHours);
  const wanted = isPlain ? target : course.programme().choose({ stage: 0, nodes: current, outFrom: 0, inFrom: 0 });
  return { ...course, wanted, movedHours, bytesPerNode, from: (also) => courseFrom(laterSolutions, also) };
}

/** With `more` chances as a calendar shows them. */
function aheadOf(world: World, sizing: Sizing, bytesPerNode: number, more: readonly EpochMs[] | undefined): Ahead {
  const { group, floorsAhead } = sizing;
  const { cooldown, minHoldMs } = group;
  const memory = memoryOf(world, { role: 'backend', group: group.group });
  const also = [
    ...[memory.lastOutEndedAt, lastForeignChange({ role: 'backend', group: group.group }, world)].flatMap(
      (grownAt = NaN) => [grownAt + cooldown.outMs, grownAt + Math.max(cooldown.inMs, minHoldMs)],
    ),
    (memory.lastInEndedAt ?? NaN) + cooldown.inMs,
    ...floorsAhead.flatMap(({ instance, start }) => [instance.endMs, wholeSlot(start?.beginMs ?? NaN)]),
    ...(more ?? []).map(wholeSlot),
  ].filter((each) => each > world.at);
  const roomMs = orderMs(group, world.policy, memory);
  const isBound = world.policy.windows.scaleOut === 'window';
  const order = { takesMs: provisioningMs(group, memory), roomMs: isBound ? roomMs : 0 };
  const drainMs = removalMs(bytesPerNode, memory.removeDurationMs, world.policy, world.memory);
  const ahead = needsAhead(world, sizing, chancesAhead(world, roomMs, also), order);
  return { ...ahead, drainMs, isShown: more !== undefined };
}

/** What is estimated moves a little at every look; the chance that it makes stays what it was. */
function wholeSlot(at: EpochMs): EpochMs {
  return Math.ceil(at / SLOT_MS) * SLOT_MS;
}

/** The needs ahead tell that what the present chance asks for is all that is wanted. */
function isTold(ahead: Ahead, movedHours: number): boolean {
  // What is so where more is needed is so where less is; what cannot be told thus is asked of the needs themselves.
  if (isToldBy(ahead.atMost, ahead, movedHours)) return true;
  const needs = ahead.need();
  return needs !== ahead.atMost && isToldBy(needs, ahead, movedHours);
}

function isToldBy(needs: readonly number[], ahead: Ahead, movedHours: number): boolean {
  const current = ahead.sizing.members.length;
  const covered = coveredBy(ahead);
  return (
    isEnough(needs, covered) ||
    isFree(needs, ahead, movedHours) ||
    (covered === current && canWait(needs, current, (index) => stageAt(ahead, index)))
  );
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
function isFree(needs: readonly number[], ahead: Ahead, movedHours: number): boolean {
  const { members, target } = ahead.sizing;
  const isMore = target >= members.length;
  if (!isMore && movedHours > 0) return false;
  let needed = 0;
  let reach = Infinity;
  for (let index = 0; index < needs.length; index += 1) {
    const after = index + 1;
    if (outAfterOut(ahead, index) > after) return false;
    if (!isMore && (inAfterIn(ahead, index) > after || inAfterOut(ahead, index) > after)) return false;
    if (index === 0) continue;
    needed = Math.max(needed, needs[index] ?? 0);
    reach = Math.min(reach, mostOutAt(ahead, index));
  }
  return needed <= target + reach;
}

/**
 * Nodes beyond which only growth could change the answer: the target, or what is there where nothing may be taken away now and only
 * the change is asked for. -1 where the plan says how many may go.
 */
function coveredBy({ world, sizing: { group, members, target } }: Ahead): number {
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

type Solutions = WeakMap<GroupPolicy, Solved>;

/** The last solution of each group: needs far ahead change a few times a day. */
const solutions: Solutions = new WeakMap();
/** The same as calendars show them. */
const laterSolutions: Solutions = new WeakMap();

function solve(world: World, sizing: Sizing, stages: readonly Stage[], movedHours: number, kept: Solutions): Programme {
  const { group, members, target } = sizing;
  const current = members.length;
  const levels = levelsOf({ stages, current, target, steps: group.step });
  const paidFor = paidBy(world, current);
  const paid = levels.map(paidFor);
  const known = kept.get(group);
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
  kept.set(group, found);
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
    a.mostFree === b.mostFree &&
    a.mostIn === b.mostIn &&
    a.outAfterOut === b.outAfterOut &&
    a.inAfterOut === b.inAfterOut &&
    a.inAfterIn === b.inAfterIn
  );
}

function isSameList(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((each, index) => each === b[index]);
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
