import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import { GUARD_CODES } from '../domain/codes.ts';
import type { EpochMs } from '../domain/instant.ts';
import type { Operation } from '../domain/operation.ts';
import type { DecisionRecord } from '../domain/record.ts';

const PREFIX = 'doris_autoscaler_';
const SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 90];

export interface EventMetrics {
  evaluated(record: DecisionRecord): void;
  evaluationFailed(cluster: string): void;
  tickSkipped(cluster: string): void;
  operationEnded(operation: Operation): void;
  reloaded(result: 'accepted' | 'rejected', revision: string, at: EpochMs): void;
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
  const skipped = counter('ticks_skipped_total', 'Ticks on which the last evaluation still ran', ['cluster']);
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

  return {
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
    },
    evaluationFailed(cluster) {
      evaluations.inc({ cluster, result: 'error' });
    },
    tickSkipped(cluster) {
      skipped.inc({ cluster });
    },
    operationEnded(operation) {
      operations.inc({ cluster: operation.cluster, kind: operation.kind, result: operation.state });
      if (operation.endedAt === undefined) return;
      operationSeconds.observe(
        { kind: operation.kind },
        (operation.endedAt - (operation.startedAt ?? operation.createdAt)) / 1000,
      );
    },
    reloaded(result, revision, at) {
      reloads.inc({ result });
      lastReload.set(result === 'accepted' ? 1 : 0);
      if (result === 'rejected') return;
      info.reset();
      info.set({ revision }, 1);
      lastReloadAt.set(at / 1000);
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
