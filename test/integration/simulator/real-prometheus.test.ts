import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PrometheusPolicy } from '../../../src/domain/policy.ts';
import { PRESETS } from '../../../src/prometheus/promql/presets.ts';
import { signalQueries } from '../../../src/prometheus/promql/signal-queries.ts';
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

/** The targets have been scraped for some seconds only: over its own two minutes a rate would be mostly empty. */
function overSeconds(text: string): string {
  return text.replaceAll('[2m]', '[8s]');
}

/** Gauges are rounded, rates are taken between two moments. */
const TOLERANCE = 0.05;

/** Undefined when promtool can read a text; what it thinks of Doris's names is of no interest. */
async function parseError(text: string): Promise<string | undefined> {
  return await new Promise((resolve) => {
    const child = execFile('promtool', ['check', 'metrics'], (error, _, stderr) => {
      const isAdvice = error === null || error.code === 3;
      resolve(isAdvice ? undefined : `${error.message} ${stderr}`);
    });
    child.stdin?.end(text);
  });
}

/** Counters of Prometheus's own about what it could not take as it stood. */
const REFUSED = [
  'prometheus_target_scrapes_sample_duplicate_timestamp_total',
  'prometheus_target_scrapes_sample_out_of_bounds_total',
  'prometheus_target_scrapes_sample_out_of_order_total',
  'prometheus_target_scrapes_exceeded_sample_limit_total',
] as const;

describe.each(['2.1', '3.0', '4.0'] as const)('a real Prometheus that scrapes version %s', (version) => {
  let simulator: SimulatorHandle;
  let prometheus: RealPrometheus;
  beforeAll(async () => {
    simulator = await startTestSimulator({ version });
    prometheus = await startPrometheus({ targetsFiles: [simulator.description.scrapeTargets] });
    await waitFor('every target was scraped several times', async () => {
      const scraped = await query(prometheus.url, 'count_over_time(up[1m]) >= 12');
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

  it('drops no sample: no series comes twice', async () => {
    const own = await (await fetch(`${prometheus.url}/metrics`)).text();
    const values = REFUSED.map((name) => new RegExp(`^${name} (\\S+)$`, 'm').exec(own)?.[1]);
    expect(values).toEqual(REFUSED.map(() => '0'));
  });

  it('has texts that promtool can read', async () => {
    const [frontend] = simulator.description.frontends;
    const [backend] = simulator.description.backends;
    for (const node of [frontend, backend]) {
      const text = await (await fetch(`http://${String(node?.host)}:${String(node?.httpPort)}/metrics`)).text();
      expect(text.length).toBeGreaterThan(10_000);
      expect(await parseError(text)).toBeUndefined();
    }
  });

  it('would be told by promtool what it cannot read', async () => {
    expect(await parseError('doris_fe_qps 1 2 3\n')).toContain('error while linting');
  });

  it('sums the cores of a backend to its device "cpu"', async () => {
    const [ratio, ...more] = await query(
      prometheus.url,
      'sum(rate(doris_be_cpu{device=~"cpu[0-9]+"}[8s])) / sum(rate(doris_be_cpu{device="cpu"}[8s]))',
    );
    expect(more).toEqual([]);
    expect(Number(ratio?.value[1])).toBeCloseTo(1, 2);
  });

  it.each(Object.keys(PRESETS))('gives %s as the model has it', async (name) => {
    const text = presetQuery(name);
    const real = await query(prometheus.url, overSeconds(text));
    const own = await query(simulator.prometheusUrl, text);
    const sorted = (samples: readonly Sample[]): readonly Sample[] =>
      samples.toSorted((a, b) => ((a.metric['instance'] ?? '') < (b.metric['instance'] ?? '') ? -1 : 1));
    expect(sorted(real).map(({ metric }) => metric)).toEqual(sorted(own).map(({ metric }) => metric));
    sorted(real).forEach(({ value }, index) => {
      const expected = Number(sorted(own)[index]?.value[1]);
      const tolerance = TOLERANCE * Math.max(Math.abs(expected), 0.05);
      expect(Math.abs(Number(value[1]) - expected)).toBeLessThanOrEqual(tolerance);
    });
    expect(real.length).toBeGreaterThan(0);
  });
});
