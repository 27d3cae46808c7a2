import { CronExpressionParser } from 'cron-parser';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cronFires, instancesOf } from '../../../../src/decision/windows/instances.ts';
import type { WindowEntry } from '../../../../src/domain/window.ts';
import { dates, show, utc, weekly } from './make.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

function starting(entry: WindowEntry, zone: string, localDate: string) {
  const around = { startMs: utc(localDate) - 3 * DAY, endMs: utc(localDate) + 3 * DAY };
  return instancesOf(entry, zone, around)
    .filter((instance) => instance.localDate === localDate)
    .map(({ startMs, endMs, note }) => [show(startMs), show(endMs), (endMs - startMs) / MINUTE, note]);
}

describe('instances of a window given by days and times', () => {
  it.each([
    ['2026-03-08', '01:00-02:30', '2026-03-08T06:00', '2026-03-08T07:00', 60, 'shortened'],
    ['2026-03-08', '02:30-05:00', '2026-03-08T07:00', '2026-03-08T09:00', 120, 'shortened'],
    ['2026-03-08', '02:00-03:00', '2026-03-08T07:00', '2026-03-08T07:00', 0, 'skipped'],
    ['2026-11-01', '01:30-05:00', '2026-11-01T05:30', '2026-11-01T10:00', 270, undefined],
    ['2026-10-31', '23:00-01:30', '2026-11-01T03:00', '2026-11-01T05:30', 150, undefined],
  ])('New York, %s %s is %s to %s, %i min', (date, times, start, end, length, note) => {
    expect(starting(weekly(times), 'America/New_York', date)).toEqual([[start, end, length, note]]);
  });

  it('01:00-06:00 in Shanghai lasts 300 min on every day', () => {
    const year = { startMs: utc('2026-01-01'), endMs: utc('2027-01-01') };
    const lengths = instancesOf(weekly('01:00-06:00'), 'Asia/Shanghai', year).map(
      ({ startMs, endMs }) => endMs - startMs,
    );
    expect(lengths).toHaveLength(365);
    expect(new Set(lengths)).toEqual(new Set([300 * MINUTE]));
  });

  it('days are those on which it starts: a Sunday night ends on Monday', () => {
    expect(starting(weekly('22:00-06:00', [7]), 'UTC', '2026-11-29')).toEqual([
      ['2026-11-29T22:00', '2026-11-30T06:00', 480, undefined],
    ]);
    expect(starting(weekly('22:00-06:00', [7]), 'UTC', '2026-11-30')).toEqual([]);
  });

  it('24:00 is the midnight after the start', () => {
    expect(starting(weekly('00:00-24:00'), 'UTC', '2026-11-28')).toEqual([
      ['2026-11-28T00:00', '2026-11-29T00:00', 1440, undefined],
    ]);
  });

  it('from and until are included, and what starts on the until date runs to its end', () => {
    const entry = { ...weekly('22:00-06:00'), from: '2026-11-02', until: '2026-11-03' };
    const month = { startMs: utc('2026-11-01'), endMs: utc('2026-12-01') };
    expect(instancesOf(entry, 'UTC', month).map(({ startMs, endMs }) => [show(startMs), show(endMs)])).toEqual([
      ['2026-11-02T22:00', '2026-11-03T06:00'],
      ['2026-11-03T22:00', '2026-11-04T06:00'],
    ]);
  });

  it('days of the month count from either end', () => {
    const entry: WindowEntry = { form: 'monthly', name: 'm', monthDays: [1, 31, -1], startMinute: 60, endMinute: 120 };
    const quarter = { startMs: utc('2026-02-01'), endMs: utc('2026-05-01') };
    expect(instancesOf(entry, 'UTC', quarter).map(({ localDate }) => localDate)).toEqual([
      '2026-02-01',
      '2026-02-28',
      '2026-03-01',
      '2026-03-31',
      '2026-04-01',
      '2026-04-30',
    ]);
  });

  it('only what meets the range is there: an end at its start does not, a start at its end does not', () => {
    const hours = (start: string, end: string) =>
      instancesOf(weekly('01:00-06:00'), 'UTC', { startMs: utc(start), endMs: utc(end) }).map(
        ({ localDate }) => localDate,
      );
    expect(hours('2026-11-24T06:00', '2026-11-25T01:00')).toEqual([]);
    expect(hours('2026-11-24T05:59', '2026-11-25T01:01')).toEqual(['2026-11-24', '2026-11-25']);
  });

  it('an instance of no length is there when it begins in the range', () => {
    const at = utc('2026-03-08T07:00');
    const met = (startMs: number, endMs: number) =>
      instancesOf(weekly('02:00-03:00'), 'America/New_York', { startMs, endMs }).map(({ note }) => note);
    expect(met(at, at + 1)).toEqual(['skipped']);
    expect(met(at - 1, at)).toEqual([]);
    expect(met(at + 1, at + 2)).toEqual([]);
  });

  it('rejects an unknown zone', () => {
    expect(() => instancesOf(weekly('01:00-06:00'), 'Mars/Olympus', { startMs: 0, endMs: DAY })).toThrow(RangeError);
  });
});

describe('instances of dates', () => {
  it('cover whole local days, from midnight to the midnight after until', () => {
    const entry = dates('double-11', '2026-11-01', '2026-11-12');
    const met = instancesOf(entry, 'Asia/Shanghai', { startMs: utc('2026-11-05'), endMs: utc('2026-11-06') });
    expect(met.map(({ startMs, endMs }) => [show(startMs), show(endMs)])).toEqual([
      ['2026-10-31T16:00', '2026-11-12T16:00'],
    ]);
    expect(instancesOf(entry, 'Asia/Shanghai', { startMs: utc('2026-11-12T16:00'), endMs: utc('2026-11-14') })).toEqual(
      [],
    );
  });

  it('a day that the zone left out is skipped', () => {
    const met = instancesOf(dates('gone', '2011-12-30', '2011-12-30'), 'Pacific/Apia', {
      startMs: utc('2011-12-29'),
      endMs: utc('2012-01-01'),
    });
    expect(met.map(({ note }) => note)).toEqual(['skipped']);
  });
});

describe('instances of a cron', () => {
  const cron = (text: string, durationMs = 60 * MINUTE): WindowEntry => ({
    form: 'cron',
    name: 'c',
    cron: text,
    durationMs,
  });
  const starts = (entry: WindowEntry, zone: string, from: string, until: string) =>
    instancesOf(entry, zone, { startMs: utc(from), endMs: utc(until) }).map(({ startMs }) => show(startMs));

  it('start at the local occurrences', () => {
    expect(starts(cron('0 1 * * sat'), 'Asia/Shanghai', '2026-11-20', '2026-12-01')).toEqual([
      '2026-11-20T17:00',
      '2026-11-27T17:00',
    ]);
  });

  it('a skipped occurrence starts when the clock changes, and lasts for its whole duration', () => {
    const met = instancesOf(cron('30 2 * * *'), 'America/New_York', {
      startMs: utc('2026-03-08'),
      endMs: utc('2026-03-09'),
    });
    expect(met.map(({ startMs, endMs }) => [show(startMs), show(endMs)])).toEqual([
      ['2026-03-08T07:00', '2026-03-08T08:00'],
    ]);
  });

  it('an occurrence that comes twice starts once, at its first coming', () => {
    expect(starts(cron('30 1 * * *'), 'America/New_York', '2026-11-01', '2026-11-02')).toEqual(['2026-11-01T05:30']);
  });

  it('midnight of the day after the clock fell back is there', () => {
    expect(starts(cron('0 */6 * * *', 1), 'America/New_York', '2026-11-01', '2026-11-02T06:00')).toEqual([
      '2026-11-01T04:00',
      '2026-11-01T11:00',
      '2026-11-01T17:00',
      '2026-11-01T23:00',
      '2026-11-02T05:00',
    ]);
  });

  it('is there while it lasts, however long ago it began', () => {
    const entry = cron('0 0 25 * *', 8 * DAY);
    expect(starts(entry, 'UTC', '2026-12-01', '2026-12-02')).toEqual(['2026-11-25T00:00']);
    expect(starts(entry, 'UTC', '2026-12-03', '2026-12-04')).toEqual([]);
  });

  it('from and until bound the local days on which it starts', () => {
    const entry = { ...cron('0 1 * * *'), from: '2026-11-03', until: '2026-11-04' };
    expect(starts(entry, 'Asia/Shanghai', '2026-11-01', '2026-11-10')).toEqual([
      '2026-11-02T17:00',
      '2026-11-03T17:00',
    ]);
  });

  it('falls on the days on which cron-parser lets it fall, where no clock changes', () => {
    const field = (low: number, high: number) =>
      fc.oneof(
        fc.constant('*'),
        fc.integer({ min: low, max: high }).map(String),
        fc.integer({ min: 2, max: 7 }).map((step) => `*/${String(step)}`),
        fc
          .tuple(fc.integer({ min: low, max: high }), fc.integer({ min: low, max: high }))
          .map(([a, b]) => `${String(Math.min(a, b))}-${String(Math.max(a, b))}`),
      );
    const days = fc.oneof(field(1, 28), fc.constantFrom('L', '?', '1,L', '31'));
    const weekdays = fc.oneof(field(0, 7), fc.constantFrom('?', '5L', '1#2', 'mon-fri', 'sat,sun'));
    fc.assert(
      fc.property(days, field(1, 12), weekdays, fc.integer({ min: 0, max: 23 }), (day, month, weekday, hour) => {
        const text = `15 ${String(hour)} ${day} ${month} ${weekday}`;
        const range = { startMs: utc('2026-01-01'), endMs: utc('2027-03-01') };
        if (!cronFires(text, 'UTC')) return;
        const met = instancesOf(cron(text, 1), 'UTC', range).map(({ startMs }) => startMs);
        const theirs: number[] = [];
        const expression = CronExpressionParser.parse(text, { tz: 'UTC', currentDate: new Date(range.startMs - 1) });
        for (
          let at = expression.next().getTime();
          at < range.endMs && theirs.length < 60;
          at = expression.next().getTime()
        )
          theirs.push(at);
        expect(met.slice(0, 60)).toEqual(theirs);
      }),
      { numRuns: 60 },
    );
  });
});

describe('cronFires', () => {
  it.each(['0 1 * * sat', '0 0 29 2 *', '0 0 L * *', '*/5 1-5 * * mon-fri', '0 0 31 2,3 *', '0 0 * * 1#5'])(
    '%s fires',
    (cron) => {
      expect(cronFires(cron, 'Asia/Shanghai')).toBe(true);
    },
  );

  it.each([
    '0 0 30 2 *',
    '0 0 31 2,4,6,9,11 *',
    '61 * * * *',
    '',
    '* * *',
    '0 0 1 * * *',
    'H 1 * * *',
    '@daily',
    'at night',
  ])('"%s" does not', (cron) => {
    expect(cronFires(cron, 'Asia/Shanghai')).toBe(false);
  });

  it('nothing fires in a zone that does not exist', () => {
    expect(cronFires('0 1 * * *', 'Local')).toBe(false);
  });
});
