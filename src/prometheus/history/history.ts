import { SLOT_MS } from '../../domain/demand.ts';
import type { LoadSlot } from '../../domain/demand.ts';
import type { GroupPolicy, SignalPolicy } from '../../domain/group-policy.ts';
import type { EpochMs, Interval } from '../../domain/instant.ts';
import type { ClusterPolicy } from '../../domain/policy.ts';
import type { MemberOf, WeightOf } from '../../domain/ports/load-source.ts';
import { instanceOf } from '../match-nodes.ts';
import { MINUTE_MS, minutesOf, slotsOf } from './minutes.ts';
import type { Minutes } from './minutes.ts';
import type { PrometheusClient } from '../query/client.ts';
import type { Series } from '../query/matrix.ts';
import { nextTurn } from '../query/next-turn.ts';
import type { RangeRequest } from '../query/split-range.ts';
import { signalQueries } from '../promql/signal-queries.ts';
import type { SignalQueries } from '../promql/signal-queries.ts';
import { isPerNode } from '../values.ts';

/** Nodes that may have served over the whole range, for the size of replies. */
const EXPECTED_NODES = 64;

export interface HistoryRequest {
  readonly policy: ClusterPolicy;
  readonly group: GroupPolicy;
  readonly signal: SignalPolicy;
  readonly memberOf: MemberOf;
  readonly weightOf: WeightOf | undefined;
  readonly from: EpochMs;
  readonly until: EpochMs;
}

type Reader = HistoryRequest & { readonly client: PrometheusClient; readonly range: Interval };

/**
 * The highest load of every closed slot in [from, until): utilisation and bytes summed over the nodes that served in each minute,
 * utilisation weighted by `weightOf`, or the total. Slots without clean data are left out. Rejects with PrometheusError.
 */
export async function readHistory(client: PrometheusClient, request: HistoryRequest): Promise<readonly LoadSlot[]> {
  const range = {
    startMs: Math.ceil(request.from / SLOT_MS) * SLOT_MS,
    endMs: Math.floor(request.until / SLOT_MS) * SLOT_MS,
  };
  if (range.startMs >= range.endMs) return [];
  const slots = await slotsFrom({ ...request, client, range });
  await nextTurn();
  return slots;
}

async function slotsFrom(reader: Reader): Promise<readonly LoadSlot[]> {
  const { signal, range } = reader;
  const queries = signalQueries(signal, reader.policy.prometheus);
  if (queries.per === 'node') {
    const nodes = isSumEnough(queries, reader)
      ? await summedByPrometheus(queries, reader)
      : await summedHere(queries, reader);
    return slotsOf(signal.name, range, nodes);
  }
  return await ofOwnQuery(queries, reader);
}

/** All series are of this group's concern and count the same: one sum tells all. Those of frontends, where labels pin them. */
function isSumEnough(queries: SignalQueries, { policy, group, memberOf, weightOf }: HistoryRequest): boolean {
  if (weightOf !== undefined) return false;
  if (queries.role === 'frontend') return Object.keys(policy.prometheus.labels).length > 0;
  return memberOf.only === group.group;
}

async function summedByPrometheus(queries: SignalQueries, reader: Reader): Promise<Pick<Minutes, 'load' | 'serving'>> {
  const sums = minutesOf(reader.range);
  const counts = minutesOf(reader.range);
  const read = async (query: string, minutes: Minutes): Promise<void> => {
    for await (const part of reader.client.parts(query, minutely(reader.range, 1))) {
      for (const series of part) minutes.add(series);
    }
  };
  await read(`sum(${queries.value})`, sums);
  await read(`count(${queries.value})`, counts);
  return {
    load: (minute) => sums.load(minute),
    serving: (minute) => (counts.serving(minute) === 0 ? 0 : counts.load(minute)),
  };
}

async function summedHere(queries: SignalQueries, reader: Reader): Promise<Minutes> {
  const minutes = minutesOf(reader.range);
  for await (const part of reader.client.parts(queries.value, minutely(reader.range, EXPECTED_NODES))) {
    for (const series of part) addMember(minutes, series, queries, reader);
  }
  return minutes;
}

/** A node that nobody remembers may have been of this group or of another cluster: its minutes are unknown. */
function addMember(minutes: Minutes, series: Series, queries: SignalQueries, reader: Reader): void {
  const instance = instanceOf(series.labels, reader.policy.prometheus);
  const group = reader.memberOf({ ...instance, role: queries.role });
  if (group === undefined) minutes.spoil(series);
  else if (queries.role === 'frontend' || group === reader.group.group) {
    minutes.add(series, reader.weightOf?.(instance));
  }
}

/** One number for the group, or one per backend. Several where one is expected make the minute unknown. */
async function ofOwnQuery(queries: SignalQueries, reader: Reader): Promise<readonly LoadSlot[]> {
  const { name } = reader.signal;
  const single = minutesOf(reader.range);
  const nodes = minutesOf(reader.range);
  const expected = queries.per === 'cluster' ? 1 : EXPECTED_NODES;
  let isSingle = queries.per === 'cluster';
  for await (const part of reader.client.parts(queries.value, minutely(reader.range, expected))) {
    for (const series of part) {
      if (queries.per === 'either' && isPerNode([series], reader.policy)) {
        addMember(nodes, series, queries, reader);
      } else {
        isSingle = true;
        single.add(series);
      }
    }
  }
  if (!isSingle) return slotsOf(name, reader.range, nodes);
  const alone = (minute: number): number => (single.serving(minute) === 1 ? single.load(minute) : Number.NaN);
  if (queries.measure !== 'utilisation') {
    return slotsOf(name, reader.range, { load: alone, serving: () => 0 });
  }
  const serving = await servingBackends(reader);
  return slotsOf(name, reader.range, {
    load: (minute) => alone(minute) * (serving(minute) === 0 ? Number.NaN : serving(minute)),
    serving,
  });
}

/** One utilisation for a group stands for every backend that served then, as Doris's own series show them. */
async function servingBackends(request: Reader): Promise<(minute: number) => number> {
  const witness = {
    name: 'be_cpu',
    query: undefined,
    purpose: { kind: 'limit', limit: 1 },
    injectLabels: true,
  } as const;
  const reader = { ...request, weightOf: undefined };
  const queries = signalQueries(witness, reader.policy.prometheus);
  const minutes = isSumEnough(queries, reader)
    ? await summedByPrometheus(queries, reader)
    : await summedHere(queries, reader);
  return (minute) => (Number.isFinite(minutes.load(minute)) ? minutes.serving(minute) : 0);
}

function minutely(range: Interval, expectedSeries: number): RangeRequest {
  return { from: range.startMs, until: range.endMs - MINUTE_MS, stepMs: MINUTE_MS, expectedSeries };
}
