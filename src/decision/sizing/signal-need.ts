import { SLOT_MS } from '../../domain/demand.ts';
import type { LoadHistory, LoadSlot } from '../../domain/demand.ts';
import type { GroupPolicy, SignalPolicy } from '../../domain/group-policy.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { WindowsPolicy } from '../../domain/window.ts';
import { firstFrom } from '../demand/first-from.ts';
import { fullShare, loadPerNode, sizeMeasure } from '../demand/measure.ts';
import type { NodeSize } from '../demand/measure.ts';
import { isLoad } from '../demand/peaks.ts';
import { chancesOf } from '../forecast/chances.ts';
import type { Chances } from '../forecast/chances.ts';
import { forecaster } from '../forecast/forecast.ts';
import type { Expected, Forecast, Forecaster, Knowledge } from '../forecast/forecast.ts';
import { localDays } from '../forecast/local-days.ts';
import { once } from './once.ts';
import { nothingPlanned, plannedNeeds } from './planned-needs.ts';
import type { Needs, Planned } from './planned-needs.ts';
import { demandSeries, slotAt, startOf } from '../forecast/series.ts';
import type { DemandSeries, Slot } from '../forecast/series.ts';

const DAY_MS = 86_400_000;

export interface SignalNeedRequest extends NodeSize {
  readonly history: LoadHistory;
  readonly group: GroupPolicy;
  readonly windows: WindowsPolicy;
  /** From an order to its service. */
  readonly leadMs: number;
  /** Room that an addition asks of a window. */
  readonly orderMs: number;
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
  readonly grow: () => Forecast;
  readonly knowledge: Knowledge;
}

/** Undefined for disks, which have no seasons, and where nothing says what a node carries. */
export function signalNeed(request: SignalNeedRequest, signal: SignalPolicy): SignalNeed | undefined {
  const state = stateFor(request, signal);
  if (state === undefined) return undefined;
  const now = slotAt(request.at);
  const { from, next, held } = untilOf(request);
  return {
    signal: signal.name,
    hold: state.all.forecaster.forecast(now, from, held),
    grow: once(() => (state.calm ?? state.all).forecaster.forecast(now, from, next)),
    knowledge: state.all.forecaster.knowledge(now),
  };
}

/** What is expected hour by hour, in nodes; empty while nothing can be told. */
export function signalOutlook(request: SignalNeedRequest, signal: SignalPolicy, untilMs: EpochMs): readonly Expected[] {
  const now = slotAt(request.at);
  return stateFor(request, signal)?.all.forecaster.outlook(now, now, Math.ceil(untilMs / SLOT_MS)) ?? [];
}

/** What times far ahead are forecast to need, as of a few hours ago at most; undefined while nothing can be told. */
export function signalAhead(request: SignalNeedRequest, signal: SignalPolicy): Needs | undefined {
  const state = stateFor(request, signal);
  return state === undefined
    ? undefined
    : plannedNeeds(
        state.planned,
        { all: state.all.forecaster, calm: state.calm?.forecaster },
        signal.name,
        slotAt(request.at),
      );
}

/** From the chance on: the next one at which nodes may be added, and the one until which nodes that go now are missed. */
export function untilOf(request: Omit<SignalNeedRequest, 'history'>): {
  readonly from: Slot;
  readonly next: Slot;
  readonly held: Slot;
} {
  const { minHoldMs, cooldown } = request.group;
  const from = Math.max(slotAt(request.at), Math.ceil(request.chanceMs / SLOT_MS));
  const next = chanceAfter(chancesFor(request), from, cooldown.outMs);
  return { from, next, held: Math.max(next, from + Math.ceil(minHoldMs / SLOT_MS)) };
}

function chancesFor({ windows, orderMs }: Pick<SignalNeedRequest, 'windows' | 'orderMs'>): Chances {
  return chancesOf(windows, Math.ceil(orderMs / SLOT_MS) * SLOT_MS);
}

/** A scale-out does not wait for the cooldown of another before it, so nodes added now have to last until it is over. */
function chanceAfter(chances: Chances, from: Slot, cooldownMs: number): Slot {
  return chances.after(Math.max(from, from + Math.ceil(cooldownMs / SLOT_MS) - 1));
}

/** What was learnt of a signal goes on with its history while that only grows. */
interface State {
  readonly perNode: number;
  readonly leadSlots: number;
  readonly chances: Chances;
  readonly windows: WindowsPolicy;
  readonly all: Learnt;
  /** Without slots in which we moved data; undefined while there are none. */
  readonly calm: Learnt | undefined;
  read: Read;
  /** Forecasts of times far ahead. */
  readonly planned: Planned;
}

/** How far an array of slots was read. The same array has only grown since: a year is not compared with itself for each slot. */
interface Read {
  readonly slots: readonly LoadSlot[];
  readonly count: number;
  readonly last: LoadSlot | undefined;
}

/** The same array, or a new one with the same slots, of which some have fallen off its beginning. */
function isGrown({ slots, count, last }: Read, now: readonly LoadSlot[]): boolean {
  if (slots === now) return now[count - 1] === last;
  const first = firstFrom(slots, now[0]?.slotStartMs ?? Infinity);
  for (let index = first; index < count; index += 1) if (slots[index] !== now[index - first]) return false;
  return first < count;
}

function movedFrom(slots: readonly LoadSlot[], first: number): boolean {
  for (let index = first; index < slots.length; index += 1) if (slots[index]?.migrating === true) return true;
  return false;
}

interface Learnt {
  readonly series: DemandSeries;
  readonly forecaster: Forecaster;
}

const states = new WeakMap<GroupPolicy, Map<string, State>>();

function stateFor(request: SignalNeedRequest, signal: SignalPolicy): State | undefined {
  if (sizeMeasure(signal) === 'bytes') return undefined;
  const perNode = loadPerNode(signal, request);
  const slots = request.history.signals[signal.name] ?? [];
  const isKnown = (slots[0]?.slotStartMs ?? Infinity) < request.at;
  return perNode === undefined || !isKnown ? undefined : stateOf(request, signal, slots, perNode);
}

function stateOf(request: SignalNeedRequest, signal: SignalPolicy, slots: readonly LoadSlot[], perNode: number): State {
  const { group, windows } = request;
  const leadSlots = Math.ceil(request.leadMs / SLOT_MS);
  const chances = chancesFor(request);
  const own = states.get(group) ?? new Map<string, State>();
  states.set(group, own);
  const known = own.get(signal.name);
  const hasGrown = known !== undefined && isGrown(known.read, slots);
  const wasRead = hasGrown && known.read.slots === slots;
  const isMoved =
    sizeMeasure(signal) === 'utilisation' &&
    ((wasRead && known.calm !== undefined) || movedFrom(slots, wasRead ? known.read.count : 0));
  const isSame =
    known?.perNode === perNode &&
    known.windows === windows &&
    known.chances === chances &&
    known.leadSlots === leadSlots &&
    (known.calm !== undefined) === isMoved &&
    (hasGrown ||
      (follows(known.all.series, slots, perNode, () => true) &&
        (known.calm === undefined || follows(known.calm.series, slots, perNode, isCalm))));
  const state = isSame ? known : newState(request, signal, slots, { perNode, leadSlots, chances, isMoved });
  state.read = { slots, count: slots.length, last: slots.at(-1) };
  own.set(signal.name, state);
  take(state.all.series, slots, perNode, () => true);
  if (state.calm !== undefined) take(state.calm.series, slots, perNode, isCalm);
  return state;
}

function newState(
  { group, windows }: SignalNeedRequest,
  signal: SignalPolicy,
  slots: readonly LoadSlot[],
  of: Pick<State, 'perNode' | 'leadSlots' | 'chances'> & { readonly isMoved: boolean },
): State {
  const days = localDays(windows.timezone, windows.holidays);
  const settings = {
    seasonsDays: seasonsDays(group),
    quantile: group.forecast.quantile,
    headroomRatio: group.forecast.headroomRatio,
    leadSlots: of.leadSlots,
    fullRatio: 1 / fullShare(signal),
  };
  const learnt = (): Learnt => {
    const series = demandSeries(slotAt(slots[0]?.slotStartMs ?? 0));
    return { series, forecaster: forecaster(series, days, of.chances, settings) };
  };
  const read = { slots, count: 0, last: undefined };
  return {
    ...of,
    windows,
    all: learnt(),
    calm: of.isMoved ? learnt() : undefined,
    read,
    planned: nothingPlanned(),
  };
}

/** Whether what was taken of a history is still what it says. Slots that fell off its beginning were forgotten, too. */
function follows(
  series: DemandSeries,
  slots: readonly LoadSlot[],
  perNode: number,
  counts: (slot: LoadSlot) => boolean,
): boolean {
  if (slotAt(slots[0]?.slotStartMs ?? 0) < series.first) return false;
  let known = 0;
  for (const slot of slots) {
    const at = slotAt(slot.slotStartMs);
    if (at >= series.end()) break;
    if (!counts(slot) || !isLoad(slot.load)) continue;
    if (series.at(at) !== slot.load / perNode) return false;
    known += 1;
  }
  return known === series.knownFrom(slotAt(slots[0]?.slotStartMs ?? 0));
}

function take(
  series: DemandSeries,
  slots: readonly LoadSlot[],
  perNode: number,
  counts: (slot: LoadSlot) => boolean,
): void {
  for (let index = firstFrom(slots, startOf(series.end())); index < slots.length; index += 1) {
    const slot = slots[index];
    if (slot !== undefined && counts(slot) && isLoad(slot.load))
      series.push(slotAt(slot.slotStartMs), slot.load / perNode);
  }
}

function isCalm({ migrating }: LoadSlot): boolean {
  return !migrating;
}

/** Seasons are whole days; a part of a day repeats within it. */
function seasonsDays({ forecast }: GroupPolicy): readonly number[] {
  const days = forecast.seasonsMs.map((seasonMs) => Math.max(1, Math.round(seasonMs / DAY_MS)));
  return [...new Set(days.length === 0 ? [1] : days)].toSorted((a, b) => a - b);
}
