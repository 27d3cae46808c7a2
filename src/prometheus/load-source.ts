import type { PrometheusPolicy } from '../domain/policy.ts';
import type { LoadSource } from '../domain/ports/load-source.ts';
import { readEmergency, readIdle } from './conditions.ts';
import { readHistory } from './history/history.ts';
import { prometheusClient } from './query/client.ts';
import type { QueryTimer } from './query/client.ts';
import { readSignal } from './read-signal.ts';

/** The load of one cluster as its Prometheus tells it. */
export function prometheusLoadSource(options: {
  readonly policy: PrometheusPolicy;
  readonly monotonicMs: () => number;
  readonly timer?: QueryTimer;
}): LoadSource {
  const client = prometheusClient(options.policy, options.monotonicMs, options.timer);
  return {
    read: (request) => Promise.all(request.group.signals.map((signal) => readSignal(client, signal, request))),
    idle: (request) => readIdle(client, request),
    emergency: (request) => readEmergency(client, request),
    history: (request) => readHistory(client, request),
    close: () => client.close(),
  };
}
