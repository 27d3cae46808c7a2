import { SLOT_MS } from '../../domain/demand.ts';
import type { LoadHistory } from '../../domain/demand.ts';
import type { GroupPolicy } from '../../domain/group-policy.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { WindowsPolicy } from '../../domain/window.ts';
import type { SignalDemand } from '../demand/highest.ts';
import { highestDemand } from '../demand/highest.ts';
import { sizeMeasure } from '../demand/measure.ts';
import type { NodeSize } from '../demand/measure.ts';
import type { Forecast } from '../forecast/forecast.ts';
import { diskGrowth } from '../guards/data/growth.ts';
import { coverageOf, COVERED_MS } from './coverage.ts';
import type { Coverage } from './coverage.ts';
import { signalNeed } from './signal-need.ts';

const DAY_MS = 86_400_000;

/** The nodes that a group needs until the next chance to change it. */
export interface Required {
  /** The larger of all signals; undefined = nothing is known. */
  readonly nodes: number | undefined;
  readonly signals: readonly SignalDemand[];
  readonly coverage: Coverage;
  /** Signal and slot that made the number; a forecast is made by no single slot. */
  readonly signal: string | undefined;
  readonly slotStartMs: EpochMs | undefined;
  /** What was forecast of the signal that made the number; undefined for disks and while nothing could be learnt yet. */
  readonly forecast: Forecast | undefined;
  /** What it rests on, for people: `8 days of history`. */
  readonly basis: string;
}

export interface RequiredRequest extends NodeSize {
  readonly history: LoadHistory | undefined;
  readonly group: GroupPolicy;
  readonly windows: WindowsPolicy;
  readonly leadMs: number;
  /** Room that an addition asks of a window. */
  readonly orderMs: number;
  readonly at: EpochMs;
  /** When a change would be made. */
  readonly chanceMs: EpochMs;
}

interface Cached {
  readonly request: RequiredRequest;
  readonly slot: EpochMs;
  readonly required: Required;
}

/** Load changes with closed slots only: the same history in the same slot gives the same size. */
const cache = new WeakMap<LoadHistory, Cached>();

/**
 * What the demand of the time until the next chance needs: forecast from its seasons and from the errors of earlier forecasts;
 * the highest of the last 8 days while there is nothing to learn from. That reaches back past last week's peak of the same weekday,
 * which a look-back of exactly 7 days forgets just before it returns.
 */
export function requiredUntilNextChance(request: RequiredRequest): Required {
  const slot = slotStart(request.at);
  const { history } = request;
  const known = history === undefined ? undefined : cache.get(history);
  if (known?.slot === slot && isSame(known.request, request)) return known.required;
  const required = compute({ ...request, at: slot });
  if (history !== undefined) cache.set(history, { request, slot, required });
  return required;
}

function compute(request: RequiredRequest): Required {
  const { history, group, at } = request;
  const trailing = highestDemand(history, group, request, { startMs: at - COVERED_MS, endMs: at });
  const forecasts = new Map<string, Forecast>();
  const signals = trailing.signals.map((demand): SignalDemand => {
    const signal = group.signals.find(({ name }) => name === demand.signal);
    if (signal === undefined || history === undefined) return demand;
    if (sizeMeasure(signal) === 'bytes') return grownBy(demand, request);
    const need = signalNeed({ ...request, history }, signal);
    if (need === undefined || need.hold.bound === 'trailing') return demand;
    forecasts.set(demand.signal, need.hold);
    return {
      signal: demand.signal,
      nodes: need.hold.nodes,
      slotStartMs: undefined,
      outNodes: need.grow.bound === 'trailing' ? demand.outNodes : need.grow.nodes,
      outSlotStartMs: undefined,
    };
  });
  let binding: SignalDemand | undefined;
  for (const each of signals) {
    if (each.nodes !== undefined && each.nodes > (binding?.nodes ?? -1)) binding = each;
  }
  const forecast = forecasts.get(binding?.signal ?? '');
  return {
    nodes: binding?.nodes,
    signals,
    coverage: coverageOf(trailing),
    signal: binding?.signal,
    slotStartMs: binding?.slotStartMs,
    forecast,
    basis: basisOf(forecast),
  };
}

/** Disks have no seasons: they fill. What is there by the time that nodes could be back, or added, counts. */
function grownBy(
  demand: SignalDemand,
  { history, group, at, chanceMs, leadMs, ...node }: RequiredRequest,
): SignalDemand {
  const perDay = diskGrowth(history, group, at) ?? 0;
  const perNode = node.capacityBytes;
  const signal = group.signals.find(({ name }) => name === demand.signal);
  const target = signal?.purpose.kind === 'size' && signal.purpose.form === 'target' ? signal.purpose.targetRatio : 0;
  if (perNode === undefined || perNode <= 0 || target <= 0 || perDay <= 0) return demand;
  const more = (perDay / (perNode * target)) * ((chanceMs - at + group.minHoldMs + leadMs) / DAY_MS);
  const plus = (nodes: number | undefined): number | undefined => (nodes === undefined ? undefined : nodes + more);
  return { ...demand, nodes: plus(demand.nodes), outNodes: plus(demand.outNodes) };
}

function basisOf(forecast: Forecast | undefined): string {
  if (forecast === undefined) return '8 days of history';
  if (forecast.bound === 'records') return 'the highest of the last 8 days at full load';
  const headroom = Math.round(((forecast.headroom ?? 1) - 1) * 100);
  const more = headroom === 0 ? '' : `${headroom > 0 ? ' +' : ' '}${String(headroom)} %`;
  return `${forecast.expert ?? ''}${more}, by the errors of ${String(forecast.samples)} forecasts`;
}

function slotStart(at: EpochMs): EpochMs {
  return Math.floor(at / SLOT_MS) * SLOT_MS;
}

function isSame(a: RequiredRequest, b: RequiredRequest): boolean {
  return (
    a.group === b.group &&
    a.windows === b.windows &&
    a.capacityBytes === b.capacityBytes &&
    a.coreWeight === b.coreWeight &&
    Math.ceil(a.leadMs / SLOT_MS) === Math.ceil(b.leadMs / SLOT_MS) &&
    Math.ceil(a.orderMs / SLOT_MS) === Math.ceil(b.orderMs / SLOT_MS) &&
    Math.ceil(a.chanceMs / SLOT_MS) === Math.ceil(b.chanceMs / SLOT_MS)
  );
}
