import { describe, expect, it } from 'vitest';
import { resolveLocal } from '../../../../src/decision/windows/resolve-local.ts';
import { minutes, show } from './make.ts';

describe('resolveLocal', () => {
  it.each([
    ['an ordinary time', 'Asia/Shanghai', '2026-11-24', '01:00', '2026-11-23T17:00'],
    ['24:00 is the midnight after', 'Asia/Shanghai', '2026-11-24', '24:00', '2026-11-24T16:00'],
    ['a time just before a gap', 'America/New_York', '2026-03-08', '01:59', '2026-03-08T06:59'],
    ['the first skipped time is the change', 'America/New_York', '2026-03-08', '02:00', '2026-03-08T07:00'],
    ['a time within the gap is the change', 'America/New_York', '2026-03-08', '02:30', '2026-03-08T07:00'],
    ['the first time after the gap is the change', 'America/New_York', '2026-03-08', '03:00', '2026-03-08T07:00'],
    ['a time that comes twice is its first coming', 'America/New_York', '2026-11-01', '01:30', '2026-11-01T05:30'],
    ['the start of a fold is its first coming', 'America/New_York', '2026-11-01', '01:00', '2026-11-01T05:00'],
    ['the end of a fold comes once', 'America/New_York', '2026-11-01', '02:00', '2026-11-01T07:00'],
    ['a change of half an hour', 'Australia/Lord_Howe', '2026-10-04', '02:15', '2026-10-03T15:30'],
    ['a gap at midnight', 'Africa/Cairo', '2026-04-24', '00:00', '2026-04-23T22:00'],
    ['a whole day that never was', 'Pacific/Apia', '2011-12-30', '12:00', '2011-12-30T10:00'],
  ])('%s', (_, zone, date, time, expected) => {
    expect(show(resolveLocal(zone, date, minutes(time)))).toBe(expected);
  });

  it.each([
    ['an unknown zone', 'Asia/Shangai', '2026-11-24'],
    ['Local, which is no zone', 'Local', '2026-11-24'],
    ['a date that does not exist', 'UTC', '2026-02-30'],
    ['a text that is no date', 'UTC', 'tomorrow'],
  ])('rejects %s', (_, zone, date) => {
    expect(() => resolveLocal(zone, date, 0)).toThrow(RangeError);
  });
});
