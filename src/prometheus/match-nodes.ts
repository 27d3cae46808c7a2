import type { NodeAddress } from '../domain/node.ts';
import type { PrometheusPolicy } from '../domain/policy.ts';
import type { Topology } from '../domain/topology.ts';
import type { Labels } from './query/reply.ts';

/** A node that a series may belong to. */
export interface MatchableNode {
  readonly address: NodeAddress;
  readonly host: string;
  readonly httpPort: number;
  readonly group: string;
}

export interface Matched<T> {
  readonly nodes: ReadonlyMap<NodeAddress, T>;
  /** Instance labels of series that belong to no node of the cluster. */
  readonly foreign: readonly string[];
  /** Of nodes with several series, which could not be told apart: an error that names two. */
  readonly ambiguous: ReadonlyMap<NodeAddress, string>;
}

export function backendsOf(topology: Topology): readonly MatchableNode[] {
  return topology.backends.map(({ address, host, httpPort, group }) => ({ address, host, httpPort, group }));
}

export function frontendsOf(topology: Topology): readonly MatchableNode[] {
  return topology.frontends.map(({ address, host, httpPort, role }) => ({ address, host, httpPort, group: role }));
}

/** Splits an instance label, after instanceMap, into host and port. */
export function instanceOf(
  labels: Labels,
  policy: Pick<PrometheusPolicy, 'instanceLabel' | 'instanceMap'>,
): { readonly name: string; readonly host: string; readonly httpPort: number | undefined } {
  const label = labels[policy.instanceLabel] ?? '';
  const name = policy.instanceMap[label] ?? label;
  const match = /^(\[[^\]]+\]|[^:]+):(\d+)$/.exec(name);
  return {
    name: label === '' ? describe(labels) : label,
    host: plainHost(match?.[1] ?? name),
    httpPort: match?.[2] === undefined ? undefined : Number(match[2]),
  };
}

/** By host; by http port as well where several nodes share the host. */
export function matchNodes<T extends { readonly labels: Labels }>(
  series: readonly T[],
  nodes: readonly MatchableNode[],
  policy: Pick<PrometheusPolicy, 'instanceLabel' | 'instanceMap'>,
): Matched<T> {
  const byHost = new Map<string, MatchableNode[]>();
  for (const node of nodes) {
    const host = plainHost(node.host);
    const sharing = byHost.get(host) ?? [];
    sharing.push(node);
    byHost.set(host, sharing);
  }
  const matched = new Map<NodeAddress, T>();
  const foreign: string[] = [];
  const ambiguous = new Map<NodeAddress, string>();
  for (const one of series) {
    const instance = instanceOf(one.labels, policy);
    const sharing = byHost.get(instance.host) ?? [];
    const node = sharing.length > 1 ? sharing.find((each) => each.httpPort === instance.httpPort) : sharing[0];
    if (node === undefined) {
      foreign.push(instance.name);
      continue;
    }
    const other = matched.get(node.address);
    if (other !== undefined && !ambiguous.has(node.address)) {
      const both = `${describe(other.labels)} and ${describe(one.labels)}`;
      ambiguous.set(node.address, `${both} both belong to ${node.address}`);
    }
    matched.set(node.address, one);
  }
  return { nodes: matched, foreign, ambiguous };
}

/** A label set as Prometheus prints it. */
export function describe(labels: Labels): string {
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(', ')}}`;
}

/** Names are the same in capitals, an IPv6 address in brackets. */
function plainHost(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
}
