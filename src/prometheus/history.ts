import { SLOT_MS } from '../domain/demand.ts';
import type { LoadSlot } from '../domain/demand.ts';
import type { GroupPolicy, SignalPolicy } from '../domain/group-policy.ts';
import type { EpochMs } from '../domain/instant.ts';
import type { ClusterPolicy } from '../domain/policy.ts';
import type { MemberOf } from '../domain/ports/load-source.ts';
import type { PrometheusClient } from './client.ts';
import { instanceOf } from './match-nodes.ts';
import type { Series } from './reply.ts';
import { signalQueries } from './signal-queries.ts';

const STEP_MS = 60_000;
const POINTS_PER_SLOT = SLOT_MS / STEP_MS;
/** A slot with fewer clean points is unknown. */
const LEAST_POINTS = 3;
/** Backends that may have served over the whole range, for the size of replies. */
const EXPECTED_SERIES = 64;

export interface HistoryRequest {
  readonly policy: ClusterPolicy;
  readonly group: GroupPolicy;
  readonly memberOf: MemberOf;
  readonly from: EpochMs;
  readonly until: EpochMs;
}

/** The highest load of every closed slot in [from, until), summed over the nodes that served at each minute. */
export async function readHistory(
  client: PrometheusClient,
  signal: SignalPolicy,
  request: HistoryRequest,
): Promise<readonly LoadSlot[]> {
  const from = Math.ceil(request.from / SLOT_MS) * SLOT_MS;
  const until = Math.floor(request.until / SLOT_MS) * SLOT_MS;
  if (from >= until) return [];
  const queries = signalQueries(signal, request.policy.prometheus);
  const aggregated = queries.per !== 'node' || pinnedToOneGroup(request);
  const text = aggregated && queries.per !== 'cluster' ? `sum(${queries.value})` : queries.value;
  const series = await client.range(text, {
    from,
    until: until - STEP_MS,
    stepMs: STEP_MS,
    expectedSeries: aggregated ? 1 : EXPECTED_SERIES,
  });
  const own = aggregated
    ? series
    : series.filter(
        (one) => request.memberOf(instanceOf(one.labels, request.policy.prometheus)) === request.group.group,
      );
  const nodes = aggregated ? undefined : own.length;
  return slotsOf(signal.name, own, { from, until, nodes });
}

/** Labels pin the series to this cluster and all its backends are of one group: one sum tells all. */
function pinnedToOneGroup(request: HistoryRequest): boolean {
  return request.policy.backends.length === 1 && Object.keys(request.policy.prometheus.labels).length > 0;
}

function slotsOf(
  signal: string,
  series: readonly Series[],
  range: { readonly from: EpochMs; readonly until: EpochMs; readonly nodes: number | undefined },
): readonly LoadSlot[] {
  const minutes = Math.round((range.until - range.from) / STEP_MS);
  const sums = new Float64Array(minutes).fill(Number.NaN);
  const serving = new Uint16Array(minutes);
  for (const one of series) {
    one.times.forEach((time, index) => {
      const minute = Math.round((time - range.from) / STEP_MS);
      const value = one.values[index] ?? Number.NaN;
      const before = sums[minute];
      if (before === undefined) return;
      // One series that is no number makes the minute unknown.
      sums[minute] = (serving[minute] ?? 0) === 0 ? value : before + value;
      serving[minute] = (serving[minute] ?? 0) + 1;
    });
  }
  const slots: LoadSlot[] = [];
  for (let first = 0; first < minutes; first += POINTS_PER_SLOT) {
    let load = Number.NEGATIVE_INFINITY;
    let samples = 0;
    let nodes = 0;
    for (let minute = first; minute < first + POINTS_PER_SLOT; minute += 1) {
      const value = sums[minute] ?? Number.NaN;
      if (!Number.isFinite(value)) continue;
      load = Math.max(load, value);
      nodes = Math.max(nodes, serving[minute] ?? 0);
      samples += 1;
    }
    if (samples < LEAST_POINTS) continue;
    slots.push({
      signal,
      slotStartMs: range.from + first * STEP_MS,
      load,
      samples,
      nodes: range.nodes === undefined ? 0 : nodes,
      migrating: false,
    });
  }
  return slots;
}
