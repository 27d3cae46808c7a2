import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import { GUARD_CODES } from '../domain/codes.ts';
import type { GroupDecision } from '../domain/decision.ts';
import type { HostInventory } from '../domain/host.ts';
import type { Operation } from '../domain/operation.ts';
import type { ClusterPolicy, FrontendPolicy } from '../domain/policy.ts';
import type { DecisionRecord } from '../domain/record.ts';
import type { ClusterStatus } from '../domain/status.ts';

const PREFIX = 'doris_autoscaler_';

export interface MetricsCluster {
  readonly policy: ClusterPolicy;
  readonly status: ClusterStatus;
  /** Node-seconds since the group was first seen, and what a constant baseline would have cost more. */
  readonly savings: readonly {
    readonly role: string;
    readonly group: string;
    readonly nodeSeconds: number;
    readonly savedNodeHours: number;
  }[];
}

/** What is true at the moment of a scrape: every series is set anew, so that nothing stale stays. */
export function stateMetrics(registry: Registry): { show(clusters: readonly MetricsCluster[]): void } {
  const gauges: Gauge[] = [];
  const gauge = (name: string, help: string, labelNames: readonly string[]): Gauge => {
    const created = new Gauge({ name: `${PREFIX}${name}`, help, labelNames: [...labelNames], registers: [registry] });
    gauges.push(created);
    return created;
  };
  const group = ['cluster', 'role', 'group'];
  const nodes = gauge('nodes', 'Registered nodes by state', [...group, 'state']);
  const desired = gauge('desired_nodes', 'Nodes after guards', group);
  const recommended = gauge('recommended_nodes', 'Nodes before guards', group);
  const min = gauge('min_nodes', 'Lower bound of the policy', group);
  const max = gauge('max_nodes', 'Upper bound of the policy', group);
  const value = gauge('signal_value', 'Value of a signal that could be read', [...group, 'signal']);
  const target = gauge('signal_target', 'Target or limit of a signal', [...group, 'signal']);
  const sampled = gauge('signal_timestamp_seconds', 'Oldest sample behind a signal', [...group, 'signal']);
  const hold = gauge('hold', '1 for each guard that stops a wanted change', [...group, 'reason']);
  const evaluatedAt = gauge('last_evaluation_timestamp_seconds', 'When the last evaluation was recorded', ['cluster']);
  const windowOpen = gauge('window_open', '1 while an idle window is open', ['cluster', 'window']);
  const nextChange = gauge('window_next_change_timestamp_seconds', 'Next opening or closing', ['cluster']);
  const usableUntil = gauge('window_usable_until_timestamp_seconds', 'End of the usable part of the open window', [
    'cluster',
  ]);
  const active = gauge('operation_active', '1 while an operation of this kind is open', ['cluster', 'kind']);
  const remaining = gauge('decommission_tablets_remaining', 'Tablets left on a leaving backend', [
    'cluster',
    'backend',
  ]);
  const drainEnd = gauge('decommission_estimated_end_timestamp_seconds', 'Expected end of a drain', [
    'cluster',
    'backend',
  ]);
  const hosts = gauge('provisioner_hosts', 'Hosts that a provisioner knows', ['provisioner', 'state']);
  const nodeSeconds = gauge('node_seconds_total', 'Node-seconds since the group was first seen in act', group);
  const saved = gauge('node_hours_saved', 'Node-hours less than a constant baseline would have used', group);
  const costSaved = gauge('cost_saved', 'Cost less than a constant baseline would have had', [...group, 'currency']);
  const leader = gauge('leader', '1 when this daemon acts for the cluster', ['cluster']);

  const showGroup = (cluster: string, decision: GroupDecision): void => {
    const labels = { cluster, role: decision.role, group: decision.group };
    if (decision.desired !== undefined) desired.set(labels, decision.desired);
    if (decision.recommended !== undefined) recommended.set(labels, decision.recommended);
    // Among the reasons are only the guards that stop something; what does not hold has no series.
    for (const reason of GUARD_CODES) if (decision.reasons.includes(reason)) hold.set({ ...labels, reason }, 1);
  };

  const showCluster = ({ policy, status, savings }: MetricsCluster): void => {
    const cluster = status.name;
    for (const { role, group: name, state, count } of status.nodes)
      nodes.set({ cluster, role, group: name, state }, count);
    for (const bounds of policy.backends) {
      const labels = { cluster, role: 'backend', group: bounds.group };
      min.set(labels, bounds.min);
      max.set(labels, bounds.max);
      const saving = savings.find((each) => each.role === 'backend' && each.group === bounds.group);
      if (saving === undefined) continue;
      nodeSeconds.set(labels, saving.nodeSeconds);
      saved.set(labels, saving.savedNodeHours);
      if (bounds.cost !== undefined) {
        costSaved.set({ ...labels, currency: bounds.cost.currency }, saving.savedNodeHours * bounds.cost.perNodeHour);
      }
    }
    if (policy.frontend !== undefined) showFrontendBounds(cluster, policy.frontend);
    leader.set({ cluster }, status.leader ? 1 : 0);
    const open = status.windows.open;
    for (const name of windowNames(policy))
      windowOpen.set({ cluster, window: name }, open?.names.includes(name) === true ? 1 : 0);
    if (open !== undefined && status.windows.nextChange !== undefined)
      usableUntil.set({ cluster }, open.usableUntilMs / 1000);
    if (status.windows.nextChange !== undefined) nextChange.set({ cluster }, status.windows.nextChange / 1000);
    const { operation } = status;
    if (operation !== undefined) {
      active.set({ cluster, kind: operation.kind }, 1);
    }
    const record = status.lastDecision;
    if (record === undefined) return;
    showDrains(cluster, record, operation);
    evaluatedAt.set({ cluster }, record.at / 1000);
    for (const decision of record.groups) showGroup(cluster, decision);
    for (const { role, group: name, readings } of record.observation.signals) {
      for (const reading of readings) {
        const labels = { cluster, role, group: name, signal: reading.signal };
        target.set(labels, reading.bound);
        if (reading.value !== undefined && reading.quality === 'ok') value.set(labels, reading.value);
        if (reading.sampleAt !== undefined) sampled.set(labels, reading.sampleAt / 1000);
      }
    }
  };

  const showFrontendBounds = (cluster: string, { followers, observers }: FrontendPolicy): void => {
    const observer = { cluster, role: 'observer', group: 'observer' };
    min.set(observer, observers.min);
    max.set(observer, observers.max);
    const follower = { cluster, role: 'follower', group: 'follower' };
    min.set(follower, followers);
    max.set(follower, followers);
  };

  /** Every leaving backend of the last look; the newer figures of our own drain replace its own. */
  const showDrains = (cluster: string, record: DecisionRecord, operation: Operation | undefined): void => {
    const { topology } = record.observation;
    if (!topology.known) return;
    const leaving = topology.value.backends.filter((backend) => backend.decommissioned);
    for (const { address, tablets } of leaving) remaining.set({ cluster, backend: address }, tablets);
    const own = leaving.find(({ address }) => operation?.targets.some((target) => target.node === address) === true);
    const progress = operation?.kind === 'remove-backend' ? operation.progress : undefined;
    if (own === undefined || progress === undefined) return;
    const labels = { cluster, backend: own.address };
    if (progress.tabletsRemaining !== undefined) remaining.set(labels, progress.tabletsRemaining);
    if (progress.estimatedEndAt !== undefined) drainEnd.set(labels, progress.estimatedEndAt / 1000);
  };

  /** A provisioner that several clusters share is shown once, as it was seen last. */
  const showHosts = (clusters: readonly MetricsCluster[]): void => {
    const newest = new Map<string, { readonly at: number; readonly inventory: HostInventory }>();
    for (const { status } of clusters) {
      const observation = status.lastDecision?.observation;
      if (observation === undefined) continue;
      for (const [provisioner, known] of Object.entries(observation.hosts)) {
        if (known.known && observation.at >= (newest.get(provisioner)?.at ?? 0))
          newest.set(provisioner, { at: observation.at, inventory: known.value });
      }
    }
    for (const [provisioner, { inventory }] of newest)
      for (const { state } of inventory.hosts) hosts.inc({ provisioner, state });
  };

  return {
    show(clusters) {
      for (const each of gauges) each.reset();
      for (const cluster of clusters) showCluster(cluster);
      showHosts(clusters);
    },
  };
}

function windowNames(policy: ClusterPolicy): readonly string[] {
  return policy.windows.always ? ['always'] : [...new Set(policy.windows.allow.map((entry) => entry.name))];
}
