import { SLOT_MS } from '../../domain/demand.ts';
import type { LoadHistory, LoadSlot } from '../../domain/demand.ts';
import type { GroupPolicy, SignalPolicy } from '../../domain/group-policy.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { WindowsPolicy } from '../../domain/window.ts';
import { loadPerNode, sizeMeasure } from '../demand/measure.ts';
import type { NodeSize } from '../demand/measure.ts';
import { chancesFrom } from '../forecast/chances.ts';
import type { Chances } from '../forecast/chances.ts';
import { forecaster } from '../forecast/forecast.ts';
import type { Forecast, Forecaster } from '../forecast/forecast.ts';
import { localDays } from '../forecast/local-days.ts';
import { demandSeries, slotAt } from '../forecast/series.ts';
import type { DemandSeries, Slot } from '../forecast/series.ts';
import { effectiveWindows } from '../windows/effective.ts';

const DAY_MS = 86_400_000;
/** What a total's `perNode` counts as: the design's target where a signal names no share. */
const TOTAL_TARGET = 0.7;

export interface SignalNeedRequest extends NodeSize {
  readonly history: LoadHistory;
  readonly group: GroupPolicy;
  readonly windows: WindowsPolicy;
  /** From an order to its service. */
  readonly leadMs: number;
  /** The first instant that is not known yet. */
  readonly at: EpochMs;
  /** When a change would be made: `at`, or the start of the next window. */
  readonly chanceMs: EpochMs;
}

/** Forecasts of one signal for the time from the chance on. */
export interface SignalNeed {
  readonly signal: string;
  /** Until nodes that go now could be back: the next chance, or minHold if that is longer. */
  readonly hold: Forecast;
  /** Until the next chance to add nodes, without what was sampled while our own operation moved data. */
  readonly grow: Forecast;
}

/** Undefined for disks, which have no seasons, and where nothing says what a node carries. */
export function signalNeed(request: SignalNeedRequest, signal: SignalPolicy): SignalNeed | undefined {
  if (sizeMeasure(signal) === 'bytes') return undefined;
  const perNode = loadPerNode(signal, request);
  const slots = request.history.signals[signal.name] ?? [];
  if (perNode === undefined || slots.length === 0) return undefined;
  const state = stateOf(request, signal, slots, perNode);
  const now = slotAt(request.at);
  const from = Math.max(now, Math.ceil(request.chanceMs / SLOT_MS));
  const { minHoldMs, cooldown } = request.group;
  const next = chanceAfter(state.chances, from, cooldown.outMs);
  return {
    signal: signal.name,
    hold: state.all.forecast(now, from, Math.max(next, from + Math.ceil(minHoldMs / SLOT_MS))),
    grow: (state.calm ?? state.all).forecast(now, from, next),
  };
}

/** A scale-out does not wait for the cooldown of another before it, so nodes added now have to last until it is over. */
function chanceAfter(chances: Chances, from: Slot, cooldownMs: number): Slot {
  return chances.after(Math.max(from, from + Math.ceil(cooldownMs / SLOT_MS) - 1));
}

interface State {
  readonly slots: readonly LoadSlot[];
  readonly perNode: number;
  readonly group: GroupPolicy;
  readonly windows: WindowsPolicy;
  readonly leadSlots: number;
  readonly chances: Chances;
  readonly all: Forecaster;
  /** Without slots in which we moved data; undefined while there are none. */
  readonly calm: Forecaster | undefined;
  readonly take: () => void;
}

/** What was learnt of a history is kept with it, and goes on with it when it grows. */
const states = new WeakMap<LoadHistory, Map<string, State>>();

function stateOf(request: SignalNeedRequest, signal: SignalPolicy, slots: readonly LoadSlot[], perNode: number): State {
  const { history, group, windows } = request;
  const leadSlots = Math.ceil(request.leadMs / SLOT_MS);
  const own = states.get(history) ?? new Map<string, State>();
  states.set(history, own);
  const known = own.get(signal.name);
  const isSame =
    known?.slots === slots &&
    known.perNode === perNode &&
    known.group === group &&
    known.windows === windows &&
    known.leadSlots === leadSlots;
  const state = isSame ? known : newState(request, signal, slots, perNode, leadSlots);
  own.set(signal.name, state);
  state.take();
  return state;
}

function newState(
  { group, windows }: SignalNeedRequest,
  signal: SignalPolicy,
  slots: readonly LoadSlot[],
  perNode: number,
  leadSlots: number,
): State {
  const first = slotAt(slots[0]?.slotStartMs ?? 0);
  const days = localDays(windows.timezone, windows.holidays);
  const chances = chancesFrom(
    first,
    windows.scaleOut === 'anytime'
      ? undefined
      : (range) =>
          effectiveWindows(windows, range).map((each) => ({ startMs: each.usableFromMs, endMs: each.usableUntilMs })),
  );
  const { purpose } = signal;
  const settings = {
    seasonsDays: seasonsDays(group),
    quantile: group.forecast.quantile,
    headroomRatio: group.forecast.headroomRatio,
    leadSlots,
    fullRatio: 1 / (purpose.kind === 'size' && purpose.form === 'target' ? purpose.targetRatio : TOTAL_TARGET),
  };
  const moved = sizeMeasure(signal) === 'utilisation';
  const all = demandSeries(first);
  const calm = moved && slots.some(({ migrating }) => migrating) ? demandSeries(first) : undefined;
  let taken = 0;
  const push = (series: DemandSeries, { slotStartMs, load }: LoadSlot): void => {
    if (Number.isFinite(load) && load >= 0) series.push(slotAt(slotStartMs), load / perNode);
  };
  return {
    slots,
    perNode,
    group,
    windows,
    leadSlots,
    chances,
    all: forecaster(all, days, chances, settings),
    calm: calm === undefined ? undefined : forecaster(calm, days, chances, settings),
    take() {
      for (; taken < slots.length; taken += 1) {
        const slot = slots[taken];
        if (slot === undefined) break;
        push(all, slot);
        if (calm !== undefined && !slot.migrating) push(calm, slot);
      }
    },
  };
}

/** Seasons are whole days; a part of a day repeats within it. */
function seasonsDays({ forecast }: GroupPolicy): readonly number[] {
  const days = forecast.seasonsMs.map((seasonMs) => Math.max(1, Math.round(seasonMs / DAY_MS)));
  return [...new Set(days.length === 0 ? [1] : days)].toSorted((a, b) => a - b);
}
