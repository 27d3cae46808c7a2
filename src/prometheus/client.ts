import { readFileSync } from 'node:fs';
import { Pool } from 'undici';
import type { EpochMs } from '../domain/instant.ts';
import type { PrometheusPolicy } from '../domain/policy.ts';
import { PrometheusError } from './errors.ts';
import { parseInstant, parseRange } from './reply.ts';
import type { Sample, Series } from './reply.ts';

/** Prometheus refuses more points a series; replies of more samples would hold up the event loop. */
const MAX_POINTS = 10_000;
const MAX_SAMPLES = 20_000;
const CONNECTIONS = 8;

export interface RangeRequest {
  readonly from: EpochMs;
  /** Included. */
  readonly until: EpochMs;
  readonly stepMs: number;
  /** Series that are expected, so that replies stay small. */
  readonly expectedSeries: number;
}

/** Queries of one Prometheus. Every query carries its own time. Rejects with PrometheusError. */
export interface PrometheusClient {
  instant(query: string, at: EpochMs): Promise<readonly Sample[]>;
  /** Split so that no reply is refused or large; the parts of a series are joined. */
  range(query: string, request: RangeRequest): Promise<readonly Series[]>;
  close(): Promise<void>;
}

export interface QueryTimer {
  observe(seconds: number, outcome: 'ok' | 'error'): void;
}

export function prometheusClient(
  policy: PrometheusPolicy,
  monotonicMs: () => number,
  timer?: QueryTimer,
): PrometheusClient {
  const url = new URL(policy.url);
  const basePath = url.pathname.replace(/\/$/, '');
  const pool = new Pool(url.origin, {
    connections: CONNECTIONS,
    pipelining: 1,
    connect: { timeout: policy.timeoutMs, ...(policy.caFile === undefined ? {} : { ca: readFileSync(policy.caFile) }) },
    headersTimeout: policy.timeoutMs,
    bodyTimeout: policy.timeoutMs,
  });

  const ask = async (path: string, form: Readonly<Record<string, string>>): Promise<string> => {
    const startedMs = monotonicMs();
    try {
      const body = await post(path, form);
      timer?.observe((monotonicMs() - startedMs) / 1000, 'ok');
      return body;
    } catch (error) {
      timer?.observe((monotonicMs() - startedMs) / 1000, 'error');
      throw error;
    }
  };

  const post = async (path: string, form: Readonly<Record<string, string>>): Promise<string> => {
    const reply = await pool
      .request({
        method: 'POST',
        path: `${basePath}${path}`,
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...authorization(policy) },
        body: new URLSearchParams(form).toString(),
        signal: AbortSignal.timeout(policy.timeoutMs),
      })
      .catch((cause: unknown) => {
        throw unreachable(policy, cause);
      });
    const body = await reply.body.text().catch((cause: unknown) => {
      throw unreachable(policy, cause);
    });
    // Prometheus sends its reason as JSON with 400, 422 and 503.
    if (reply.statusCode !== 200 && !body.startsWith('{"status"')) {
      throw new PrometheusError('prometheus-bad-answer', `${policy.url} answers HTTP ${String(reply.statusCode)}`, {
        ...(reply.statusCode === 401 || reply.statusCode === 403 ? { hint: 'check prometheus.auth' } : {}),
      });
    }
    return body;
  };

  return {
    async instant(query, at) {
      return parseInstant(await ask('/api/v1/query', { query, time: seconds(at) }));
    },
    async range(query, request) {
      const joined = new Map<string, { labels: Series['labels']; times: number[]; values: number[] }>();
      for (const part of splitRange(request)) {
        const body = await ask('/api/v1/query_range', {
          query,
          start: seconds(part.from),
          end: seconds(part.until),
          step: seconds(request.stepMs),
        });
        for (const series of parseRange(body)) {
          const name = JSON.stringify(Object.entries(series.labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
          const whole = joined.get(name) ?? { labels: series.labels, times: [], values: [] };
          for (const time of series.times) whole.times.push(time);
          for (const value of series.values) whole.values.push(value);
          joined.set(name, whole);
        }
      }
      return [...joined.values()];
    },
    close: () => pool.close(),
  };
}

/** Consecutive parts on the same grid, none of which asks for too many points or samples. */
export function splitRange(request: RangeRequest): readonly { readonly from: EpochMs; readonly until: EpochMs }[] {
  const points = Math.max(1, Math.min(MAX_POINTS, Math.floor(MAX_SAMPLES / Math.max(1, request.expectedSeries))));
  const parts: { from: EpochMs; until: EpochMs }[] = [];
  for (let from = request.from; from <= request.until; from += points * request.stepMs) {
    parts.push({ from, until: Math.min(request.until, from + (points - 1) * request.stepMs) });
  }
  return parts;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

function authorization(policy: PrometheusPolicy): Record<string, string> {
  const { auth } = policy;
  if (auth === undefined) return {};
  if ('bearer' in auth) return { authorization: `Bearer ${auth.bearer.reveal()}` };
  const credentials = Buffer.from(`${auth.user}:${auth.password.reveal()}`).toString('base64');
  return { authorization: `Basic ${credentials}` };
}

function unreachable(policy: PrometheusPolicy, cause: unknown): PrometheusError {
  const name = cause instanceof Error ? cause.name : '';
  if (name === 'TimeoutError' || name === 'AbortError' || name.endsWith('TimeoutError')) {
    return new PrometheusError(
      'prometheus-timeout',
      `${policy.url} did not answer within ${String(policy.timeoutMs / 1000)} s`,
      { cause },
    );
  }
  const why = cause instanceof Error ? cause.message : String(cause);
  return new PrometheusError('prometheus-unreachable', `${policy.url} cannot be reached: ${why}`, { cause });
}
