import { Registry } from 'prom-client';
import { eventMetrics } from './events.ts';
import type { EventMetrics } from './events.ts';
import { stateMetrics } from './state.ts';
import type { MetricsCluster } from './state.ts';

export interface Metrics extends EventMetrics {
  readonly contentType: string;
  /** Everything for one scrape. State is read at this moment; a cluster or window that is gone leaves no series. */
  text(): Promise<string>;
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
