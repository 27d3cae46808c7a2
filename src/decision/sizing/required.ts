import { SLOT_MS } from '../../domain/demand.ts';
import type { LoadHistory } from '../../domain/demand.ts';
import type { GroupPolicy } from '../../domain/group-policy.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { SignalDemand } from '../demand/highest.ts';
import { highestDemand } from '../demand/highest.ts';
import type { NodeSize } from '../demand/measure.ts';
import { coverageOf, COVERED_MS } from './coverage.ts';
import type { Coverage } from './coverage.ts';

/** The nodes that a group needs until the next chance to change it. */
export interface Required {
  /** The larger of all signals; undefined = nothing is known. */
  readonly nodes: number | undefined;
  readonly signals: readonly SignalDemand[];
  /** Part of `nodes` that is headroom already; the dead band is not added on top of it. */
  readonly headroomNodes: number;
  readonly coverage: Coverage;
  /** Signal and slot that made the number. */
  readonly signal: string | undefined;
  readonly slotStartMs: EpochMs | undefined;
  /** What it rests on, for people: `8 days of history`. */
  readonly basis: string;
}

export interface RequiredRequest extends NodeSize {
  readonly history: LoadHistory | undefined;
  readonly group: GroupPolicy;
  readonly at: EpochMs;
}

interface Cached {
  readonly request: RequiredRequest;
  readonly slot: EpochMs;
  readonly required: Required;
}

/** Load changes with closed slots only: the same history in the same slot gives the same size. */
const cache = new WeakMap<LoadHistory, Cached>();

/**
 * The highest demand of the last 8 days: it reaches back past last week's peak of the same weekday, which a look-back of
 * exactly 7 days forgets just before it returns. A forecast replaces the inside of this function and nothing else.
 */
export function requiredUntilNextChance(request: RequiredRequest): Required {
  const slot = Math.floor(request.at / SLOT_MS) * SLOT_MS;
  const { history } = request;
  const known = history === undefined ? undefined : cache.get(history);
  if (known?.slot === slot && known.request.group === request.group && isSameSize(known.request, request)) {
    return known.required;
  }
  const required = compute(request, slot);
  if (history !== undefined) cache.set(history, { request, slot, required });
  return required;
}

function compute(request: RequiredRequest, slot: EpochMs): Required {
  const span = { startMs: slot - COVERED_MS, endMs: slot };
  const demand = highestDemand(request.history, request.group, request, span);
  let binding: SignalDemand | undefined;
  for (const each of demand.signals) {
    if (each.nodes !== undefined && each.nodes > (binding?.nodes ?? -1)) binding = each;
  }
  return {
    nodes: binding?.nodes,
    signals: demand.signals,
    headroomNodes: 0,
    coverage: coverageOf(demand),
    signal: binding?.signal,
    slotStartMs: binding?.slotStartMs,
    basis: '8 days of history',
  };
}

function isSameSize(a: NodeSize, b: NodeSize): boolean {
  return a.capacityBytes === b.capacityBytes && a.coreWeight === b.coreWeight;
}
