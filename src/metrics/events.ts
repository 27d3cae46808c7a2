import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import { neverBegan } from '../decision/approval/never-began.ts';
import { GUARD_CODES } from '../domain/codes.ts';
import type { EpochMs } from '../domain/instant.ts';
import type { GroupKey } from '../domain/node.ts';
import type { Operation } from '../domain/operation.ts';
import type { DecisionRecord } from '../domain/record.ts';
import { REGRET_KINDS } from '../domain/regret.ts';
import type { GroupRegrets } from '../domain/regret.ts';

const PREFIX = 'doris_autoscaler_';
const SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 90];

export interface EventMetrics {
  /** A cluster begins: its counters stand at 0 before the first event, or a first one would not count as an increase. */
  started(cluster: string): void;
  /** What was regretted of a group before this process began to count: a restart is no reset. */
  regrettedBefore(cluster: string, key: GroupKey, totals: GroupRegrets['totals']): void;
  /** A cluster is gone from the policy: its series go with it. */
  removed(cluster: string): void;
  evaluated(record: DecisionRecord): void;
  evaluationFailed(cluster: string): void;
  /** A tick that came while the one before was under way, or that the process missed. */
  tickSkipped(cluster: string): void;
  operationEnded(operation: Operation): void;
  /** A policy is in force from an instant on, the first one included. */
  inForce(revision: string, at: EpochMs): void;
  /** A policy was read again; `rejected` = the last good one stays in force, `held` = until a person says yes. */
  reloaded(result: 'accepted' | 'rejected' | 'held'): void;
  prometheusTimer(cluster: string): { observe(seconds: number, outcome: 'ok' | 'error'): void };
  dorisTimer(cluster: string): { observe(seconds: number, outcome: 'ok' | 'error'): void };
}

/** What is counted as it happens. */
export function eventMetrics(registry: Registry, version: string): EventMetrics {
  const registers = [registry];
  const counter = (name: string, help: string, labelNames: readonly string[]) =>
    new Counter({ name: `${PREFIX}${name}`, help, labelNames: [...labelNames], registers });
  const gauge = (name: string, help: string, labelNames: readonly string[]) =>
    new Gauge({ name: `${PREFIX}${name}`, help, labelNames: [...labelNames], registers });
  const histogram = (name: string, help: string, labelNames: readonly string[], buckets: number[]) =>
    new Histogram({ name: `${PREFIX}${name}`, help, labelNames: [...labelNames], buckets, registers });

  gauge('build_info', 'Version of the daemon; always 1', ['version']).set({ version }, 1);
  const evaluations = counter('evaluations_total', 'Evaluations by result', ['cluster', 'result']);
  const evaluationSeconds = histogram('evaluation_duration_seconds', 'Time of one evaluation', ['cluster'], SECONDS);
  const decisions = counter('decisions_total', 'Decisions by direction', ['cluster', 'role', 'group', 'direction']);
  const holds = counter('holds_total', 'Wanted changes that were held, by the first guard', [
    'cluster',
    'role',
    'group',
    'reason',
  ]);
  const regrets = counter('regrets_total', 'Changes that turned out to be wrong, by kind', [
    'cluster',
    'role',
    'group',
    'kind',
  ]);
  const skipped = counter('ticks_skipped_total', 'Ticks missed, or on which the last evaluation still ran', [
    'cluster',
  ]);
  const operations = counter('operations_total', 'Ended operations', ['cluster', 'kind', 'result']);
  const operationSeconds = histogram(
    'operation_duration_seconds',
    'Time of ended operations',
    ['kind'],
    [60, 300, 900, 3600, 14_400, 43_200, 86_400, 259_200],
  );
  const dorisSeconds = histogram(
    'doris_query_duration_seconds',
    'Statements sent to Doris',
    ['cluster', 'outcome'],
    SECONDS,
  );
  const prometheusSeconds = histogram(
    'prometheus_query_duration_seconds',
    'Queries sent to Prometheus',
    ['cluster', 'outcome'],
    SECONDS,
  );
  const reloads = counter('config_reloads_total', 'Reloads of the configuration', ['result']);
  const lastReload = gauge('config_last_reload_successful', '1 when the newest configuration is in force', []);
  const lastReloadAt = gauge(
    'config_last_reload_success_timestamp_seconds',
    'When the configuration in force was taken',
    [],
  );
  const info = gauge('config_info', 'Revision of the configuration in force; always 1', ['revision']);

  const ofClusters = [
    evaluations,
    evaluationSeconds,
    decisions,
    holds,
    regrets,
    skipped,
    operations,
    dorisSeconds,
    prometheusSeconds,
  ];
  for (const result of ['accepted', 'rejected', 'held']) reloads.inc({ result }, 0);

  return {
    started(cluster) {
      for (const result of ['ok', 'error']) evaluations.inc({ cluster, result }, 0);
      skipped.inc({ cluster }, 0);
    },
    regrettedBefore(cluster, { role, group }, totals) {
      for (const kind of REGRET_KINDS) {
        const labels = { cluster, role, group, kind };
        regrets.remove(labels);
        regrets.inc(labels, totals[kind]);
      }
    },
    removed(cluster) {
      for (const metric of ofClusters) void removeSeries(metric, cluster);
    },
    evaluated(record) {
      const { cluster } = record;
      evaluations.inc({ cluster, result: 'ok' });
      evaluationSeconds.observe({ cluster }, record.durationMs / 1000);
      for (const group of record.groups) {
        const labels = { cluster, role: group.role, group: group.group };
        decisions.inc({
          ...labels,
          direction: group.action === 'scale-out' ? 'out' : group.action === 'scale-in' ? 'in' : 'hold',
        });
        const first = GUARD_CODES.find((code) => group.reasons.includes(code));
        if (group.action === 'hold' && first !== undefined) holds.inc({ ...labels, reason: first });
      }
      for (const { role, group, regrets: kinds } of record.judged ?? [])
        for (const kind of kinds) regrets.inc({ cluster, role, group, kind });
    },
    evaluationFailed(cluster) {
      evaluations.inc({ cluster, result: 'error' });
    },
    tickSkipped(cluster) {
      skipped.inc({ cluster });
    },
    operationEnded(operation) {
      operations.inc({ cluster: operation.cluster, kind: operation.kind, result: operation.state });
      // A proposal that came to nothing took no time of the cluster.
      if (operation.endedAt === undefined || neverBegan(operation)) return;
      operationSeconds.observe(
        { kind: operation.kind },
        (operation.endedAt - (operation.startedAt ?? operation.createdAt)) / 1000,
      );
    },
    inForce(revision, at) {
      lastReload.set(1);
      info.reset();
      info.set({ revision }, 1);
      lastReloadAt.set(at / 1000);
    },
    reloaded(result) {
      reloads.inc({ result });
      if (result !== 'accepted') lastReload.set(0);
    },
    prometheusTimer: (cluster) => ({
      observe: (seconds, outcome) => {
        prometheusSeconds.observe({ cluster, outcome }, seconds);
      },
    }),
    dorisTimer: (cluster) => ({
      observe: (seconds, outcome) => {
        dorisSeconds.observe({ cluster, outcome }, seconds);
      },
    }),
  };
}

/** Every series of a counter or histogram that carries the label of one cluster. */
async function removeSeries(metric: Counter | Histogram, cluster: string): Promise<void> {
  const { values } = await metric.get();
  const seen = new Set<string>();
  for (const { labels } of values) {
    if (!('cluster' in labels) || labels['cluster'] !== cluster) continue;
    const { le: _bucket, ...own } = labels as Record<string, string | number>;
    const key = JSON.stringify(own);
    if (seen.has(key)) continue;
    seen.add(key);
    metric.remove(own);
  }
}
