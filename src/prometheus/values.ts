import type { GroupPolicy, SignalPolicy } from '../domain/group-policy.ts';
import type { NodeAddress } from '../domain/node.ts';
import type { ClusterPolicy } from '../domain/policy.ts';
import type { NodeValue, SignalMeasure } from '../domain/signal.ts';
import type { Topology } from '../domain/topology.ts';
import { backendsOf, describe, frontendsOf, matchNodes } from './match-nodes.ts';
import type { MatchableNode } from './match-nodes.ts';
import type { Sample } from './query/reply.ts';
import type { SignalQueries } from './promql/signal-queries.ts';

/** Names in a reason; of more, only their count. */
const NAMED = 5;

export interface ValueRequest {
  readonly policy: ClusterPolicy;
  readonly group: GroupPolicy;
  readonly topology: Topology;
  readonly signal: SignalPolicy;
  readonly queries: SignalQueries;
}

/** What the samples of one instant say. Partial numbers are given as well, with what is wrong with them. */
export interface Values {
  /** Group-wide: mean utilisation, total, share of all bytes, or highest level. */
  readonly value: number | undefined;
  readonly nodes: readonly NodeValue[];
  readonly missing: readonly NodeAddress[];
  readonly foreign: readonly string[];
  /** Undefined = nothing is wrong. */
  readonly problem: string | undefined;
}

const NONE = { value: undefined, nodes: [], missing: [], foreign: [] };

/** `capacityOf`: bytes of each node's disks, for a measure in bytes. */
export function valuesOf(
  samples: readonly Sample[],
  capacityOf: ReadonlyMap<NodeAddress, number>,
  request: ValueRequest,
): Values {
  const { queries, policy } = request;
  const [first, second] = samples;
  if (first === undefined) return { ...NONE, problem: `no series answers ${queries.value}` };
  if (queries.per === 'node' || (queries.per === 'either' && isPerNode(samples, policy))) {
    return perNode(samples, capacityOf, request);
  }
  const broken = brokenOf(samples);
  if (broken !== undefined) return { ...NONE, problem: broken };
  if (second === undefined) return { ...NONE, value: first.value, problem: undefined };
  return {
    ...NONE,
    problem: `one series is expected, there are ${String(samples.length)}: ${describe(first.labels)} and ${describe(second.labels)}`,
  };
}

/** A query of the operator's speaks for each backend when its series carry the instance label. */
export function isPerNode(series: readonly Pick<Sample, 'labels'>[], policy: ClusterPolicy): boolean {
  return series.every(({ labels }) => Object.hasOwn(labels, policy.prometheus.instanceLabel));
}

/** The nodes that a signal must have a value of: the group's backends, dead ones too, or the frontends that are alive. */
export function wantedNodes(request: Pick<ValueRequest, 'queries' | 'topology' | 'group'>): readonly MatchableNode[] {
  const { queries, topology, group } = request;
  if (queries.role === 'backend') return backendsOf(topology).filter((node) => node.group === group.group);
  const alive = new Set(topology.frontends.filter((frontend) => frontend.alive).map((frontend) => frontend.address));
  return frontendsOf(topology).filter((node) => alive.has(node.address));
}

/** Every node of the role that a series may belong to. */
export function knownNodes(request: Pick<ValueRequest, 'queries' | 'topology'>): readonly MatchableNode[] {
  return request.queries.role === 'frontend' ? frontendsOf(request.topology) : backendsOf(request.topology);
}

/** Samples of nodes that are not wanted say nothing of those that are; what belongs to no node may be of either. */
function perNode(
  samples: readonly Sample[],
  capacityOf: ReadonlyMap<NodeAddress, number>,
  request: ValueRequest,
): Values {
  const { policy, queries } = request;
  const matched = matchNodes(samples, knownNodes(request), policy.prometheus);
  const { foreign } = matched;
  const wanted = wantedNodes(request);
  const missing = wanted.filter((node) => !matched.nodes.has(node.address)).map((node) => node.address);
  const broken = brokenOf(wanted.flatMap((node) => matched.nodes.get(node.address) ?? []));
  if (broken !== undefined) return { ...NONE, missing, foreign, problem: broken };
  const nodes = wanted.flatMap((node): NodeValue[] => {
    const sample = matched.nodes.get(node.address);
    return sample === undefined ? [] : [nodeValue(node.address, sample.value, capacityOf, request)];
  });
  const unscaled = nodes.find((node) => Number.isNaN(node.value));
  const sizeless = queries.measure === 'bytes' ? nodes.find((node) => (node.capacity ?? 0) <= 0) : undefined;
  const problem =
    wanted.map((node) => matched.ambiguous.get(node.address)).find((both) => both !== undefined) ??
    (foreign.length > 0
      ? `series of no node of this cluster: ${named(foreign)}; pin the cluster by prometheus.labels or name them in instanceMap`
      : undefined) ??
    (unscaled === undefined
      ? undefined
      : `this Doris shows no memory size of ${unscaled.backend}: set memoryPerNode`) ??
    (sizeless === undefined ? undefined : `no capacity of ${sizeless.backend} is known`) ??
    (missing.length > 0 ? `no series of ${named(missing)}` : undefined);
  return { value: aggregate(queries.measure, nodes), nodes, missing, foreign, problem };
}

function brokenOf(samples: readonly Sample[]): string | undefined {
  const broken = samples.find((sample) => !Number.isFinite(sample.value));
  return broken === undefined ? undefined : `${describe(broken.labels)} is ${String(broken.value)}`;
}

function nodeValue(
  address: NodeAddress,
  value: number,
  capacityOf: ReadonlyMap<NodeAddress, number>,
  request: ValueRequest,
): NodeValue {
  const { signal, queries, topology } = request;
  const backend = topology.backends.find((each) => each.address === address);
  const capacity = capacityOf.get(address) ?? (queries.measure === 'utilisation' ? backend?.cpuCores : undefined);
  const scaled =
    signal.name === 'be_memory' && signal.query === undefined
      ? share(value, signal.memoryPerNodeBytes ?? backend?.memoryBytes)
      : value;
  return { backend: address, value: scaled, ...(capacity === undefined ? {} : { capacity }) };
}

/** Mean utilisation weighted by cores, share of all bytes, highest level; undefined where that is no number. */
function aggregate(measure: SignalMeasure, nodes: readonly NodeValue[]): number | undefined {
  if (nodes.length === 0) return undefined;
  const value = combined(measure, nodes);
  return Number.isFinite(value) ? value : undefined;
}

function combined(measure: SignalMeasure, nodes: readonly NodeValue[]): number {
  const sum = (of: (node: NodeValue) => number): number => nodes.reduce((total, node) => total + of(node), 0);
  switch (measure) {
    case 'utilisation': {
      const weighted = nodes.every((node) => node.capacity !== undefined);
      const weight = (node: NodeValue): number => (weighted ? (node.capacity ?? 1) : 1);
      return sum((node) => node.value * weight(node)) / sum(weight);
    }
    case 'bytes':
      return sum((node) => node.value) / sum((node) => node.capacity ?? 0);
    case 'total':
      return sum((node) => node.value);
    case 'level':
      return nodes.reduce((highest, node) => Math.max(highest, node.value), Number.NEGATIVE_INFINITY);
  }
}

function share(bytes: number, totalBytes: number | undefined): number {
  return totalBytes === undefined || totalBytes <= 0 ? Number.NaN : bytes / totalBytes;
}

function named(names: readonly string[]): string {
  const rest = names.length - NAMED;
  return `${names.slice(0, NAMED).join(', ')}${rest > 0 ? ` and ${String(rest)} more` : ''}`;
}
