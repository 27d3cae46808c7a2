import type { GroupPolicy, SignalPolicy } from '../domain/group-policy.ts';
import type { EpochMs } from '../domain/instant.ts';
import type { NodeAddress } from '../domain/node.ts';
import type { ClusterPolicy } from '../domain/policy.ts';
import type { NodeValue, SignalQuality, SignalReading } from '../domain/signal.ts';
import type { Topology } from '../domain/topology.ts';
import type { PrometheusClient } from './client.ts';
import { sampleTimes } from './freshness.ts';
import type { SampleTimes } from './freshness.ts';
import { backendsOf, describe, frontendsOf, matchNodes } from './match-nodes.ts';
import type { MatchableNode } from './match-nodes.ts';
import type { Sample } from './reply.ts';
import { signalQueries } from './signal-queries.ts';
import type { SignalQueries } from './signal-queries.ts';

export interface ReadRequest {
  readonly policy: ClusterPolicy;
  readonly group: GroupPolicy;
  readonly topology: Topology;
  readonly at: EpochMs;
}

interface Values {
  readonly value: number | undefined;
  readonly nodes: readonly NodeValue[];
  readonly missing: readonly NodeAddress[];
  readonly foreign: readonly string[];
  /** What is wrong with the values; undefined = nothing. */
  readonly problem: string | undefined;
}

/** One reading with its quality. Never rejects: an error of Prometheus is a missing reading with its reason. */
export async function readSignal(
  client: PrometheusClient,
  signal: SignalPolicy,
  request: ReadRequest,
): Promise<SignalReading> {
  const queries = signalQueries(signal, request.policy.prometheus);
  const base = {
    signal: signal.name,
    kind: signal.purpose.kind,
    measure: queries.measure,
    bound: boundOf(signal),
  };
  const nothing = {
    sampleAt: undefined,
    ageMs: undefined,
    value: undefined,
    nodes: [],
    missingBackends: [],
    foreignSeries: [],
  };
  try {
    const expectedSeries = Math.max(request.topology.backends.length, request.topology.frontends.length, 1);
    const lookBackMs = request.policy.prometheus.recoveryMs;
    const [samples, capacities, ...times] = await Promise.all([
      client.instant(queries.value, request.at),
      queries.capacity === undefined ? [] : client.instant(queries.capacity, request.at),
      ...queries.timestamps.map((query) => sampleTimes(client, query, { at: request.at, lookBackMs, expectedSeries })),
    ]);
    const values = valuesOf(signal, queries, samples, capacities, request);
    const freshness = judge(values, times, request);
    return {
      ...base,
      ...freshness,
      value: values.value,
      nodes: values.nodes,
      missingBackends: values.missing,
      foreignSeries: values.foreign,
    };
  } catch (error) {
    return { ...base, ...nothing, quality: 'missing', reason: error instanceof Error ? error.message : String(error) };
  }
}

function valuesOf(
  signal: SignalPolicy,
  queries: SignalQueries,
  samples: readonly Sample[],
  capacities: readonly Sample[],
  request: ReadRequest,
): Values {
  const none = { value: undefined, nodes: [], missing: [], foreign: [] };
  if (samples.length === 0) return { ...none, problem: `no series answers ${queries.value}` };
  const broken = samples.find((sample) => !Number.isFinite(sample.value));
  if (broken !== undefined) return { ...none, problem: `${describe(broken.labels)} is ${String(broken.value)}` };
  const single = samples.length === 1 && queries.per !== 'node' ? samples[0] : undefined;
  if (
    queries.per === 'cluster' ||
    (single !== undefined && !Object.hasOwn(single.labels, request.policy.prometheus.instanceLabel))
  ) {
    if (single !== undefined) return { ...none, value: single.value, problem: undefined };
    const [first, second] = samples;
    return {
      ...none,
      problem: `one series is expected, there are ${String(samples.length)}: ${describe(first?.labels ?? {})} and ${describe(second?.labels ?? {})}`,
    };
  }
  return perNode(signal, queries, samples, capacities, request);
}

function perNode(
  signal: SignalPolicy,
  queries: SignalQueries,
  samples: readonly Sample[],
  capacities: readonly Sample[],
  request: ReadRequest,
): Values {
  const { topology, policy, group } = request;
  const all = queries.role === 'frontend' ? frontendsOf(topology) : backendsOf(topology);
  const matched = matchNodes(samples, all, policy.prometheus);
  const capacityOf = matchNodes(capacities, all, policy.prometheus).nodes;
  const wanted =
    queries.role === 'frontend' ? aliveFrontends(topology, all) : all.filter((node) => node.group === group.group);
  const missing = wanted.filter((node) => !matched.nodes.has(node.address)).map((node) => node.address);
  const nodes = wanted.flatMap((node): NodeValue[] => {
    const sample = matched.nodes.get(node.address);
    if (sample === undefined) return [];
    const backend = topology.backends.find((each) => each.address === node.address);
    const capacity =
      capacityOf.get(node.address)?.value ?? (queries.measure === 'utilisation' ? backend?.cpuCores : undefined);
    const scaled =
      signal.name === 'be_memory' && signal.query === undefined
        ? share(sample.value, signal.memoryPerNodeBytes ?? backend?.memoryBytes)
        : sample.value;
    return [{ backend: node.address, value: scaled, ...(capacity === undefined ? {} : { capacity }) }];
  });
  const unscaled = nodes.find((node) => Number.isNaN(node.value));
  const problem =
    matched.ambiguous ??
    (matched.foreign.length > 0
      ? `series of no node of this cluster: ${matched.foreign.slice(0, 5).join(', ')}; pin the cluster by prometheus.labels or name them in instanceMap`
      : undefined) ??
    (unscaled === undefined
      ? undefined
      : `this Doris shows no memory size of ${unscaled.backend}: set memoryPerNode`) ??
    (missing.length > 0 ? `no series of ${missing.join(', ')}` : undefined);
  return { value: aggregate(queries, nodes), nodes, missing, foreign: matched.foreign, problem };
}

function aliveFrontends(topology: Topology, all: readonly MatchableNode[]): readonly MatchableNode[] {
  const alive = new Set(topology.frontends.filter((frontend) => frontend.alive).map((frontend) => frontend.address));
  return all.filter((node) => alive.has(node.address));
}

/** Mean utilisation weighted by cores, share of all bytes, highest level. */
function aggregate(queries: SignalQueries, nodes: readonly NodeValue[]): number | undefined {
  if (nodes.length === 0) return undefined;
  const sum = (of: (node: NodeValue) => number): number => nodes.reduce((total, node) => total + of(node), 0);
  switch (queries.measure) {
    case 'utilisation':
      return sum((node) => node.value * (node.capacity ?? 1)) / sum((node) => node.capacity ?? 1);
    case 'bytes': {
      const capacity = sum((node) => node.capacity ?? 0);
      return capacity > 0 ? sum((node) => node.value) / capacity : undefined;
    }
    case 'total':
      return sum((node) => node.value);
    case 'level':
      return nodes.reduce((highest, node) => Math.max(highest, node.value), Number.NEGATIVE_INFINITY);
  }
}

function judge(
  values: Values,
  times: readonly (readonly SampleTimes[])[],
  request: ReadRequest,
): Pick<SignalReading, 'quality' | 'reason' | 'sampleAt' | 'ageMs'> {
  const { maxAgeMs } = request.policy.prometheus;
  const newest = times.map((selector) => selector.map((one) => one.newestMs).filter((ms) => ms !== undefined));
  const oldest = newest.every((each) => each.length > 0) && newest.length > 0 ? Math.min(...newest.flat()) : undefined;
  const ageMs = oldest === undefined ? undefined : Math.max(0, request.at - oldest);
  const verdict = (quality: SignalQuality, reason: string) => ({ quality, reason, sampleAt: oldest, ageMs });
  if (values.problem !== undefined) return verdict('missing', values.problem);
  if (ageMs === undefined) return verdict('missing', 'no sample lies behind the value');
  if (ageMs > maxAgeMs) {
    return verdict('stale', `the oldest sample is ${seconds(ageMs)} old (maxAge ${seconds(maxAgeMs)})`);
  }
  const hole = times.flat().find((one) => one.newestMs !== undefined && one.hole !== undefined);
  if (hole?.hole !== undefined) {
    const length = seconds(hole.hole.untilMs - hole.hole.fromMs);
    return verdict(
      'recovering',
      `no sample of ${describe(hole.labels)} for ${length} within the last ${seconds(request.policy.prometheus.recoveryMs)}`,
    );
  }
  return verdict('ok', '');
}

function share(bytes: number, totalBytes: number | undefined): number {
  return totalBytes === undefined || totalBytes <= 0 ? Number.NaN : bytes / totalBytes;
}

function boundOf(signal: SignalPolicy): number {
  if (signal.purpose.kind === 'limit') return signal.purpose.limit;
  return signal.purpose.form === 'target' ? signal.purpose.targetRatio : signal.purpose.perNode;
}

function seconds(ms: number): string {
  return ms < 120_000 ? `${String(Math.round(ms / 1000))} s` : `${String(Math.round(ms / 60_000))} min`;
}
