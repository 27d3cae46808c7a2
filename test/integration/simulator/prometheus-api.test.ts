import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SimulatorHandle } from '../../../src/simulator/start.ts';
import { startTestSimulator } from '../../support/simulator.ts';

interface Reply {
  readonly status: string;
  readonly errorType?: string;
  readonly error?: string;
  readonly data?: {
    readonly resultType: string;
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>;
      readonly value?: readonly [number, string];
      readonly values?: readonly (readonly [number, string])[];
    }[];
  };
}

const CPU =
  '1 - sum by (instance) (rate(doris_be_cpu{device="cpu",mode="idle",cluster="analytics"}[2m])) / sum by (instance) (rate(doris_be_cpu{device="cpu",cluster="analytics"}[2m]))';

describe('the Prometheus-compatible API', () => {
  let simulator: SimulatorHandle;
  beforeAll(async () => {
    simulator = await startTestSimulator();
  });
  afterAll(async () => {
    await simulator.stop();
  });

  const ask = async (
    path: string,
    form: Readonly<Record<string, string>>,
    method = 'POST',
  ): Promise<[number, Reply]> => {
    const text = new URLSearchParams(form);
    const response =
      method === 'POST'
        ? await fetch(`${simulator.prometheusUrl}${path}`, { method, body: text })
        : await fetch(`${simulator.prometheusUrl}${path}?${text.toString()}`);
    return [response.status, (await response.json()) as Reply];
  };

  it.each(['GET', 'POST'])('answers an instant query by %s at the asked time', async (method) => {
    const time = Math.floor(Date.now() / 1000) - 3600;
    const [status, reply] = await ask('/api/v1/query', { query: CPU, time: String(time) }, method);
    expect(status).toBe(200);
    expect(reply.data?.resultType).toBe('vector');
    expect(reply.data?.result.map(({ metric }) => metric)).toEqual(
      simulator.description.backends.map(({ host, httpPort }) => ({ instance: `${host}:${String(httpPort)}` })),
    );
    for (const { value } of reply.data?.result ?? []) {
      expect(value?.[0]).toBe(time);
      expect(Number(value?.[1])).toBeGreaterThan(0.2);
      expect(Number(value?.[1])).toBeLessThan(0.8);
    }
  });

  it('labels raw series as a scrape does', async () => {
    const [, reply] = await ask('/api/v1/query', { query: 'doris_be_memory_allocated_bytes' });
    const [first] = simulator.description.backends;
    expect(reply.data?.result[0]?.metric).toEqual({
      cluster: 'analytics',
      group: 'be',
      instance: `${String(first?.host)}:${String(first?.httpPort)}`,
      job: 'doris',
    });
  });

  it('answers four weeks of history, each step at its own time', async () => {
    const end = Math.floor(Date.now() / 60_000) * 60;
    const start = end - 28 * 86_400;
    const [status, reply] = await ask('/api/v1/query_range', {
      query: `sum(${CPU})`,
      start: String(start),
      end: String(end),
      step: '300',
    });
    expect(status).toBe(200);
    expect(reply.data?.resultType).toBe('matrix');
    const values = reply.data?.result[0]?.values ?? [];
    expect(values).toHaveLength(28 * 288 + 1);
    expect([values[0]?.[0], values.at(-1)?.[0]]).toEqual([start, end]);
    expect(values.every(([, value]) => Number(value) > 1 && Number(value) < 4)).toBe(true);
  });

  it('refuses more than 11,000 points in the words of Prometheus', async () => {
    const [status, reply] = await ask('/api/v1/query_range', { query: CPU, start: '0', end: '11001', step: '1' });
    expect([status, reply]).toEqual([
      400,
      {
        status: 'error',
        errorType: 'bad_data',
        error:
          'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
      },
    ]);
    const [allowed] = await ask('/api/v1/query_range', { query: CPU, start: '0', end: '11000', step: '1' });
    expect(allowed).toBe(200);
  });

  it.each([
    [
      { query: CPU, start: '10', end: '5', step: '1' },
      'invalid parameter "end": end timestamp must not be before start time',
    ],
    [
      { query: CPU, start: '0', end: '5', step: '0' },
      'invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer',
    ],
    [
      { query: CPU, start: 'x', end: '5', step: '1' },
      'invalid parameter "start": cannot parse "x" to a valid timestamp',
    ],
  ])('refuses bad parameters: %j', async (form, error) => {
    const [status, reply] = await ask('/api/v1/query_range', form);
    expect([status, reply.errorType, reply.error]).toEqual([400, 'bad_data', error]);
  });

  it('refuses every other query and lists those that it answers', async () => {
    const [status, reply] = await ask('/api/v1/query', { query: 'up' });
    expect([status, reply.status, reply.errorType]).toEqual([400, 'error', 'bad_data']);
    expect(reply.error).toMatch(/only the preset queries/);
    expect(reply.error).toContain('doris_be_cpu');
  });

  it('is ready and says what it is', async () => {
    expect((await fetch(`${simulator.prometheusUrl}/-/ready`)).status).toBe(200);
    const [, info] = await ask('/api/v1/status/buildinfo', {}, 'GET');
    expect(info).toMatchObject({ status: 'success', data: { revision: 'simulator' } });
  });
});
