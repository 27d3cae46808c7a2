import type { ChainLink, GuardVerdict, WouldChange } from '../../domain/decision.ts';
import type { GroupPolicy } from '../../domain/group-policy.ts';
import type { BackendChange, Change } from '../guards/change.ts';
import { COVERED_MS } from '../sizing/coverage.ts';
import { wholeNodes } from '../sizing/round.ts';
import { formatLocal } from '../windows/local-time.ts';
import type { World } from '../world.ts';
import { countOf, nodeCountText, nodesText, percentText, valueText } from './text.ts';

/** The conditions that would change the answer, the nearest in time first, those without a time last. Never none. */
export function wouldChangeIf(
  world: World,
  change: Change,
  held: readonly GuardVerdict[],
  chain: readonly ChainLink[],
): readonly WouldChange[] {
  if (held.length > 0) {
    const opened = held.map((each): WouldChange => ({ code: each.code, detail: each.detail, at: each.until }));
    const last = latest(held);
    const then = `then ${String(change.current)} -> ${String(change.target)}`;
    return byTime(
      change.direction === undefined || last === undefined
        ? opened
        : opened.map((each) => (each.at === last ? { ...each, detail: `${each.detail}; ${then}` } : each)),
    );
  }
  const conditions =
    change.backend === undefined
      ? byRatio(world, change)
      : [
          ...byLimit(world, change, change.backend, chain),
          ...byLoad(world, change, change.backend),
          ...byFloor(world, change, change.backend),
        ];
  return conditions.length > 0 ? byTime(conditions) : [byPolicy(change)];
}

/** Limits that let go by themselves, or by an edit of the policy. */
function byLimit(
  world: World,
  change: Change,
  backend: BackendChange,
  chain: readonly ChainLink[],
): readonly WouldChange[] {
  const { group, required } = backend;
  const { zone, at } = { zone: world.policy.windows.timezone, at: world.at };
  return chain.flatMap((link): WouldChange[] => {
    if (link.stage === 'balancing') {
      return [{ code: 'stabilizing', detail: 'no tablet is on the move any more: then a scale-in', at: undefined }];
    }
    if (link.stage === 'stabilization' && link.to >= change.current && required.nodes !== undefined) {
      const least = wholeNodes(required.nodes);
      const keeps = change.memory.recentNeeds.filter((need) => need.at <= at && wholeNodes(need.nodes) > least);
      const last = keeps.at(-1);
      if (last === undefined || link.from > link.to) return [];
      const until = last.at + group.stabilize.inMs;
      const detail = `nothing asks for more than ${nodesText(least)} until ${formatLocal(until, zone, at)}: then a scale-in`;
      return [{ code: 'stabilizing', detail, at: until }];
    }
    if (link.code === 'at-max') {
      return [{ code: 'at-max', detail: `max is raised: ${nodesText(link.from)} would be needed`, at: undefined }];
    }
    return [];
  });
}

/** Frontends follow the backends. */
function byRatio({ topology, policy }: World, { key }: Change): readonly WouldChange[] {
  const { frontend } = policy;
  if (topology === undefined || frontend === undefined || key.role !== 'observer') return [];
  const { min, max } = frontend.backendsPerFrontend;
  const frontends = topology.frontends.length;
  const now = `${countOf(topology.backends.filter((backend) => !backend.decommissioned).length, 'BE')} now`;
  const more = `there are more than ${countOf(max * frontends, 'BE')}: then another observer (${now})`;
  const fewer = `there are fewer than ${countOf(min * frontends, 'BE')}: then one less (${now})`;
  const removable = topology.frontends.some((each) => each.role === 'OBSERVER') && frontends > frontend.followers;
  return [more, ...(removable ? [fewer] : [])].map((detail) => ({ code: 'ratio', detail, at: undefined }));
}

/** Nothing but another policy changes it. */
function byPolicy({ key, backend, current }: Change): WouldChange {
  const detail =
    backend === undefined
      ? `${key.role}s in the policy are another number than ${String(current)}`
      : `the policy allows another number than ${String(backend.group.min)} to ${String(backend.group.max)}`;
  return { code: undefined, detail, at: undefined };
}

/** When every guard would have let go; undefined when one cannot tell. */
function latest(held: readonly GuardVerdict[]): number | undefined {
  let last: number | undefined;
  for (const { until } of held) {
    if (until === undefined) return undefined;
    if (last === undefined || until > last) last = until;
  }
  return last;
}

function byLoad(world: World, change: Change, backend: BackendChange): readonly WouldChange[] {
  const { group, required } = backend;
  const { current, target } = change;
  const { nodes, signal } = required;
  if (nodes === undefined || signal === undefined) return [];
  const units = (count: number): string => inUnits(group, signal, count, current);
  const now = `${nodeCountText(nodes)} now`;
  if (target < current) {
    const most = mostForScaleIn(group, target);
    return [
      {
        code: undefined,
        detail: `${signal} asks for more than ${nodesText(most)}${units(most)}: fewer would leave (${now})`,
        at: undefined,
      },
    ];
  }
  if (target > current) {
    return [
      {
        code: undefined,
        detail: `${signal} asks for no more than ${nodesText(current)}${units(current)}: nothing would be added (${now})`,
        at: undefined,
      },
    ];
  }
  const conditions: WouldChange[] = [];
  if (current < group.max) {
    const detail = `${signal} asks for more than ${nodesText(current)}${units(current)}: then a scale-out (${now})`;
    conditions.push({ code: undefined, detail, at: undefined });
  }
  if (current > group.min) {
    const most = mostForScaleIn(group, current - 1);
    const slot = required.slotStartMs;
    const leaves = slot === undefined || nodes <= most ? undefined : slot + COVERED_MS;
    const from =
      leaves === undefined
        ? ''
        : `; the peak leaves the span ${formatLocal(leaves, world.policy.windows.timezone, world.at)}`;
    const detail = `${signal} asks for at most ${nodesText(most)}${units(most)}: then a scale-in (${now}${from})`;
    conditions.push({ code: undefined, detail, at: leaves });
  }
  return conditions;
}

function byFloor(world: World, change: Change, backend: BackendChange): readonly WouldChange[] {
  if (change.target > change.current) return [];
  const local = (at: number): string => formatLocal(at, world.policy.windows.timezone, world.at);
  const kept = backend.floorsAhead.find((each) => each.active && each.nodes >= change.current);
  if (kept !== undefined && change.target === change.current && wholeNodes(backend.required.nodes ?? 0) < kept.nodes) {
    const { endMs } = kept.instance;
    return [{ code: 'schedule', detail: `${kept.schedule} ends ${local(endMs)}: then a scale-in`, at: endMs }];
  }
  const floor = backend.floorsAhead.find((each) => !each.active && each.nodes > change.target);
  if (floor === undefined) return [];
  const begin = floor.start?.beginMs ?? floor.instance.startMs;
  const detail = `${floor.schedule} needs ${nodesText(floor.nodes)} from ${local(floor.instance.startMs)}: growth begins ${local(begin)}`;
  return [{ code: 'schedule', detail, at: begin }];
}

/** The highest need that lets a group shrink to `nodes`, the dead band left free. */
function mostForScaleIn(group: GroupPolicy, nodes: number): number {
  return Math.max(nodes - 0.5, nodes / (1 + group.deadBandRatio));
}

/** The same bound as an operator reads the signal: a total, or the mean over the present nodes. */
function inUnits(group: GroupPolicy, signal: string, nodes: number, current: number): string {
  const purpose = group.signals.find((each) => each.name === signal)?.purpose;
  if (purpose?.kind !== 'size') return '';
  if (purpose.form === 'per-node') return ` (${valueText(nodes * purpose.perNode)})`;
  return current > 0 ? ` (${percentText((nodes * purpose.targetRatio) / current)} on ${nodesText(current)})` : '';
}

function byTime(conditions: readonly WouldChange[]): readonly WouldChange[] {
  return conditions.toSorted((a, b) => (a.at ?? Infinity) - (b.at ?? Infinity));
}
