import { describe, expect, it } from 'vitest';
import { formatDuration, formatLocal } from '../../../../src/decision/windows/local-time.ts';
import { utc } from './make.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('formatLocal', () => {
  const now = utc('2026-11-24T10:00');

  it.each([
    ['2026-11-30T17:00', '2026-12-01 01:00'],
    ['2026-11-30T09:59', 'Mon 17:59'],
    ['2026-11-24T17:00', 'Wed 01:00'],
    ['2026-11-18T10:01', 'Wed 18:01'],
    ['2026-11-18T10:00', '2026-11-18 18:00'],
  ])('%s UTC is %s in Shanghai', (at, expected) => {
    expect(formatLocal(utc(at), 'Asia/Shanghai', now)).toBe(expected);
  });

  it('is a date where no now is given', () => {
    expect(formatLocal(now, 'Asia/Shanghai')).toBe('2026-11-24 18:00');
  });
});

describe('formatDuration', () => {
  it.each([
    [3 * HOUR + 50 * MINUTE, '3 h 50 min'],
    [47 * MINUTE + 59_000, '47 min'],
    [12_900, '12 s'],
    [-1, '0 s'],
    [12 * HOUR, '12 h'],
    [22 * HOUR + 50 * MINUTE, '22 h 50 min'],
    [47 * HOUR, '47 h'],
    [3 * DAY, '3 d'],
    [2 * DAY + 5 * HOUR + 30 * MINUTE, '2 d 5 h'],
  ])('%i ms is %s', (ms, expected) => {
    expect(formatDuration(ms)).toBe(expected);
  });
});
