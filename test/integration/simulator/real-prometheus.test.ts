import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PrometheusPolicy } from '../../../src/domain/policy.ts';
import { PRESETS } from '../../../src/prometheus/presets.ts';
import { signalQueries } from '../../../src/prometheus/signal-queries.ts';
import type { SimulatorHandle } from '../../../src/simulator/start.ts';
import { type RealPrometheus, startPrometheus } from '../../support/prometheus.ts';
import { startTestSimulator } from '../../support/simulator.ts';
import { waitFor } from '../../support/wait-for.ts';

interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

async function query(url: string, text: string): Promise<readonly Sample[]> {
  const response = await fetch(`${url}/api/v1/query`, { method: 'POST', body: new URLSearchParams({ query: text }) });
  const reply = (await response.json()) as { status: string; error?: string; data: { result: readonly Sample[] } };
  if (reply.status !== 'success') throw new Error(reply.error);
  return reply.data.result;
}

const policy = { labels: { cluster: 'analytics' }, instanceLabel: 'instance' } as unknown as PrometheusPolicy;

function presetQuery(name: string): string {
  return signalQueries({ name, query: undefined, purpose: { kind: 'limit', limit: 1 }, injectLabels: true }, policy)
    .value;
}

/** Counters are sampled for some seconds only: rates are rough. */
const TOLERANCE: Readonly<Record<string, number>> = { be_cpu: 0.2, fe_qps: 0.35 };

describe.each(['2.1', '3.0', '4.0'] as const)('a real Prometheus that scrapes version %s', (version) => {
  let simulator: SimulatorHandle;
  let prometheus: RealPrometheus;
  beforeAll(async () => {
    simulator = await startTestSimulator({ version });
    prometheus = await startPrometheus({ targetsFiles: [simulator.description.scrapeTargets] });
    await waitFor('every target was scraped several times', async () => {
      const scraped = await query(prometheus.url, 'count_over_time(up[1m]) >= 8');
      return scraped.length === 7;
    });
  });
  afterAll(async () => {
    await prometheus.stop();
    await simulator.stop();
  });

  it('reads every line of every FE and BE', async () => {
    const response = await fetch(`${prometheus.url}/api/v1/targets`);
    const { data } = (await response.json()) as {
      data: { activeTargets: readonly { health: string; lastError: string }[] };
    };
    expect(data.activeTargets.map(({ health, lastError }) => `${health} ${lastError}`.trim())).toEqual(
      Array.from({ length: 7 }, () => 'up'),
    );
  });

  it.each(Object.keys(PRESETS))('gives %s as the model has it', async (name) => {
    const text = presetQuery(name);
    const real = await query(prometheus.url, text);
    const own = await query(simulator.prometheusUrl, text);
    const sorted = (samples: readonly Sample[]): readonly Sample[] =>
      samples.toSorted((a, b) => ((a.metric['instance'] ?? '') < (b.metric['instance'] ?? '') ? -1 : 1));
    expect(sorted(real).map(({ metric }) => metric)).toEqual(sorted(own).map(({ metric }) => metric));
    sorted(real).forEach(({ value }, index) => {
      const expected = Number(sorted(own)[index]?.value[1]);
      const tolerance = (TOLERANCE[name] ?? 0.1) * Math.max(Math.abs(expected), 0.05);
      expect(Math.abs(Number(value[1]) - expected)).toBeLessThanOrEqual(tolerance);
    });
    expect(real.length).toBeGreaterThan(0);
  });
});
