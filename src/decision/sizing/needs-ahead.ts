import type { GroupPolicy, SignalPolicy } from '../../domain/group-policy.ts';
import type { EpochMs } from '../../domain/instant.ts';
import { diskGrowth } from '../demand/disk-growth.ts';
import type { SignalDemand } from '../demand/highest.ts';
import { loadPerNode, sizeMeasure } from '../demand/measure.ts';
import type { NeedBetween, Needs } from './planned-needs.ts';
import { signalAhead } from './signal-need.ts';
import type { SignalNeedRequest } from './signal-need.ts';

const DAY_MS = 86_400_000;

/** A signal that sizes, the highest it was of late, and what is asked of it. */
export interface GivenSignal {
  readonly demand: SignalDemand;
  readonly signal: SignalPolicy;
  readonly request: SignalNeedRequest;
}

/** What is known of the times ahead by one signal. */
interface Part {
  readonly signal: string;
  /** Undefined while nothing is known of them. */
  readonly needs: Needs | undefined;
  /** What counts where nothing was forecast. */
  readonly trailing: number | undefined;
  readonly trailingOut: number | undefined;
}

interface Kept {
  readonly parts: readonly Part[];
  readonly needs: Needs;
}

/** The last ones of each group: what is planned for changes a few times a day. */
const kept = new WeakMap<GroupPolicy, Kept>();

/** What times ahead need by all signals: the same object while no signal says anything else. */
export function needsAhead(group: GroupPolicy, signals: readonly GivenSignal[]): Needs {
  const parts = signals.map(partOf);
  const before = kept.get(group);
  if (before?.parts.length === parts.length && parts.every((part, index) => isSame(part, before.parts[index])))
    return before.needs;
  const needs: Needs = {
    between(fromMs, untilMs) {
      let most: NeedBetween | undefined;
      let outNodes = 0;
      for (const part of parts) {
        const need = needOf(part, fromMs, untilMs);
        if (need === undefined) continue;
        outNodes = Math.max(outNodes, need.outNodes);
        if (need.nodes > (most?.nodes ?? -1)) most = need;
      }
      return most === undefined || most.outNodes === outNodes ? most : { ...most, outNodes };
    },
    atMost(part, within) {
      let most = 0;
      for (const { needs: own } of parts) most = Math.max(most, own?.atMost(part, within) ?? NaN);
      return Number.isNaN(most) ? undefined : most;
    },
  };
  kept.set(group, { parts, needs });
  return needs;
}

function partOf(given: GivenSignal): Part {
  const { demand, signal, request } = given;
  if (sizeMeasure(signal) !== 'bytes')
    return {
      signal: signal.name,
      needs: signalAhead(request, signal),
      trailing: demand.nodes,
      trailingOut: demand.outNodes(),
    };
  const needs: Needs = {
    between(_fromMs, untilMs) {
      const nodes = grownBy(demand.nodes, given, untilMs + request.leadMs);
      const outNodes = grownBy(demand.outNodes(), given, untilMs + request.leadMs) ?? 0;
      return nodes === undefined ? undefined : { nodes, outNodes, signal: signal.name, forecast: undefined };
    },
    atMost: ({ endMs }) => grownBy(demand.nodes, given, endMs + request.leadMs) ?? 0,
  };
  return { signal: signal.name, needs, trailing: undefined, trailingOut: undefined };
}

function isSame(part: Part, before: Part | undefined): boolean {
  return (
    part.signal === before?.signal &&
    part.needs === before.needs &&
    part.trailing === before.trailing &&
    part.trailingOut === before.trailingOut
  );
}

function needOf(
  { signal, needs, trailing, trailingOut = 0 }: Part,
  fromMs: EpochMs,
  untilMs: EpochMs,
): NeedBetween | undefined {
  return (
    needs?.between(fromMs, untilMs) ??
    (trailing === undefined ? undefined : { nodes: trailing, outNodes: trailingOut, signal, forecast: undefined })
  );
}

/** Disks have no season of the day: they fill. What will be there by an instant counts. */
export function grownBy(
  nodes: number | undefined,
  given: Pick<GivenSignal, 'signal' | 'request'>,
  untilMs: EpochMs,
): number | undefined {
  const { history, group, at } = given.request;
  const perNode = loadPerNode(given.signal, given.request);
  const perDay = diskGrowth(history, group, at) ?? 0;
  if (nodes === undefined || perNode === undefined || perDay <= 0) return nodes;
  return nodes + (perDay / perNode) * (Math.max(0, untilMs - at) / DAY_MS);
}
