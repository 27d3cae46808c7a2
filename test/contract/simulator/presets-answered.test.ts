import { describe, expect, it } from 'vitest';
import type { PrometheusPolicy } from '../../../src/domain/policy.ts';
import { PRESETS } from '../../../src/prometheus/promql/presets.ts';
import { signalQueries } from '../../../src/prometheus/promql/signal-queries.ts';
import type { SimulatedCluster } from '../../../src/simulator/cluster.ts';
import { compileQuery, QueryRefusedError } from '../../../src/simulator/wire/prometheus/evaluate.ts';

const NOW = Date.UTC(2026, 9, 5, 3, 0, 7);
const NAMES = Object.keys(PRESETS);

/** Two nodes whose values are 3 and 5, whatever is asked. */
const cluster = {
  series: () => [
    { host: '127.0.0.21', httpPort: 8040, value: 3 },
    { host: '127.0.0.22', httpPort: 8040, value: 5 },
  ],
} as unknown as SimulatedCluster;

function policy(labels: Readonly<Record<string, string>>): PrometheusPolicy {
  return { labels, instanceLabel: 'instance' } as unknown as PrometheusPolicy;
}

function queriesOf(name: string, labels: Readonly<Record<string, string>>): ReturnType<typeof signalQueries> {
  return signalQueries(
    { name, query: undefined, purpose: { kind: 'limit', limit: 1 }, injectLabels: true },
    policy(labels),
  );
}

function ask(query: string): ReturnType<ReturnType<typeof compileQuery>> {
  return compileQuery(query, cluster, 'analytics')(NOW, NOW);
}

describe.each([
  { labels: {} },
  { labels: { cluster: 'analytics' } },
  { labels: { cluster: 'analytics', job: 'doris' } },
])('with the labels $labels', ({ labels }) => {
  it.each(NAMES)('the query of %s is answered, one value per node', (name) => {
    expect(ask(queriesOf(name, labels).value)).toMatchObject([
      { labels: { instance: '127.0.0.21:8040' }, value: 3 },
      { labels: { instance: '127.0.0.22:8040' }, value: 5 },
    ]);
  });

  it.each(NAMES)('the sum and the count of %s are answered, as history asks', (name) => {
    const { value } = queriesOf(name, labels);
    expect(ask(`sum(${value})`).map((sample) => sample.value)).toEqual([8]);
    expect(ask(`count(${value})`).map((sample) => sample.value)).toEqual([2]);
  });

  it.each(NAMES)('the sample times behind %s are those of the last scrape', (name) => {
    const queries = queriesOf(name, labels);
    for (const query of queries.timestamps.flat()) {
      expect(new Set(ask(query).map(({ value }) => value))).toEqual(new Set([Date.UTC(2026, 9, 5, 3, 0, 0) / 1000]));
    }
    expect(queries.timestamps.length).toBeGreaterThan(0);
  });

  it('the capacity of be_disk is answered per node', () => {
    expect(ask(queriesOf('be_disk', labels).capacity ?? '').map(({ value }) => value)).toEqual([3, 5]);
  });
});

describe('queries', () => {
  it.each(NAMES)('of another cluster find no series: %s', (name) => {
    expect(ask(queriesOf(name, { cluster: 'staging' }).value)).toEqual([]);
  });

  it('choose among targets by every kind of matcher', () => {
    const memory = (matchers: string): number => ask(`doris_be_memory_allocated_bytes{${matchers}}`).length;
    expect(memory('instance="127.0.0.22:8040"')).toBe(1);
    expect(memory('instance!="127.0.0.22:8040"')).toBe(1);
    expect(memory('instance=~"127.*"')).toBe(2);
    expect(memory('instance!~"127.*"')).toBe(0);
    expect(memory('cluster=~"ana.*",group="be"')).toBe(2);
  });

  it('are the same in any spelling', () => {
    const spelt =
      '1 - (sum(rate(doris_be_cpu{mode="idle", cluster="analytics", device="cpu"}[5m])) by (instance)\n/ sum by(instance)(rate(doris_be_cpu{device="cpu"} [5m])))';
    expect(ask(spelt)).toHaveLength(2);
  });

  it.each([
    'up',
    'rate(doris_be_cpu[2m])',
    'sum(',
    '',
    'doris_be_memory_allocated_bytes * 2',
    'topk(1, doris_be_memory_allocated_bytes)',
  ])('that are none of the presets are refused: %s', (query) => {
    expect(() => ask(query)).toThrow(QueryRefusedError);
  });

  it('that are refused are told what is answered', () => {
    expect(() => ask('up')).toThrow(/does not answer up\n.*only the preset queries[\s\S]*doris_be_cpu/);
  });

  it('find nothing more than five minutes after the last scrape', () => {
    const evaluate = compileQuery('doris_be_memory_allocated_bytes', cluster, 'analytics');
    expect(evaluate(NOW + 240_000, NOW)).toHaveLength(2);
    expect(evaluate(NOW + 310_000, NOW)).toEqual([]);
  });
});
