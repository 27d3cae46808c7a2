import type { LimitCode } from '../../domain/codes.ts';
import type { ChainLink } from '../../domain/decision.ts';
import type { GroupPolicy } from '../../domain/group-policy.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { Backend } from '../../domain/topology.ts';
import { meanCapacity } from '../demand/capacity.ts';
import { meanCoreWeight } from '../demand/core-weight.ts';
import { nodeCountText, nodesText } from '../explain/text.ts';
import { planAhead } from '../plan/horizon.ts';
import type { Plan } from '../plan/horizon.ts';
import { planDetail } from '../plan/worth.ts';
import { regretMargin } from '../regret/margin.ts';
import type { RegretMargin } from '../regret/margin.ts';
import { formatDuration, formatLocal } from '../windows/local-time.ts';
import type { World } from '../world.ts';
import { memoryOf, seenAt } from '../world.ts';
import { deadBandNodes } from './dead-band.ts';
import { balancingMs, migrationRate, orderMs, provisioningMs } from './lead-time.ts';
import { requiredUntilNextChance } from './required.ts';
import type { Required } from './required.ts';
import { wholeNodes } from './round.ts';
import { ceilingAt, floorAt, floorsAhead } from './schedule.ts';
import type { Floor } from './schedule.ts';
import { stabilizedIn, stabilizedOut } from './stabilize.ts';
import { witnessedNeed } from './witness.ts';

/** What a group should have, before any guard. */
export interface Sized {
  readonly current: number;
  readonly required: Required;
  /** After limits. */
  readonly target: number;
  /** What growth must reach whatever the metrics say: min, or a schedule's floor. */
  readonly floor: number;
  /** At least one signal that is good now asks for the growth beyond `floor`. */
  readonly witnessed: boolean;
  readonly chain: readonly ChainLink[];
  readonly bindingReason: string;
  /** Bytes that the group holds, replicas included. */
  readonly totalBytes: number;
  /** Every floor above min within the plan's horizon. */
  readonly floorsAhead: readonly Floor[];
  /** The cheapest way through the coming chances; undefined without one in the next 14 days. */
  readonly plan: Plan | undefined;
}

/** Demand, stabilization, dead band, schedules, bounds, balancing and step, in this order; each leaves a link where it bound. */
export function sizeGroup(world: World, group: GroupPolicy, members: readonly Backend[]): Sized {
  const current = members.length;
  const totalBytes = bytesOf(members);
  // Shut: what is wanted is what the next window should begin with.
  const waits = world.window === undefined && world.policy.windows.scaleOut === 'window';
  const chanceMs = waits ? (world.nextWindow?.startMs ?? world.at) : world.at;
  const history = world.demand.find((each) => each.role === 'backend' && each.group === group.group);
  const memory = memoryOf(world, { role: 'backend', group: group.group });
  const required = requiredUntilNextChance({
    history,
    group,
    capacityBytes: meanCapacity(members),
    coreWeight: meanCoreWeight(members, memory.referenceCores),
    windows: world.policy.windows,
    leadMs: leadMs(world, group, members.length, totalBytes),
    orderMs: orderMs(group, world.policy, memory),
    at: seenAt(world),
    chanceMs,
  });
  const links: ChainLink[] = [];
  let target = current;
  const move = (stage: string, to: number, code: LimitCode | undefined, detail: string): void => {
    if (to === target && code === undefined) return;
    links.push({ stage, from: target, to, code, detail });
    target = to;
  };

  const margin = regretMargin(memory.regrets, world.at);
  const demanded = fromDemand(world, group, required, current, margin);
  target = demanded.raw ?? current;
  for (const link of demanded.links) move(link.stage, link.to, link.code, link.detail);

  const need = demanded.need ?? current;
  const ahead = floorsAhead(
    world,
    { group, nodes: Math.min(current, Math.max(target, group.min)), current, totalBytes },
    world.at,
  );
  const floor = floorAt(ahead, chanceMs);
  const least = Math.max(group.min, floor?.nodes ?? 0);
  const ceiling = ceilingAt(world, group, chanceMs);
  if (ceiling !== undefined && demanded.need !== undefined) {
    const to = Math.max(Math.min(target, ceiling.nodes), wholeNodes(need), least);
    if (to < target) move('schedule', to, 'schedule', `${ceiling.schedule} allows at most ${nodesText(ceiling.nodes)}`);
  }
  if (floor !== undefined && target < floor.nodes) {
    move('schedule', floor.nodes, 'schedule', floorText(world, floor, current));
  }
  if (target < group.min) move('bounds', group.min, 'at-min', `min is ${String(group.min)}`);
  const most = Math.max(group.max, Math.min(current, target));
  if (target > most) move('bounds', most, 'at-max', `max is ${String(group.max)}, ${String(target)} would be needed`);

  const plan = planAhead(world, {
    group,
    members,
    required,
    target,
    floorsAhead: ahead,
    totalBytes,
    wary: 1 + (margin?.ratio ?? 0),
  });
  if (plan !== undefined && isTurned(plan.wanted, target, current, group)) {
    const { code, detail } = planDetail(world, plan, { current, target, minHoldMs: group.minHoldMs });
    move('plan', plan.wanted, code, detail);
  }

  if (target < current) {
    const balancing = balancingText(world);
    if (balancing !== undefined) move('balancing', current, 'stabilizing', balancing);
  }
  const step = target > current ? current + group.step.out : Math.max(0, current - group.step.in);
  if (target > current && target > step) {
    move('step', step, 'step', `step.out: ${String(group.step.out)} at a time (wanted ${String(target)})`);
  } else if (target < current && target < step) {
    move('step', step, 'step', `step.in: ${String(group.step.in)} at a time (wanted ${String(target)})`);
  }
  // Where only the change is asked for, nobody reads why there is none.
  const reason = world.changeOnly === true && target === current ? '' : demandText(world, required);
  const demand = { stage: 'demand', from: current, to: demanded.raw ?? current, code: undefined, detail: reason };
  const byFloor = floor !== undefined && floor.nodes >= group.min;
  return {
    current,
    required,
    target,
    floor: least,
    witnessed: demanded.witnessed,
    chain: [demand, ...links],
    bindingReason: bindingReason(
      least,
      wholeNodes(need),
      byFloor ? floorText(world, floor, current) : `min is ${String(group.min)}`,
      reason,
      demanded.need,
    ),
    totalBytes,
    floorsAhead: ahead,
    plan,
  };
}

/** The plan wants other than what this chance alone asks for, its step aside. */
function isTurned(wanted: number, target: number, current: number, { step }: GroupPolicy): boolean {
  if (target < current) return wanted > Math.max(target, current - step.in);
  return wanted > target;
}

/** From an order to its service: the hosts, then their share of the data. */
function leadMs(world: World, group: GroupPolicy, nodes: number, totalBytes: number): number {
  const memory = memoryOf(world, { role: 'backend', group: group.group });
  const added = Math.max(1, Math.min(group.step.out, group.max - nodes));
  const balancing = balancingMs({
    totalBytes,
    nodes,
    added,
    rateBytesPerSecond: migrationRate(world.policy, world.memory),
    safety: world.policy.operations.safety,
  });
  return provisioningMs(group, memory) + balancing;
}

interface Demanded {
  /** Undefined = unknown. */
  readonly need: number | undefined;
  /** Whole nodes that the need alone asks for. */
  readonly raw: number | undefined;
  readonly witnessed: boolean;
  readonly links: readonly {
    readonly stage: string;
    readonly to: number;
    readonly code: LimitCode | undefined;
    readonly detail: string;
  }[];
}

/** The larger of what holds scale-in and what asks for scale-out, each with its own caution. */
function fromDemand(
  world: World,
  group: GroupPolicy,
  required: Required,
  current: number,
  margin: RegretMargin | undefined,
): Demanded {
  const need = required.nodes;
  if (need === undefined) return { need: undefined, raw: undefined, witnessed: false, links: [] };
  const memory = memoryOf(world, { role: 'backend', group: group.group });
  const raw = wholeNodes(need);
  if (raw > current) {
    const out = highestOut(required);
    const asked = out === undefined ? current : wholeNodes(out);
    if (asked <= current) {
      const detail = 'the load was sampled while our own operation moved data: it asks for no scale-out';
      return { need, raw, witnessed: false, links: [{ stage: 'migration', to: current, code: undefined, detail }] };
    }
    const calm = Math.max(current, wholeNodes(stabilizedOut(out ?? need, group, memory, world.at)));
    const witness = witnessedNeed(world.observation, group, required);
    const seen = witness === undefined ? current : Math.max(current, wholeNodes(witness));
    return {
      need,
      raw,
      witnessed: seen > current,
      links: [
        ...(asked < raw
          ? [
              {
                stage: 'migration',
                to: asked,
                code: undefined,
                detail: 'load sampled while our own operation moved data is left out',
              },
            ]
          : []),
        ...(calm < asked
          ? [
              {
                stage: 'stabilization',
                to: calm,
                code: 'stabilizing' as const,
                detail: `lowest need of the last ${formatDuration(group.stabilize.outMs)}: ${nodesText(calm)}`,
              },
            ]
          : []),
        ...(seen > current && seen < calm
          ? [
              {
                stage: 'witness',
                to: seen,
                code: undefined,
                detail: `signals that are good now ask for ${nodesText(seen)}`,
              },
            ]
          : []),
      ],
    };
  }
  const highest = stabilizedIn(need, group, memory, world.at);
  const calm = Math.min(current, wholeNodes(highest));
  const wary = Math.min(current, wholeNodes(highest * (1 + (margin?.ratio ?? 0))));
  // The larger of the two counts, as with headroom.
  const roomy = Math.max(wary, Math.min(current, wholeNodes(highest + deadBandNodes(group, required, highest))));
  return {
    need,
    raw,
    witnessed: false,
    links: [
      ...(calm > raw
        ? [
            {
              stage: 'stabilization',
              to: calm,
              code: 'stabilizing' as const,
              detail: `highest need of the last ${formatDuration(group.stabilize.inMs)}: ${nodesText(highest)}`,
            },
          ]
        : []),
      ...(margin !== undefined && wary > calm
        ? [{ stage: 'regret', to: wary, code: 'dead-band' as const, detail: margin.text }]
        : []),
      ...(roomy > wary
        ? [
            {
              stage: 'dead-band',
              to: roomy,
              code: 'dead-band' as const,
              detail: `${nodesText(wary)} would leave less than the dead band above ${nodeCountText(highest)}`,
            },
          ]
        : []),
    ],
  };
}

function highestOut(required: Required): number | undefined {
  let highest: number | undefined;
  for (const { outNodes } of required.signals) {
    const nodes = outNodes();
    if (nodes !== undefined && nodes > (highest ?? -1)) highest = nodes;
  }
  return highest;
}

/** Balancing after an addition holds scale-in, and so does a repair. */
function balancingText({ observation }: World): string | undefined {
  const { tabletsInMigration: moving } = observation;
  if (!moving.known) return `tablets in migration could not be read: ${moving.reason}`;
  return moving.value > 0 ? `${String(moving.value)} tablets are being moved or repaired` : undefined;
}

function demandText(world: World, required: Required): string {
  if (required.nodes === undefined) return 'the load of the last 8 days is unknown';
  const zone = world.policy.windows.timezone;
  const local = (at: EpochMs): string => formatLocal(at, zone, world.at);
  const until = world.nextWindow === undefined ? '' : ` until ${local(world.nextWindow.startMs)}`;
  const peak =
    required.signal === undefined || required.slotStartMs === undefined
      ? ''
      : `: ${required.signal} peaked ${local(required.slotStartMs)}`;
  return `${nodesText(required.nodes)}${until}${peak} (${required.basis})`;
}

function floorText(world: World, floor: Floor, current: number): string {
  const local = (at: EpochMs): string => formatLocal(at, world.policy.windows.timezone, world.at);
  if (floor.active) return `${floor.schedule} needs ${nodesText(floor.nodes)} until ${local(floor.instance.endMs)}`;
  const needed = `${floor.schedule} needs ${nodesText(floor.nodes)} from ${local(floor.instance.startMs)}`;
  const { start } = floor;
  if (start === undefined || start.lateMs <= 0 || floor.nodes <= current) return needed;
  const missing = start.missingNodes > 0 ? `, ${nodesText(start.missingNodes)} short when it begins` : '';
  return `${needed}; too late by ${formatDuration(start.lateMs)}${missing}`;
}

function bindingReason(
  floor: number,
  need: number,
  floorReason: string,
  demandReason: string,
  known: number | undefined,
): string {
  return known === undefined || floor > need ? floorReason : demandReason;
}

function bytesOf(members: readonly Backend[]): number {
  let bytes = 0;
  for (const { dataUsedBytes } of members) bytes += Math.max(0, dataUsedBytes);
  return bytes;
}
