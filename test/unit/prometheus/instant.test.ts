import { describe, expect, it } from 'vitest';
import { PrometheusError } from '../../../src/prometheus/query/errors.ts';
import { parseInstant } from '../../../src/prometheus/query/reply.ts';

function vector(result: unknown, more: object = {}): string {
  return JSON.stringify({ status: 'success', data: { resultType: 'vector', result }, ...more });
}

function errorOf(body: string): PrometheusError {
  try {
    parseInstant(body);
  } catch (error) {
    if (error instanceof PrometheusError) return error;
  }
  throw new Error('it was accepted');
}

describe('a reply of query', () => {
  it('becomes samples with their labels', () => {
    const body = vector([
      { metric: { instance: 'a:1' }, value: [1764139935.123, '0.5'] },
      { metric: {}, value: [1764139935.123, '+Inf'] },
      { metric: {}, value: [1764139935.123, '-Inf'] },
      { metric: {}, value: [1764139935.123, 'NaN'] },
      { metric: {}, value: [1764139935.123, ''] },
    ]);
    expect(parseInstant(body).map(({ value }) => value)).toEqual([
      0.5,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.NaN,
      Number.NaN,
    ]);
    expect(parseInstant(body)[0]?.labels).toEqual({ instance: 'a:1' });
  });

  it('may be a scalar', () => {
    expect(parseInstant('{"status":"success","data":{"resultType":"scalar","result":[1,"7"]}}')).toEqual([
      { labels: {}, value: 7 },
    ]);
  });

  it('a remark among the warnings leaves it whole: Prometheus 2.48 to 2.53 on every rate of doris_be_cpu', () => {
    const warnings = [
      'PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "doris_be_cpu" (1:30)',
    ];
    expect(parseInstant(vector([{ metric: {}, value: [1, '2'] }], { warnings }))).toEqual([{ labels: {}, value: 2 }]);
  });

  it.each([
    [
      'a warning',
      vector([], { warnings: ['PromQL info: x', 'sidecar 3 is away'] }),
      'Prometheus warns: sidecar 3 is away',
    ],
    ['a matrix', '{"status":"success","data":{"resultType":"matrix","result":[]}}', 'the result is a matrix'],
    ['no result', '{"status":"success","data":{"resultType":"vector"}}', 'a list of series was expected'],
    ['no data', '{"status":"success"}', 'an object was expected'],
    ['a sample without a value', vector([{ metric: {} }]), 'a sample was expected'],
    ['a number that is not printed as text', vector([{ metric: {}, value: [1, 2] }]), 'a sample was expected'],
    ['no JSON', 'Bad Gateway', 'the answer is no JSON: "Bad Gateway"'],
    ['an empty answer', '', 'no JSON'],
    [
      'a query that ran too long',
      '{"status":"error","errorType":"timeout","error":"query timed out"}',
      'query timed out',
    ],
  ])('is an error that says so: %s', (_what, body, message) => {
    expect(errorOf(body).message).toContain(message);
    expect(errorOf(body).code).toBe('prometheus-bad-answer');
  });

  it('a query that Prometheus does not understand has a code of its own', () => {
    const refused = errorOf('{"status":"error","errorType":"bad_data","error":"1:5: parse error"}');
    expect(refused.code).toBe('prometheus-bad-query');
    expect(refused.message).toContain('1:5: parse error');
  });
});
