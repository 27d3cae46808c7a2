import type { Server } from 'node:http';
import type { Clock } from '../../../domain/ports/clock.ts';
import type { SimulatedCluster } from '../../cluster.ts';
import { type HttpAnswer, type HttpQuestion, httpServer, jsonAnswer } from '../http/exchange.ts';
import { compileQuery, QueryRefusedError, type VectorSample } from './evaluate.ts';
import { BadParameterError, instantParameter, stepParameter } from './parameters.ts';

const MAX_POINTS = 11_000;

interface ApiOptions {
  readonly cluster: SimulatedCluster;
  readonly clock: Clock;
  readonly clusterName: string;
}

/** The query API of a Prometheus that has scraped the cluster every 15 s for ever, for the preset queries alone. */
export function prometheusServer(options: ApiOptions): Server {
  return httpServer(async (question) => {
    try {
      return answer(question, options);
    } catch (error) {
      if (error instanceof QueryRefusedError || error instanceof BadParameterError) return badData(error.message);
      throw error;
    }
  });
}

function answer(question: HttpQuestion, options: ApiOptions): HttpAnswer {
  const parameters = question.method === 'POST' ? new URLSearchParams(question.body) : question.query;
  for (const [name, value] of question.method === 'POST' ? question.query : []) parameters.append(name, value);
  switch (question.path) {
    case '/api/v1/query':
      return instant(parameters, options);
    case '/api/v1/query_range':
      return range(parameters, options);
    case '/api/v1/status/buildinfo':
      return success({
        version: '2.53.0',
        revision: 'simulator',
        branch: '',
        buildUser: '',
        buildDate: '',
        goVersion: '',
      });
    case '/-/ready':
      return { status: 200, headers: { 'content-type': 'text/plain' }, body: 'Prometheus Server is Ready.\n' };
    case '/-/healthy':
      return { status: 200, headers: { 'content-type': 'text/plain' }, body: 'Prometheus Server is Healthy.\n' };
    default:
      return jsonAnswer(404, {
        status: 'error',
        errorType: 'not_found',
        error: `${question.path} is not answered here`,
      });
  }
}

function instant(parameters: URLSearchParams, { cluster, clock, clusterName }: ApiOptions): HttpAnswer {
  const nowMs = clock.now();
  const atMs = parameters.has('time') ? instantParameter(parameters, 'time') : nowMs;
  const evaluate = compileQuery(parameters.get('query') ?? '', cluster, clusterName);
  return success({
    resultType: 'vector',
    result: evaluate(atMs, nowMs).map(({ labels, value }) => ({ metric: labels, value: [atMs / 1000, print(value)] })),
  });
}

function range(parameters: URLSearchParams, { cluster, clock, clusterName }: ApiOptions): HttpAnswer {
  const startMs = instantParameter(parameters, 'start');
  const endMs = instantParameter(parameters, 'end');
  const stepMs = stepParameter(parameters);
  if (endMs < startMs) throw new BadParameterError('end', 'end timestamp must not be before start time');
  if ((endMs - startMs) / stepMs > MAX_POINTS) {
    return badData(
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    );
  }
  const evaluate = compileQuery(parameters.get('query') ?? '', cluster, clusterName);
  const nowMs = clock.now();
  const found = new Map<string, { readonly metric: VectorSample['labels']; readonly values: [number, string][] }>();
  for (let atMs = startMs; atMs <= endMs; atMs += stepMs) {
    for (const { labels, value } of evaluate(atMs, nowMs)) {
      const key = labels['instance'] ?? JSON.stringify(labels);
      const series = found.get(key) ?? { metric: labels, values: [] };
      series.values.push([atMs / 1000, print(value)]);
      found.set(key, series);
    }
  }
  return success({ resultType: 'matrix', result: [...found.values()] });
}

function print(value: number): string {
  if (Number.isFinite(value) || Number.isNaN(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}

function success(data: unknown): HttpAnswer {
  return jsonAnswer(200, { status: 'success', data });
}

function badData(error: string): HttpAnswer {
  return jsonAnswer(400, { status: 'error', errorType: 'bad_data', error });
}
