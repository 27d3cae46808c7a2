import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DURATION_PATTERN,
  durationMs,
  hostAndPort,
  isDate,
  minuteOfDay,
  percentageRatio,
  sizeBytes,
} from '../../../src/config/parse-units.ts';
import { suggest } from '../../../src/config/suggest.ts';
import { weekdays } from '../../../src/config/mapping/to-windows.ts';

describe('units', () => {
  it.each([
    ['250ms', 250],
    ['30s', 30_000],
    ['10m', 600_000],
    ['12h', 43_200_000],
    ['3d', 259_200_000],
    ['1h30m', 5_400_000],
    ['0.5h', 1_800_000],
    ['1.5s', 1_500],
  ])('%s is %d ms', (text, ms) => {
    expect(DURATION_PATTERN.test(text)).toBe(true);
    expect(durationMs(text)).toBe(ms);
  });

  it.each(['', '30', 's', '1w', '-1s', '1 h', '1e3s', '٣s', '30S'])('"%s" is no duration', (text) => {
    expect(DURATION_PATTERN.test(text)).toBe(false);
  });

  it.each([
    ['1B', 1],
    ['20MiB/s', 20_971_520],
    ['128GiB', 137_438_953_472],
    ['1.5TB', 1_500_000_000_000],
  ])('%s is %d bytes', (text, bytes) => {
    expect(sizeBytes(text)).toBe(bytes);
  });

  it('percentages are the ratio that the same decimal number is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 99 }), (whole, part) => {
        const text = `${String(whole)}.${String(part).padStart(2, '0')}`;
        expect(percentageRatio(`${text}%`)).toBe(Number(`${text}e-2`));
        expect(Math.abs(percentageRatio(`${text}%`) - Number(text) / 100)).toBeLessThan(1e-12);
      }),
    );
    expect(percentageRatio('35%')).toBe(0.35);
    expect(percentageRatio('7%')).toBe(0.07);
  });

  it('whole numbers of any unit survive writing and reading', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999 }), fc.constantFrom('ms', 's', 'm', 'h', 'd'), (amount, unit) => {
        const each = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[unit];
        expect(durationMs(`${String(amount)}${unit}`)).toBe(amount * (each ?? Number.NaN));
      }),
    );
  });

  it('times of day are minutes', () => {
    expect(['00:00', '01:30', '23:59', '24:00'].map(minuteOfDay)).toEqual([0, 90, 1439, 1440]);
  });

  it.each([
    ['2026-02-28', true],
    ['2026-02-29', false],
    ['2028-02-29', true],
    ['2026-13-01', false],
    ['2026-1-1', false],
    ['0000-00-00', false],
  ])('%s exists: %s', (text, exists) => {
    expect(isDate(text)).toBe(exists);
  });

  it.each([
    ['fe1:9030', { host: 'fe1', port: 9030 }],
    ['[fd00::1]:9030', { host: 'fd00::1', port: 9030 }],
    ['10.0.0.1:65535', { host: '10.0.0.1', port: 65_535 }],
    ['fe1:0', undefined],
    ['fe1:65536', undefined],
    ['fd00::1:9030', undefined],
    ['-fe:9030', undefined],
    ['fe 1:9030', undefined],
    [':9030', undefined],
  ])('%s as an address', (text, address) => {
    expect(hostAndPort(text)).toEqual(address);
  });
});

describe('days', () => {
  it.each([
    [['mon-fri'], [1, 2, 3, 4, 5]],
    [['sat-mon'], [1, 6, 7]],
    [['mon-sun'], [1, 2, 3, 4, 5, 6, 7]],
    [
      ['sun', 'sun', 'mon-tue'],
      [1, 2, 7],
    ],
  ])('%j', (words, days) => {
    expect(weekdays(words)).toEqual(days);
  });
});

describe('a suggestion', () => {
  it.each([
    ['Asia/Shangai', ['Asia/Shanghai', 'Asia/Tokyo'], 'Asia/Shanghai'],
    ['maxage', ['maxAge', 'timeout'], 'maxAge'],
    ['tiemzone', ['timezone'], 'timezone'],
    ['zzz', ['timezone', 'allow'], undefined],
    ['x', [], undefined],
  ])('for %s', (word, candidates, near) => {
    expect(suggest(word, candidates)).toBe(near);
  });
});
