import type { GroupPolicy, SignalPolicy } from '../domain/group-policy.ts';
import type { EpochMs } from '../domain/instant.ts';
import type { NodeAddress } from '../domain/node.ts';
import type { ClusterPolicy } from '../domain/policy.ts';
import type { SignalReading } from '../domain/signal.ts';
import type { Topology } from '../domain/topology.ts';
import { sampleTimes } from './freshness.ts';
import { matchNodes } from './match-nodes.ts';
import { qualityOf } from './quality.ts';
import type { SelectorTimes } from './quality.ts';
import type { PrometheusClient } from './query/client.ts';
import type { Sample } from './query/reply.ts';
import { measureOf, signalQueries } from './promql/signal-queries.ts';
import type { SignalQueries } from './promql/signal-queries.ts';
import { knownNodes, valuesOf } from './values.ts';

export interface ReadRequest {
  readonly policy: ClusterPolicy;
  readonly group: GroupPolicy;
  readonly topology: Topology;
  readonly at: EpochMs;
}

/** One reading with its quality. Never rejects: an error of Prometheus is a missing reading with its reason. */
export async function readSignal(
  client: PrometheusClient,
  signal: SignalPolicy,
  given: ReadRequest,
): Promise<SignalReading> {
  const base = {
    signal: signal.name,
    kind: signal.purpose.kind,
    measure: measureOf(signal),
    bound: boundOf(signal),
  };
  try {
    const queries = signalQueries(signal, given.policy.prometheus);
    const request = { ...given, signal, queries };
    const [samples, capacities, times] = await Promise.all([
      client.instant(queries.value, given.at),
      queries.capacity === undefined ? [] : client.instant(queries.capacity, given.at),
      timesOf(client, queries, given),
    ]);
    const values = valuesOf(samples, capacityOf(capacities, request), request);
    return {
      ...base,
      ...qualityOf(values, times, request),
      value: values.value,
      nodes: values.nodes,
      missingBackends: values.missing,
      foreignSeries: values.foreign,
    };
  } catch (error) {
    return {
      ...base,
      quality: 'missing',
      reason: error instanceof Error ? error.message : String(error),
      sampleAt: undefined,
      ageMs: undefined,
      value: undefined,
      nodes: [],
      missingBackends: [],
      foreignSeries: [],
    };
  }
}

function timesOf(client: PrometheusClient, queries: SignalQueries, given: ReadRequest): Promise<SelectorTimes> {
  const expectedSeries = Math.max(given.topology.backends.length, given.topology.frontends.length, 1);
  const { recoveryMs } = given.policy.prometheus;
  return Promise.all(
    queries.timestamps.map((alternatives) =>
      Promise.all(
        alternatives.map((query) => sampleTimes(client, query, { at: given.at, recoveryMs, expectedSeries })),
      ),
    ),
  );
}

function capacityOf(
  capacities: readonly Sample[],
  request: ReadRequest & { readonly queries: SignalQueries },
): ReadonlyMap<NodeAddress, number> {
  const { nodes } = matchNodes(capacities, knownNodes(request), request.policy.prometheus);
  return new Map([...nodes].map(([address, sample]) => [address, sample.value]));
}

function boundOf(signal: SignalPolicy): number {
  if (signal.purpose.kind === 'limit') return signal.purpose.limit;
  return signal.purpose.form === 'target' ? signal.purpose.targetRatio : signal.purpose.perNode;
}
