import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  parseBoolean,
  parseId,
  parseInteger,
  parseJsonObject,
  parsePercent,
  parseReplicaAllocation,
  parseSize,
  parseYesNo,
} from '../../../src/doris/parse/values.ts';

const GIB = 1024 ** 3;

describe('sizes', () => {
  test.each([
    ['0.000 ', 0],
    ['0.00 ', 0],
    ['1.000 B', 1],
    ['512.000 B', 512],
    ['1.000 KB', 1024],
    ['1024.000 MB', GIB],
    ['375.810 GB', Math.round(375.81 * GIB)],
    ['64.00 GB', 64 * GIB],
    ['1.953 TB', Math.round(1.953 * 1024 * GIB)],
    ['8388608.000 TB', 8_388_608 * 1024 * GIB],
  ])('%j is %d bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  test.each([
    '',
    '0',
    '0.000',
    '1 GB',
    '1.5 GB',
    '1.000GB',
    '1.000  GB',
    ' 1.000 GB',
    '-1.000 GB',
    '1,000 GB',
    '1.000 gb',
    '1.000 EB',
    'NaN B',
    '∞ TB',
  ])('%j is no size', (text) => {
    expect(parseSize(text)).toBeUndefined();
  });

  test('what Doris prints of any number of bytes is read within its three decimals', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 50 }), (bytes) => {
        const read = parseSize(printAsDoris(bytes));
        expect(read).toBeDefined();
        expect(Math.abs((read ?? NaN) - bytes)).toBeLessThanOrEqual(Math.max(1, bytes * 0.0006));
      }),
    );
  });
});

describe('other values', () => {
  test.each([
    ['85.36 %', 0.8536],
    ['0.00 %', 0],
    ['100.00%', 1],
  ])('%j is the ratio %d', (text, ratio) => {
    expect(parsePercent(text)).toBeCloseTo(ratio, 10);
  });

  test.each(['85.36', '85 %', '-1.00 %', 'NaN %', ''])('%j is no percentage', (text) => {
    expect(parsePercent(text)).toBeUndefined();
  });

  test('true and false are the only booleans, Yes and No the only answers', () => {
    expect([parseBoolean('true'), parseBoolean('false'), parseYesNo('Yes'), parseYesNo('No')]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    for (const text of ['True', 'TRUE', 'yes', '1', '', 'Yes '])
      expect([parseBoolean(text), parseYesNo(text)]).toEqual([undefined, undefined]);
  });

  test('an id of 19 digits stays text, an integer beyond the safe ones is refused', () => {
    expect(parseId('4158436484949203203')).toBe('4158436484949203203');
    expect([parseId('-1'), parseId('1e3'), parseId('')]).toEqual([undefined, undefined, undefined]);
    expect([
      parseInteger('-1'),
      parseInteger('1795397645246'),
      parseInteger('9999999999999999'),
      parseInteger('1.0'),
    ]).toEqual([-1, 1_795_397_645_246, undefined, undefined]);
  });

  test('a replica allocation is read by tag', () => {
    expect([...(parseReplicaAllocation('tag.location.default: 3') ?? [])]).toEqual([['default', 3]]);
    expect([...(parseReplicaAllocation('tag.location.a: 2, tag.location.b: 1') ?? [])]).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
    expect([
      parseReplicaAllocation(''),
      parseReplicaAllocation('3'),
      parseReplicaAllocation('tag.location.a: x'),
    ]).toEqual([undefined, undefined, undefined]);
  });

  test('any text gives a value of its type or undefined, never an exception or a NaN', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        for (const parse of [parseSize, parsePercent, parseInteger]) {
          const value = parse(text);
          expect(value === undefined || Number.isFinite(value)).toBe(true);
        }
        for (const parse of [parseBoolean, parseYesNo]) expect([true, false, undefined]).toContain(parse(text));
        const object = parseJsonObject(text);
        expect(object === undefined || (typeof object === 'object' && !Array.isArray(object))).toBe(true);
        expect(() => parseReplicaAllocation(text)).not.toThrow();
      }),
    );
  });
});

/** DebugUtil.getByteUint: a unit is taken only when the value is greater than it. */
function printAsDoris(bytes: number): string {
  const units = ['TB', 'GB', 'MB', 'KB'];
  for (const [index, unit] of units.entries()) {
    const size = 1024 ** (4 - index);
    if (bytes > size) return `${(bytes / size).toFixed(3)} ${unit}`;
  }
  return `${bytes.toFixed(3)} ${bytes === 0 ? '' : 'B'}`;
}
