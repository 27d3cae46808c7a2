import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PrometheusError } from '../../../src/prometheus/query/errors.ts';
import { matrixReader } from '../../../src/prometheus/query/matrix.ts';
import { parseInstant, refusalIn } from '../../../src/prometheus/query/reply.ts';

/** A value with numbers where numbers belong, or an error with a name. */
function reads(bytes: Uint8Array, chunkBytes: number): void {
  named(() => {
    const reader = matrixReader();
    for (let at = 0; at < bytes.length; at += chunkBytes) reader.push(bytes.subarray(at, at + chunkBytes));
    for (const { times, values } of reader.end()) expect(times.length).toBe(values.length);
  });
  const text = Buffer.from(bytes).toString('utf8');
  named(() => {
    for (const { value } of parseInstant(text)) expect(typeof value).toBe('number');
  });
  const refusal = refusalIn(text);
  expect(refusal === undefined || refusal instanceof PrometheusError).toBe(true);
}

function named(read: () => void): void {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(PrometheusError);
    expect(String(error).length).toBeLessThan(3000);
  }
}

/** JSON that has no text of its own is part of it. */
const anything = fc.oneof(fc.jsonValue(), fc.constant({ toString: 1, valueOf: null }));

/** What Prometheus may wrap around anything. */
const envelope = fc
  .record(
    {
      status: fc.oneof(fc.constantFrom('success', 'error'), anything),
      data: fc.oneof(
        fc.record(
          {
            resultType: fc.oneof(fc.constantFrom('vector', 'matrix', 'scalar', 'string'), anything),
            result: fc.oneof(
              fc.array(
                fc.record(
                  {
                    metric: fc.oneof(fc.dictionary(fc.string(), fc.oneof(fc.string(), anything)), anything),
                    value: fc.oneof(fc.tuple(fc.double(), fc.string()), anything),
                    values: fc.oneof(fc.array(fc.tuple(fc.double(), fc.string())), anything),
                  },
                  { requiredKeys: [] },
                ),
              ),
              anything,
            ),
          },
          { requiredKeys: [] },
        ),
        anything,
      ),
      error: fc.oneof(fc.constant('x'.repeat(100_000)), anything),
      errorType: fc.oneof(fc.constantFrom('bad_data', 'timeout'), anything),
      warnings: fc.oneof(fc.array(fc.oneof(fc.string(), anything)), fc.constant(['x'.repeat(100_000)]), anything),
    },
    { requiredKeys: [] },
  )
  .map((value) => Buffer.from(JSON.stringify(value)));

const RIGHT = Buffer.from(
  JSON.stringify({
    status: 'success',
    data: {
      resultType: 'matrix',
      result: [
        {
          metric: { instance: 'be1:8040', job: 'doris' },
          values: [
            [1764139935.123, '0.5'],
            [1764139965.123, 'NaN'],
          ],
        },
        { metric: {}, values: [[1764139935, '1e+21']] },
      ],
    },
  }),
);
const SCRAPS = ['"', '\\', '[', ']', '{', '}', ',', ':', '"values":[', '[1,"2"]', '1e999', 'null', '\u0000', 'é', ' '];
/** A right reply with a part taken out and something put in its place. */
const damaged = fc
  .tuple(
    fc.nat(RIGHT.length),
    fc.nat(30),
    fc.oneof(
      fc.constantFrom(...SCRAPS).map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 6 }),
    ),
  )
  .map(([at, length, scrap]) => Buffer.concat([RIGHT.subarray(0, at), scrap, RIGHT.subarray(at + length)]));

const chunk = fc.integer({ min: 1, max: 64 });

describe('a reply of Prometheus gives a value or an error with a name', () => {
  it.each([
    ['any bytes', fc.uint8Array({ maxLength: 300 })],
    ['any JSON', fc.json().map((text) => Buffer.from(text))],
    ['an envelope around anything', envelope],
    ['a right one that was damaged', damaged],
  ] as const)('%s', { timeout: 60_000 }, (_what, bytes) => {
    fc.assert(fc.property(bytes as fc.Arbitrary<Uint8Array>, chunk, reads), { numRuns: 400 });
  });
});
