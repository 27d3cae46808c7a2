import type { GroupPolicy } from '../../domain/group-policy.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { Backend } from '../../domain/topology.ts';
import { nodesText } from '../explain/text.ts';
import { deadBandNodes } from '../sizing/dead-band.ts';
import { once } from '../sizing/once.ts';
import { basisAhead } from '../sizing/required.ts';
import type { Required } from '../sizing/required.ts';
import type { NeedBetween, Needs } from '../sizing/planned-needs.ts';
import { wholeNodes } from '../sizing/round.ts';
import { ceilingAt, floorAt, PLANNED_MS } from '../sizing/schedule.ts';
import type { Floor } from '../sizing/schedule.ts';
import type { World } from '../world.ts';
import { ordersAt } from './stages.ts';
import type { Chances, Order } from './stages.ts';

/** What sizing says of the present chance, before the plan. */
export interface Sizing {
  readonly group: GroupPolicy;
  readonly members: readonly Backend[];
  readonly required: Required;
  /** After demand, schedules and bounds. */
  readonly target: number;
  readonly floorsAhead: readonly Floor[];
  readonly totalBytes: number;
  /** What a removal has to leave by what is needed; above 1 after regrets. */
  readonly wary: number;
}

/**
 * The coming chances, and what each of them has to bring, whatever can be done at it and at those around it. Arrays, as the chances
 * are; what else is asked of a chance is told by the functions below, since most plans end before.
 */
export interface Ahead {
  readonly world: World;
  readonly sizing: Sizing;
  readonly chances: Chances;
  readonly order: Order;
  readonly need: () => readonly number[];
  /** The same for the first `fixed` chances, and no less for those that the end of the plan moves at every decision. */
  readonly atMost: readonly number[];
  readonly fixed: number;
  /** What is asked for by the load; undefined of the present chance, which was sized already, and while nothing is known. */
  readonly demandAt: (index: number) => NeedBetween | undefined;
  /** Of one backend, without safety. */
  readonly drainMs: number;
  /** In a calendar, where no guard says why what is wanted now is held. */
  readonly isShown: boolean;
}

export function needsAhead(
  world: World,
  sizing: Sizing,
  chances: Chances,
  order: Order,
): Omit<Ahead, 'drainMs' | 'isShown'> {
  const { group, required, target } = sizing;
  const most = mostNodes(sizing);
  const anytime = world.policy.windows.scaleOut === 'anytime';
  const count = chances.at.length;
  const needOf = (index: number, nodes: number | undefined): number => {
    if (index === 0) return target;
    // Where growth needs no window it begins when it is needed; no window has to foresee it.
    const foreseen = anytime || nodes === undefined ? 0 : Math.min(most, wholeNodes(nodes));
    return Math.max(group.min, floorWith(sizing, chances, index, order)?.nodes ?? 0, foreseen);
  };
  const needs = required.ahead();
  const fixed = fixedIn(chances, world.at + PLANNED_MS);
  const demanded = demandsAt(fixed, needs, chances);
  const atMost = new Array<number>(count);
  for (let index = 0; index < fixed; index += 1) atMost[index] = needOf(index, demanded[index]?.outNodes);
  for (let index = fixed; index < count; index += 1)
    atMost[index] = needOf(index, mostAsked(needs, chances, index) ?? Infinity);
  const demand = once(() => (fixed === count ? demanded : demandsAt(count, needs, chances)));
  const need = once(() => (fixed === count ? atMost : demand().map((asked, index) => needOf(index, asked?.outNodes))));
  const demandAt = (index: number): NeedBetween | undefined => (index < fixed ? demanded : demand())[index];
  return { world, sizing, chances, order, need, atMost, fixed, demandAt };
}

/** What a chance has to bring. */
export function needAt({ atMost, fixed, need }: Ahead, index: number): number {
  return (index < fixed ? atMost : need())[index] ?? 0;
}

/** Chances before those that the end of the plan moves at every decision: where it cuts a window that is not open yet, the last two. */
function fixedIn({ at, untilMs }: Chances, plannedUntilMs: EpochMs): number {
  const last = at.length - 1;
  const isCut = last > 1 && at[last] === plannedUntilMs && untilMs[last - 1] === untilMs[last];
  return isCut && untilMs[0] !== untilMs[last] ? last - 1 : at.length;
}

/** More than what the load asks for at one of these two: both of them are parts of the time from the first one to the next window. */
function mostAsked(needs: Needs, chances: Chances, index: number): number | undefined {
  const { at, untilMs, nextMs } = chances;
  const last = at.length - 1;
  const part = { startMs: at[index] ?? 0, endMs: nextMs[index] ?? 0 };
  const endMs = index === last ? part.endMs : Math.max(part.endMs, untilMs[last] ?? 0);
  return needs.atMost(part, { startMs: at[last - 1] ?? 0, endMs });
}

interface Demanded {
  readonly chances: Chances;
  readonly demand: readonly (NeedBetween | undefined)[];
}

/** From one decision to the next nearly all chances stay what they are. */
const lately = new WeakMap<Needs, Demanded>();

/** What the load asks for at the first so many chances. */
function demandsAt(count: number, needs: Needs, chances: Chances): Demanded['demand'] {
  const { chances: chancesBefore, demand: known } = lately.get(needs) ?? { chances, demand: [] };
  const demand: (NeedBetween | undefined)[] = [undefined];
  let other = 1;
  for (let index = 1; index < count; index += 1) {
    const at = chances.at[index] ?? 0;
    const next = chances.nextMs[index] ?? 0;
    while (other < known.length && (chancesBefore.at[other] ?? 0) < at) other += 1;
    const isKnown = other < known.length && chancesBefore.at[other] === at && chancesBefore.nextMs[other] === next;
    demand.push(isKnown ? known[other] : needs.between(at, next));
  }
  lately.set(needs, { chances, demand });
  return demand;
}

/** What a floor or min asks for at a chance. */
export function leastAt(ahead: Ahead, index: number): number {
  return Math.max(ahead.sizing.group.min, floorOf(ahead, index)?.nodes ?? 0);
}

/**
 * What a removal at a chance leaves. Nothing is taken away that is needed back within minHold; of the present chance the floors are
 * the guards' to hold, but in a calendar.
 */
export function keepAt(ahead: Ahead, index: number): number {
  const { sizing, chances } = ahead;
  const { required, group, target } = sizing;
  const isFirst = index === 0;
  if (!isFirst && chances.isShut[index] === true) return Infinity;
  if (!isFirst && (required.nodes === undefined || !required.coverage().enough)) return Infinity;
  const at = chances.at[index] ?? 0;
  let keep = isFirst ? target : ownKeep(ahead, index);
  for (let later = index + 1; (chances.at[later] ?? Infinity) < at + group.minHoldMs; later += 1)
    keep = Math.max(keep, foreseenAt(ahead, later), isFirst && !ahead.isShown ? 0 : needAt(ahead, later));
  return keep;
}

/** What a later chance leaves for its own sake. */
function ownKeep(ahead: Ahead, index: number): number {
  const { world, sizing, chances } = ahead;
  const asked = ahead.demandAt(index);
  const nodes = asked === undefined ? 0 : wholeNodes(asked.nodes);
  const ceiling = ceilingAt(world, sizing.group, chances.at[index] ?? 0);
  const kept = ceiling === undefined || ceiling.nodes > nodes ? keepOf(sizing, asked) : nodes;
  return Math.max(leastAt(ahead, index), Math.min(mostNodes(sizing), kept));
}

/** What the load asks for at a chance, whether growth waits for it or for no window. */
function foreseenAt(ahead: Ahead, index: number): number {
  return Math.min(mostNodes(ahead.sizing), wholeNodes(ahead.demandAt(index)?.nodes ?? 0));
}

/** More than this is not wanted at a chance, whatever moving costs. */
export function mostAt(ahead: Ahead, index: number): number {
  const { world, sizing, chances } = ahead;
  const at = index === 0 ? firstMs(world) : (chances.at[index] ?? world.at);
  const ceiling = ceilingAt(world, sizing.group, at);
  if (ceiling === undefined) return Infinity;
  if (index === 0) return Math.max(sizing.target, ceiling.nodes);
  return Math.max(ceiling.nodes, wholeNodes(ahead.demandAt(index)?.nodes ?? 0), leastAt(ahead, index));
}

/** For people: what a change at a chance is for. Growth that a later one asks for can begin before it. */
export function needReason(
  ahead: Ahead,
  at: number,
  { from, to }: { readonly from: number; readonly to: number },
): string {
  const asking = to > from ? ahead.chances.at.findIndex((_, index) => index >= at && needAt(ahead, index) >= to) : at;
  return ownReason(ahead, asking < 0 ? at : asking);
}

function ownReason(ahead: Ahead, index: number): string {
  const { group, required } = ahead.sizing;
  const isFirst = index === 0;
  const asked = ahead.demandAt(index);
  const nodes = (isFirst ? required.nodes : asked?.nodes) ?? 0;
  const isKnown = isFirst || asked !== undefined;
  if (!isKnown || wholeNodes(nodes) < leastAt(ahead, index)) {
    const floor = floorOf(ahead, index);
    return floor === undefined || floor.nodes < group.min ? `min is ${String(group.min)}` : floor.schedule;
  }
  return `${nodesText(nodes)} needed (${asked === undefined ? required.basis : basisAhead(asked, group)})`;
}

/** No plan goes beyond max, or beyond what is there above it. */
function mostNodes(sizing: Sizing): number {
  return Math.max(sizing.group.max, leastNow(sizing));
}

/** What there is after a removal now, or without one. */
function leastNow({ members, target }: Sizing): number {
  return Math.min(members.length, target);
}

/** The present chance was sized with everything that is known now. */
function firstMs({ window, nextWindow, at }: World): EpochMs {
  return window === undefined ? (nextWindow?.usableFromMs ?? at) : at;
}

interface Asked {
  readonly nodes: number;
  readonly schedule: string;
}

function floorOf({ world, sizing, chances, order }: Ahead, index: number): Asked | undefined {
  if (index === 0) return floorAt(sizing.floorsAhead, firstMs(world));
  return floorWith(sizing, chances, index, order);
}

/** A floor counts from the stage at which growth to it begins; what the orders of that stage cannot bring comes with the next. */
function floorWith(sizing: Sizing, chances: Chances, index: number, order: Order): Asked | undefined {
  const at = chances.at[index] ?? 0;
  const floor = floorAt(sizing.floorsAhead, at);
  const begin = floor?.start?.beginMs;
  if (floor === undefined || floor.active || begin === undefined || floor.instance.startMs <= at) return floor;
  let orders = ordersAt(chances, index, order);
  for (let each = index - 1; (chances.at[each] ?? -Infinity) >= begin; each -= 1)
    orders += ordersAt(chances, each, order);
  return { schedule: floor.schedule, nodes: Math.min(floor.nodes, leastNow(sizing) + orders * sizing.group.step.out) };
}

function keepOf({ group, wary }: Sizing, demand: NeedBetween | undefined): number {
  if (demand === undefined) return Infinity;
  return wholeNodes(Math.max(demand.nodes * wary, demand.nodes + deadBandNodes(group, demand, demand.nodes)));
}
