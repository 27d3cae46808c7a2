import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SignalPolicy } from '../../../src/domain/group-policy.ts';
import type { LoadSource } from '../../../src/domain/ports/load-source.ts';
import type { SignalReading } from '../../../src/domain/signal.ts';
import type { Topology } from '../../../src/domain/topology.ts';
import { PRESETS } from '../../../src/prometheus/promql/presets.ts';
import type { SimulatedSeries } from '../../../src/simulator/cluster.ts';
import type { SimulatorHandle } from '../../../src/simulator/start.ts';
import { backend, frontend, GIB, groupPolicy, topology } from '../../support/decision-input.ts';
import { startPrometheus } from '../../support/prometheus.ts';
import type { RealPrometheus } from '../../support/prometheus.ts';
import { startTestSimulator } from '../../support/simulator.ts';
import { waitFor } from '../../support/wait-for.ts';
import { policyOf, sourceOf } from './past.ts';

const MEMORY_PER_NODE = 64 * GIB;

/** Each preset, what the simulator's model knows it as, and the unit between them; rates of few samples are rough. */
const NAMED: Readonly<
  Record<
    keyof typeof PRESETS,
    { readonly series: SimulatedSeries; readonly unit?: number; readonly tolerance?: number }
  >
> = {
  be_cpu: { series: 'be_cpu_ratio', tolerance: 0.2 },
  be_disk: { series: 'be_disk_used_bytes' },
  be_memory: { series: 'be_memory_bytes', unit: MEMORY_PER_NODE },
  be_compaction: { series: 'be_compaction_score' },
  fe_qps: { series: 'fe_qps', tolerance: 0.35 },
  fe_heap: { series: 'fe_heap_ratio' },
  fe_connections: { series: 'fe_connections' },
  fe_query_p99: { series: 'fe_query_p99_ms' },
};
const NAMES = Object.keys(PRESETS) as readonly (keyof typeof PRESETS)[];

function signal(name: keyof typeof PRESETS): SignalPolicy {
  const base = { name, query: undefined, memoryPerNodeBytes: MEMORY_PER_NODE, injectLabels: true };
  const { measure } = PRESETS[name];
  if (measure === 'total') return { ...base, purpose: { kind: 'size', form: 'per-node', perNode: 400 } };
  return measure === 'level'
    ? { ...base, purpose: { kind: 'limit', limit: 1e9 } }
    : { ...base, purpose: { kind: 'size', form: 'target', targetRatio: 0.6 } };
}

describe.each(['2.1', '3.0', '4.0'] as const)('presets of Doris %s, scraped by a real Prometheus', (version) => {
  const cleanups: (() => Promise<unknown>)[] = [];
  let simulator: SimulatorHandle;
  let readings: readonly SignalReading[];
  let sampledShare: number;

  beforeAll(async () => {
    simulator = await startTestSimulator({ version });
    cleanups.push(() => simulator.stop());
    const prometheus: RealPrometheus = await startPrometheus({ targetsFiles: [simulator.description.scrapeTargets] });
    cleanups.push(() => prometheus.stop());
    const group = groupPolicy({ signals: NAMES.map(signal) });
    const policy = policyOf(
      prometheus.url,
      { labels: { cluster: 'analytics' }, recoveryMs: 5_000, maxAgeMs: 30_000 },
      { backends: [group] },
    );
    const source: LoadSource = sourceOf(policy);
    cleanups.push(() => source.close());
    let last: readonly SignalReading[] = [];
    readings = await waitFor('every preset is ok', async () => {
      last = await source.read({ policy, group, topology: seen(simulator), at: Date.now() });
      sampledShare = await shareOfTwoMinutes(prometheus.url, last[0]?.sampleAt ?? 0);
      return last.every(({ quality }) => quality === 'ok') && sampledShare > 0.1 ? last : undefined;
    }).catch((error: unknown) => {
      const bad = last
        .filter(({ quality }) => quality !== 'ok')
        .map(({ signal: name, reason }) => `${name}: ${reason}`);
      throw new Error(`${String(error)}\n${bad.join('\n')}`, { cause: error });
    });
  });
  afterAll(async () => {
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  });

  it.each(NAMES)('%s is read of every node, as the model has it', (name) => {
    const reading = readings.find((each) => each.signal === name);
    const { series, unit = 1, tolerance = 0.1 } = NAMED[name];
    const expected = simulator.cluster.series(series, reading?.sampleAt ?? 0);
    const nodes = new Map((reading?.nodes ?? []).map((each) => [each.backend.replace(/:\d+$/, ''), each.value]));
    expect([...nodes.keys()].toSorted()).toEqual(expected.map(({ host }) => host).toSorted());
    for (const { host, value } of expected) {
      const right = (value / unit) * (name === 'fe_qps' ? sampledShare : 1);
      expect(Math.abs((nodes.get(host) ?? Number.NaN) - right), `${name} of ${host}`).toBeLessThanOrEqual(
        tolerance * Math.max(Math.abs(right), 0.05),
      );
    }
    expect(reading?.measure).toBe(PRESETS[name].measure);
    expect(reading?.value).toBeGreaterThanOrEqual(0);
  });
});

/** rate() divides by its whole range, also when the counter was scraped for a part of it only, and adds half a scrape at each end. */
async function shareOfTwoMinutes(url: string, at: number): Promise<number> {
  const query =
    'avg(timestamp(doris_fe_query_total{user=""}) - min_over_time(timestamp(doris_fe_query_total{user=""})[2m:1s]))';
  const body = new URLSearchParams({ query, time: String(at / 1000) });
  const answer = await fetch(`${url}/api/v1/query`, { method: 'POST', body });
  const reply = (await answer.json()) as {
    readonly data: { readonly result: readonly { readonly value: [number, string] }[] };
  };
  return (Number(reply.data.result[0]?.value[1]) + 1) / 120;
}

/** What SHOW FRONTENDS and SHOW BACKENDS would say. */
function seen({ cluster }: SimulatorHandle): Topology {
  const members = cluster
    .backends()
    .filter(({ registered }) => registered)
    .map(({ host, ports }, index) =>
      backend(index, {
        host,
        address: `${host}:${String(ports.heartbeat)}`,
        heartbeatPort: ports.heartbeat,
        httpPort: ports.http,
        cpuCores: undefined,
        memoryBytes: undefined,
      }),
    );
  const frontends = cluster
    .frontends()
    .filter(({ registered }) => registered)
    .map(({ host, ports }, index) =>
      frontend(index, { host, address: `${host}:${String(ports.editLog)}`, httpPort: ports.http }),
    );
  return topology(members, { frontends });
}
