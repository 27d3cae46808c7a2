import type { PrometheusClient } from '../../src/prometheus/query/client.ts';
import type { Series } from '../../src/prometheus/query/matrix.ts';
import type { Sample } from '../../src/prometheus/query/reply.ts';
import type { RangeRequest } from '../../src/prometheus/query/split-range.ts';

/** A Prometheus that was sampled without a break, and whose series of a query have always had the values that they have now. */
export function steadyPrometheus(samplesOf: (query: string) => readonly Sample[]): PrometheusClient {
  const range = async (query: string, request: RangeRequest): Promise<readonly Series[]> => {
    const isTime = query.includes('timestamp(');
    return foldedBy(query, samplesOf).map(({ labels, value }) => {
      const times = timesOf(request);
      return { labels, times, values: times.map((at) => (isTime ? at / 1000 : value)) };
    });
  };
  return {
    instant: async (query) => foldedBy(query, samplesOf),
    range,
    async *parts(query, request) {
      yield await range(query, request);
    },
    close: async () => undefined,
  };
}

/** One sample per instance. */
export function instances(values: Readonly<Record<string, number>>): readonly Sample[] {
  return Object.entries(values).map(([instance, value]) => ({ labels: { instance }, value }));
}

/** `sum` and `count` around a whole query, as Prometheus would answer them. */
function foldedBy(query: string, samplesOf: (query: string) => readonly Sample[]): readonly Sample[] {
  const fold = /^(sum|count)\((?:1 - )?sum by/.exec(query)?.[1];
  const samples = samplesOf(query);
  if (fold === undefined || samples.length === 0) return samples;
  const value = fold === 'count' ? samples.length : samples.reduce((sum, one) => sum + one.value, 0);
  return [{ labels: {}, value }];
}

function timesOf({ from, until, stepMs }: RangeRequest): Float64Array {
  const length = Math.floor((until - from) / stepMs) + 1;
  return Float64Array.from({ length }, (_, step) => from + step * stepMs);
}
