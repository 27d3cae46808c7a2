import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PrometheusPolicy } from '../../../src/domain/policy.ts';
import { prometheusClient } from '../../../src/prometheus/query/client.ts';
import type { PrometheusClient } from '../../../src/prometheus/query/client.ts';
import { PrometheusError } from '../../../src/prometheus/query/errors.ts';
import { clusterPolicy } from '../../support/decision-input.ts';
import { fillHistory } from '../../support/history.ts';
import { startPrometheus } from '../../support/prometheus.ts';
import type { RealPrometheus } from '../../support/prometheus.ts';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const NOW = Math.floor(Date.now() / MINUTE) * MINUTE - 10 * MINUTE;
const TLS = {
  certFile: join(import.meta.dirname, '../../fixtures/tls/cert.pem'),
  keyFile: join(import.meta.dirname, '../../fixtures/tls/key.pem'),
  user: 'autoscaler',
  // Of "secret".
  bcrypt: '$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW',
};

const minuteOfDay = (at: number): number => (at % DAY) / MINUTE;

describe('the client before a real Prometheus', () => {
  let prometheus: RealPrometheus;
  const clients: PrometheusClient[] = [];
  beforeAll(async () => {
    prometheus = await startPrometheus({
      targetsFiles: [],
      fill: (path) =>
        fillHistory(
          path,
          [
            { name: 'load', labels: { instance: 'a:1' }, value: minuteOfDay },
            { name: 'load', labels: { instance: 'b:1' }, value: (at) => (at < NOW - 14 * DAY ? undefined : 0.1) },
          ],
          { fromMs: NOW - 28 * DAY, untilMs: NOW, stepMs: MINUTE },
        ),
    });
  });
  afterAll(async () => {
    await prometheus.stop();
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close();
  });

  function clientOf(
    parts: Partial<PrometheusPolicy> = {},
    observe: (outcome: string) => void = () => undefined,
  ): PrometheusClient {
    const policy = { ...clusterPolicy().prometheus, url: prometheus.url, timeoutMs: 30_000, ...parts };
    const client = prometheusClient(policy, () => 0, {
      observe: (_seconds, outcome) => {
        observe(outcome);
      },
    });
    clients.push(client);
    return client;
  }

  it('asks for the value at an instant of the past', async () => {
    const at = NOW - 3 * DAY - 7 * MINUTE;
    const samples = await clientOf().instant('load{instance="a:1"}', at);
    expect(samples.map(({ labels, value }) => [labels['instance'], value])).toEqual([['a:1', minuteOfDay(at)]]);
  });

  it('28 days by the minute are whole: every minute once, though Prometheus refuses them as one', async () => {
    const outcomes: string[] = [];
    const client = clientOf({}, (outcome) => outcomes.push(outcome));
    const from = NOW - 28 * DAY + MINUTE;
    const series = await client.range('load', { from, until: NOW, stepMs: MINUTE, expectedSeries: 2 });
    const [a, b] = series.toSorted((x, y) => ((x.labels['instance'] ?? '') < (y.labels['instance'] ?? '') ? -1 : 1));
    const minutes = Array.from({ length: 28 * 1440 }, (_, index) => from + index * MINUTE);
    expect([...(a?.times ?? [])]).toEqual(minutes);
    expect([...(a?.values ?? [])]).toEqual(minutes.map(minuteOfDay));
    expect([...(b?.times ?? [])]).toEqual(minutes.filter((at) => at >= NOW - 14 * DAY));
    expect(outcomes).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
    const whole = new URLSearchParams({
      query: 'load',
      start: String(from / 1000),
      end: String(NOW / 1000),
      step: '60',
    });
    expect((await fetch(`${prometheus.url}/api/v1/query_range`, { method: 'POST', body: whole })).status).toBe(400);
  });

  it('what Prometheus refuses is told in its own words', async () => {
    const outcomes: string[] = [];
    const asked = clientOf({}, (outcome) => outcomes.push(outcome)).instant('sum(rate(load))', NOW);
    await expect(asked).rejects.toThrow(/^Prometheus refused the query: .*expected type range vector/);
    await expect(asked).rejects.toBeInstanceOf(PrometheusError);
    expect(outcomes).toEqual(['error']);
  });
});

describe('the client before a Prometheus with HTTPS and a login', () => {
  let prometheus: RealPrometheus;
  beforeAll(async () => {
    prometheus = await startPrometheus({ targetsFiles: [], tls: TLS });
  });
  afterAll(async () => {
    await prometheus.stop();
  });

  async function ask(parts: Partial<PrometheusPolicy>): Promise<number | PrometheusError> {
    const client = prometheusClient(
      { ...clusterPolicy().prometheus, url: prometheus.url, timeoutMs: 30_000, ...parts },
      () => 0,
    );
    try {
      return (await client.instant('vector(7)', NOW))[0]?.value ?? Number.NaN;
    } catch (error) {
      if (error instanceof PrometheusError) return error;
      throw error;
    } finally {
      await client.close();
    }
  }

  const login = (password: string) => ({
    user: TLS.user,
    password: { reveal: () => password, source: 'env PROMETHEUS_PASSWORD' },
  });

  it('answers who trusts its authority and knows the password', async () => {
    expect(await ask({ caFile: TLS.certFile, auth: login('secret') })).toBe(7);
  });

  it.each([
    [
      'without a login',
      { caFile: TLS.certFile },
      { code: 'prometheus-bad-answer', hint: 'it asks for a login: set prometheus.auth' },
    ],
    [
      'with a wrong password',
      { caFile: TLS.certFile, auth: login('wrong') },
      { code: 'prometheus-bad-answer', hint: 'check prometheus.auth' },
    ],
    [
      'without its authority',
      { auth: login('secret') },
      { code: 'prometheus-unreachable', hint: 'name the authority that signed its certificate in prometheus.ca' },
    ],
  ])('%s it is an error that says what to set', async (_what, parts, expected) => {
    expect(await ask(parts)).toMatchObject(expected);
  });
});
