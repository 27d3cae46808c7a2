import { SLOT_MS } from '../../domain/demand.ts';
import type { LoadHistory } from '../../domain/demand.ts';
import type { GroupPolicy } from '../../domain/group-policy.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { WindowsPolicy } from '../../domain/window.ts';
import type { SignalDemand } from '../demand/highest.ts';
import { highestDemand } from '../demand/highest.ts';
import { sizeMeasure } from '../demand/measure.ts';
import type { NodeSize } from '../demand/measure.ts';
import type { Expected, Forecast, Knowledge } from '../forecast/forecast.ts';
import { startOf } from '../forecast/series.ts';
import { coverageOf, COVERED_MS } from './coverage.ts';
import type { Coverage } from './coverage.ts';
import { once } from './once.ts';
import { grownBy, needsAhead } from './needs-ahead.ts';
import type { GivenSignal } from './needs-ahead.ts';
import { signalNeed, signalOutlook, untilOf } from './signal-need.ts';
import type { NeedBetween, Needs } from './planned-needs.ts';

/** The nodes that a group needs until the next chance to change it. */
export interface Required {
  /** The larger of all signals; undefined = nothing is known. */
  readonly nodes: number | undefined;
  readonly signals: readonly SignalDemand[];
  readonly coverage: () => Coverage;
  /** Signal and slot that made the number; a forecast is made by no single slot. */
  readonly signal: string | undefined;
  readonly slotStartMs: EpochMs | undefined;
  /** What was forecast of the signal that made the number; undefined for disks and while nothing could be learnt yet. */
  readonly forecast: Forecast | undefined;
  /** What it rests on, for people: `8 days of history`. */
  readonly basis: string;
  /** How much there is to forecast from; undefined where no signal has seasons. */
  readonly knowledge: Knowledge | undefined;
  /** What times ahead need by all signals. */
  readonly ahead: () => Needs;
  /** What is expected of the signal that made the number, hour by hour. */
  readonly outlook: (untilMs: EpochMs) => readonly Expected[];
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
  let knowledge: Knowledge | undefined;
  const known = trailing.signals.flatMap((demand): readonly GivenSignal[] => {
    const signal = group.signals.find(({ name }) => name === demand.signal);
    return signal === undefined || history === undefined ? [] : [{ demand, signal, request: { ...request, history } }];
  });
  const signals = trailing.signals.map((demand): SignalDemand => {
    const given = known.find((each) => each.demand === demand);
    if (given === undefined) return demand;
    if (sizeMeasure(given.signal) === 'bytes') {
      const { next, held } = untilOf(request);
      const outNodes = (): number | undefined => grownBy(demand.outNodes(), given, startOf(next) + request.leadMs);
      return { ...demand, nodes: grownBy(demand.nodes, given, startOf(held) + request.leadMs), outNodes };
    }
    const need = signalNeed(given.request, given.signal);
    if (need !== undefined && (knowledge === undefined || need.knowledge.knownDays < knowledge.knownDays)) {
      ({ knowledge } = need);
    }
    if (need === undefined || need.hold.bound === 'trailing') return demand;
    const { hold, grow } = need;
    forecasts.set(demand.signal, hold);
    return {
      signal: demand.signal,
      nodes: hold.nodes,
      slotStartMs: undefined,
      // Only a scale-out asks for it.
      outNodes: () => (grow().bound === 'trailing' ? demand.outNodes() : grow().nodes),
      outSlotStartMs: undefined,
    };
  });
  const binding = highestOf(signals);
  const forecast = forecasts.get(binding?.signal ?? '');
  let outlook: { readonly untilMs: EpochMs; readonly parts: readonly Expected[] } | undefined;
  return {
    nodes: binding?.nodes,
    signals,
    coverage: once(() => coverageOf(trailing, at)),
    signal: binding?.signal,
    slotStartMs: binding?.slotStartMs,
    forecast,
    basis: basisOf(forecast, knowledge),
    knowledge,
    ahead: once(() => needsAhead(group, known)),
    outlook(untilMs) {
      if (outlook?.untilMs === untilMs) return outlook.parts;
      const given = known.find(({ signal }) => signal.name === binding?.signal);
      const parts = given === undefined ? [] : signalOutlook(given.request, given.signal, untilMs);
      outlook = { untilMs, parts };
      return parts;
    },
  };
}

function highestOf(signals: readonly SignalDemand[]): SignalDemand | undefined {
  let most: SignalDemand | undefined;
  for (const each of signals) {
    if (each.nodes !== undefined && each.nodes > (most?.nodes ?? -1)) most = each;
  }
  return most;
}

/** What a need of a time ahead rests on, for people. */
export function basisAhead({ signal, forecast }: NeedBetween, { signals }: GroupPolicy): string {
  const isDisk = signals.some((each) => each.name === signal && sizeMeasure(each) === 'bytes');
  return isDisk ? `${signal} as it grows` : basisOf(forecast, undefined);
}

/** For people. */
function basisOf(forecast: Forecast | undefined, knowledge: Knowledge | undefined): string {
  if (forecast === undefined) {
    const { knownDays, neededDays } = knowledge ?? { knownDays: 0, neededDays: 0 };
    const known = Math.floor(Math.min(knownDays, neededDays));
    const missing = knownDays < neededDays ? `; no forecast yet: ${String(known)} of ${String(neededDays)} days` : '';
    return `8 days of history${knowledge === undefined ? '' : missing}`;
  }
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
