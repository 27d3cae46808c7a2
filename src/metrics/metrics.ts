import { Registry } from 'prom-client';
import type { EpochMs } from '../domain/instant.ts';
import type { Operation } from '../domain/operation.ts';
import type { DecisionRecord } from '../domain/record.ts';
import { eventMetrics } from './events.ts';
import { stateMetrics } from './state.ts';
import type { MetricsCluster } from './state.ts';

export interface Metrics {
  readonly contentType: string;
  /** Everything for one scrape. State is read at this moment; a cluster or window that is gone leaves no series. */
  text(): Promise<string>;
  evaluated(record: DecisionRecord): void;
  evaluationFailed(cluster: string): void;
  tickSkipped(cluster: string): void;
  operationEnded(operation: Operation): void;
  reloaded(result: 'accepted' | 'rejected', revision: string, at: EpochMs): void;
  prometheusTimer(cluster: string): { observe(seconds: number, outcome: 'ok' | 'error'): void };
  dorisTimer(cluster: string): { observe(seconds: number, outcome: 'ok' | 'error'): void };
}

/** The daemon's own metrics, all under `doris_autoscaler_`. */
export function createMetrics(options: {
  readonly version: string;
  /** Read once per scrape. */
  readonly clusters: () => Promise<readonly MetricsCluster[]>;
}): Metrics {
  const registry = new Registry();
  const events = eventMetrics(registry, options.version);
  const state = stateMetrics(registry);
  return {
    contentType: registry.contentType,
    async text() {
      state.show(await options.clusters());
      return await registry.metrics();
    },
    ...events,
  };
}
