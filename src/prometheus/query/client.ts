import { readFileSync } from 'node:fs';
import { Pool } from 'undici';
import type { Dispatcher } from 'undici';
import type { EpochMs } from '../../domain/instant.ts';
import type { PrometheusPolicy } from '../../domain/policy.ts';
import { badAnswer, PrometheusError } from './errors.ts';
import { matrixReader } from './matrix.ts';
import type { Series } from './matrix.ts';
import { nextTurn } from './next-turn.ts';
import { parseInstant, refusalIn } from './reply.ts';
import type { Labels, Sample } from './reply.ts';
import { splitRange } from './split-range.ts';
import type { RangeRequest } from './split-range.ts';

/** Queries of one evaluation run side by side; more would only queue in Prometheus. */
const CONNECTIONS = 8;

/** Queries of one Prometheus. Every query carries its own time. Rejects with PrometheusError. */
export interface PrometheusClient {
  instant(query: string, at: EpochMs): Promise<readonly Sample[]>;
  /** One answer, the parts of each series joined. */
  range(query: string, request: RangeRequest): Promise<readonly Series[]>;
  /** The same part by part, oldest first, for more than should be in memory at once. */
  parts(query: string, request: RangeRequest): AsyncIterable<readonly Series[]>;
  /** Gives up what is under way. */
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

  const ask = async <T>(
    path: string,
    form: Readonly<Record<string, string>>,
    read: (body: Dispatcher.ResponseData['body']) => Promise<T>,
  ): Promise<T> => {
    const startedMs = monotonicMs();
    let outcome: 'ok' | 'error' = 'error';
    try {
      const reply = await pool.request({
        method: 'POST',
        path: `${basePath}${path}`,
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...authorization(policy) },
        body: new URLSearchParams(form).toString(),
        signal: AbortSignal.timeout(policy.timeoutMs),
      });
      if (reply.statusCode !== 200) throw failed(policy, reply.statusCode, await reply.body.text());
      const answer = await read(reply.body);
      outcome = 'ok';
      return answer;
    } catch (error) {
      throw error instanceof PrometheusError ? error : unreachable(policy, error);
    } finally {
      timer?.observe((monotonicMs() - startedMs) / 1000, outcome);
    }
  };

  const parts = async function* (query: string, request: RangeRequest): AsyncGenerator<readonly Series[]> {
    for (const part of splitRange(request)) {
      const form = { query, start: seconds(part.from), end: seconds(part.until), step: seconds(request.stepMs) };
      const series = await ask('/api/v1/query_range', form, async (body) => {
        const reader = matrixReader();
        for await (const chunk of body) reader.push(chunk as Uint8Array);
        return reader.end();
      });
      // What is done with it is as much work again as reading it.
      await nextTurn();
      yield series;
    }
  };

  return {
    async instant(query, at) {
      return await ask('/api/v1/query', { query, time: seconds(at) }, async (body) => parseInstant(await body.text()));
    },
    async range(query, request) {
      const joined = new Map<string, Series>();
      for await (const part of parts(query, request)) {
        for (const series of part) {
          const name = identity(series.labels);
          const before = joined.get(name);
          joined.set(name, before === undefined ? series : join(before, series));
        }
      }
      return [...joined.values()];
    },
    parts,
    close: () => pool.destroy(),
  };
}

function join(before: Series, after: Series): Series {
  return {
    labels: before.labels,
    times: concat(before.times, after.times),
    values: concat(before.values, after.values),
  };
}

function concat(before: Float64Array, after: Float64Array): Float64Array {
  const whole = new Float64Array(before.length + after.length);
  whole.set(before);
  whole.set(after, before.length);
  return whole;
}

function identity(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
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

/** Prometheus sends its own reason as JSON; what stands before it (a proxy, a login page) does not. */
function failed(policy: PrometheusPolicy, status: number, body: string): PrometheusError {
  const refused = refusalIn(body);
  if (refused !== undefined) return refused;
  if (status !== 401 && status !== 403) return badAnswer(`${policy.url} answers HTTP ${String(status)}`);
  return new PrometheusError('prometheus-bad-answer', `${policy.url} answers HTTP ${String(status)}`, {
    hint: policy.auth === undefined ? 'it asks for a login: set prometheus.auth' : 'check prometheus.auth',
  });
}

function unreachable(policy: PrometheusPolicy, cause: unknown): PrometheusError {
  const name = cause instanceof Error ? cause.name : '';
  if (name.endsWith('TimeoutError') || name === 'AbortError') {
    const within = `${String(policy.timeoutMs / 1000)} s`;
    return new PrometheusError('prometheus-timeout', `${policy.url} did not answer within ${within}`, { cause });
  }
  return new PrometheusError('prometheus-unreachable', `${policy.url} cannot be reached: ${reasonOf(cause)}`, {
    cause,
    ...(isUntrusted(cause) ? { hint: 'name the authority that signed its certificate in prometheus.ca' } : {}),
  });
}

/** A name with several addresses fails as an AggregateError without a message. */
function reasonOf(cause: unknown): string {
  if (cause instanceof AggregateError && cause.message === '') {
    return [...new Set(cause.errors.map(reasonOf))].join(', ');
  }
  return cause instanceof Error ? cause.message : String(cause);
}

function isUntrusted(cause: unknown): boolean {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return /SELF_SIGNED|UNABLE_TO_|CERT_/.test(code);
}
