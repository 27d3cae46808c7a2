import type { GuardVerdict, WouldChange } from '../../domain/decision.ts';
import type { GroupPolicy } from '../../domain/group-policy.ts';
import type { BackendChange, Change } from '../guards/change.ts';
import { COVERED_MS } from '../sizing/coverage.ts';
import { formatLocal } from '../windows/local-time.ts';
import type { World } from '../world.ts';
import { nodeCountText, nodesText, percentText, valueText } from './text.ts';

/** The conditions that would change the answer, the nearest in time first, those without a time last. */
export function wouldChangeIf(world: World, change: Change, held: readonly GuardVerdict[]): readonly WouldChange[] {
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
  if (change.backend === undefined) return [];
  return byTime([...byLoad(world, change, change.backend), ...byFloor(world, change, change.backend)]);
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
  const floor = backend.floorsAhead.find((each) => !each.active && each.nodes > change.target);
  if (floor === undefined) return [];
  const local = (at: number): string => formatLocal(at, world.policy.windows.timezone, world.at);
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
