import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matrixReader } from '../../../src/prometheus/query/matrix.ts';
import type { Series } from '../../../src/prometheus/query/matrix.ts';

function read(text: string, chunkBytes = 65_536): readonly Series[] {
  const bytes = Buffer.from(text);
  const reader = matrixReader();
  for (let at = 0; at < bytes.length; at += chunkBytes) reader.push(bytes.subarray(at, at + chunkBytes));
  return reader.end();
}

function plain(series: readonly Series[]): unknown {
  return series.map(({ labels, times, values }) => ({ labels, times: [...times], values: [...values] }));
}

function matrix(result: unknown, more: object = {}): string {
  return JSON.stringify({ status: 'success', data: { resultType: 'matrix', result }, ...more });
}

describe('a reply of query_range', () => {
  it('becomes series with times in milliseconds', () => {
    const text =
      '{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"instance":"a:1"},"values":[[1764139935.123,"0.5"],[1764139965.123,"12"]]},{"metric":{},"values":[[1764139935,"1e+21"]]}]}}';
    expect(plain(read(text))).toEqual([
      { labels: { instance: 'a:1' }, times: [1764139935123, 1764139965123], values: [0.5, 12] },
      { labels: {}, times: [1764139935000], values: [1e21] },
    ]);
  });

  it.each([
    ['"0"', 0],
    ['"-0.25"', -0.25],
    ['"+3"', 3],
    ['"1e-07"', 1e-7],
    ['"1.5E+3"', 1500],
    ['"NaN"', Number.NaN],
    ['"+Inf"', Number.POSITIVE_INFINITY],
    ['"-Inf"', Number.NEGATIVE_INFINITY],
  ])('the value %s', (text, expected) => {
    expect(plain(read(matrix([{ metric: {}, values: [[1, JSON.parse(text) as string]] }])))).toEqual([
      { labels: {}, times: [1000], values: [expected] },
    ]);
  });

  it('without series, and a series without samples', () => {
    expect(read(matrix([]))).toEqual([]);
    expect(plain(read(matrix([{ metric: { a: 'b' }, values: [] }])))).toEqual([
      { labels: { a: 'b' }, times: [], values: [] },
    ]);
  });

  it('labels that look like samples are labels', () => {
    const metric = { values: ':[[', 'x"values': '"values":[[1,"2"]]', back: '\\"values\\":[' };
    expect(read(matrix([{ metric, values: [[1, '2']] }]), 1)[0]?.labels).toEqual(metric);
  });

  it('printed with blanks, and with the labels after the values', () => {
    const text = JSON.stringify(
      { status: 'success', data: { resultType: 'matrix', result: [{ values: [[1.5, '2']], metric: { a: 'b' } }] } },
      null,
      2,
    );
    expect(plain(read(text, 3))).toEqual([{ labels: { a: 'b' }, times: [1500], values: [2] }]);
  });

  it('means the same as JSON.parse, wherever the chunks end', () => {
    const series = fc.record({
      metric: fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }),
      values: fc.array(
        fc.tuple(
          fc.integer({ min: 0, max: 4e12 }).map((ms) => ms / 1000),
          fc.double(),
        ),
      ),
    });
    fc.assert(
      fc.property(fc.array(series, { maxLength: 4 }), fc.integer({ min: 1, max: 40 }), (given, chunkBytes) => {
        const printed = given.map(({ metric, values }) => ({
          metric,
          values: values.map(([time, value]) => [time, print(value)]),
        }));
        const found = read(matrix(printed), chunkBytes);
        expect(found.map(({ labels }) => labels)).toEqual(given.map(({ metric }) => ({ ...metric })));
        found.forEach(({ times, values }, index) => {
          const expected = given[index]?.values ?? [];
          expect([...times]).toEqual(expected.map(([time]) => Math.round(time * 1000)));
          values.forEach((value, place) => {
            const right = expected[place]?.[1] ?? 0;
            if (!Number.isFinite(right)) expect(value).toBe(right);
            else expect(Math.abs(value - right)).toBeLessThanOrEqual(Math.abs(right) * 1e-14);
          });
        });
      }),
    );
  });

  it.each([
    [
      'an answer that breaks off among the samples',
      matrix([{ metric: {}, values: [[1, '2']] }]).slice(0, -9),
      'breaks off',
    ],
    ['an answer that breaks off elsewhere', matrix([]).slice(0, -1), 'no JSON'],
    ['no JSON at all', '<html>sign in</html>', 'no JSON'],
    ['another kind of result', '{"status":"success","data":{"resultType":"vector","result":[]}}', 'is a vector'],
    ['a value that is no number', matrix([{ metric: {}, values: [[1, 'many']] }]), '"many" is no number'],
    ['a number with rubbish behind it', matrix([{ metric: {}, values: [[1, '1.2.3']] }]), '"1.2.3" is no number'],
    ['an empty value', matrix([{ metric: {}, values: [[1, '']] }]), 'is no number'],
    ['a sample that is none', matrix([{ metric: {}, values: [['a', '2']] }]), 'is no number'],
    ['native histograms', matrix([{ metric: {}, histograms: [[1, {}]] }]), 'histograms'],
    ['a partial answer', matrix([], { warnings: ['one store did not answer'] }), 'one store did not answer'],
    ['a refusal', '{"status":"error","errorType":"bad_data","error":"unknown function"}', 'unknown function'],
  ])('is an error that says so: %s', (_what, text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});

function print(value: number): string {
  if (Number.isFinite(value) || Number.isNaN(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}
