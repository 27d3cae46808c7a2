import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import { GUARD_CODES } from '../domain/codes.ts';
import type { GroupDecision } from '../domain/decision.ts';
import type { HostInventory } from '../domain/host.ts';
import type { ClusterPolicy } from '../domain/policy.ts';
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
  const hosts = gauge('provisioner_hosts', 'Hosts that a provisioner knows', ['cluster', 'provisioner', 'state']);
  const nodeSeconds = gauge('node_seconds_total', 'Node-seconds since the group was first seen in act', group);
  const saved = gauge('node_hours_saved', 'Node-hours less than a constant baseline would have used', group);
  const costSaved = gauge('cost_saved', 'Cost less than a constant baseline would have had', [...group, 'currency']);
  const leader = gauge('leader', '1 when this daemon acts for the cluster', ['cluster']);

  const showGroup = (cluster: string, decision: GroupDecision): void => {
    const labels = { cluster, role: decision.role, group: decision.group };
    if (decision.desired !== undefined) desired.set(labels, decision.desired);
    if (decision.recommended !== undefined) recommended.set(labels, decision.recommended);
    const wanted = decision.recommended !== undefined && decision.recommended !== decision.current;
    for (const code of GUARD_CODES) {
      const verdict = decision.guards.find((guard) => guard.code === code);
      if (verdict !== undefined)
        hold.set({ ...labels, reason: code }, wanted && decision.reasons.includes(code) ? 1 : 0);
    }
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
    leader.set({ cluster }, status.leader ? 1 : 0);
    const open = status.windows.open;
    for (const name of windowNames(policy))
      windowOpen.set({ cluster, window: name }, open?.names.includes(name) === true ? 1 : 0);
    if (open !== undefined) usableUntil.set({ cluster }, open.usableUntilMs / 1000);
    if (status.windows.nextChange !== undefined) nextChange.set({ cluster }, status.windows.nextChange / 1000);
    const { operation } = status;
    if (operation !== undefined) {
      active.set({ cluster, kind: operation.kind }, 1);
      const backend = operation.targets[0]?.node;
      if (backend !== undefined && operation.progress?.tabletsRemaining !== undefined) {
        remaining.set({ cluster, backend }, operation.progress.tabletsRemaining);
        if (operation.progress.estimatedEndAt !== undefined)
          drainEnd.set({ cluster, backend }, operation.progress.estimatedEndAt / 1000);
      }
    }
    const record = status.lastDecision;
    if (record === undefined) return;
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
    for (const [provisioner, known] of Object.entries(record.observation.hosts)) {
      if (known.known) showHosts(cluster, provisioner, known.value);
    }
  };

  const showHosts = (cluster: string, provisioner: string, inventory: HostInventory): void => {
    for (const host of inventory.hosts) hosts.inc({ cluster, provisioner, state: host.state });
  };

  return {
    show(clusters) {
      for (const each of gauges) each.reset();
      for (const cluster of clusters) showCluster(cluster);
    },
  };
}

function windowNames(policy: ClusterPolicy): readonly string[] {
  return policy.windows.always ? ['always'] : [...new Set(policy.windows.allow.map((entry) => entry.name))];
}
