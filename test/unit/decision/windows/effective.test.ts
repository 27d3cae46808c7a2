import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  deniedIntervals,
  effectiveWindows,
  nextWindow,
  usableMs,
  windowAt,
} from '../../../../src/decision/windows/effective.ts';
import { instancesOf } from '../../../../src/decision/windows/instances.ts';
import type { EffectiveWindow, WindowsPolicy } from '../../../../src/domain/window.ts';
import { dates, policy, show, utc, weekly } from './make.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const span = (window: EffectiveWindow | undefined) =>
  window === undefined ? undefined : [show(window.startMs), show(window.endMs)];
const spans = (windows: WindowsPolicy, from: string, until: string) =>
  effectiveWindows(windows, { startMs: utc(from), endMs: utc(until) }).map(span);

describe('effective windows', () => {
  it('22:00-24:00 and 00:00-05:00 of the next day are one window of 7 h', () => {
    const windows = policy({ allow: [weekly('22:00-24:00', [1], 'evening'), weekly('00:00-05:00', [2], 'night')] });
    const [window, ...more] = effectiveWindows(windows, { startMs: utc('2026-11-23'), endMs: utc('2026-11-25') });
    expect(more).toEqual([]);
    expect(span(window)).toEqual(['2026-11-23T22:00', '2026-11-24T05:00']);
    expect(window?.names).toEqual(['evening', 'night']);
  });

  it('windows that overlap are one, windows a minute apart are two', () => {
    const overlapping = policy({ allow: [weekly('01:00-03:00'), weekly('02:00-04:00')] });
    expect(spans(overlapping, '2026-11-24', '2026-11-25')).toEqual([['2026-11-24T01:00', '2026-11-24T04:00']]);
    const apart = policy({ allow: [weekly('01:00-03:00'), weekly('03:01-04:00')] });
    expect(spans(apart, '2026-11-24', '2026-11-25')).toHaveLength(2);
  });

  it('have their true ends, whatever range is asked for', () => {
    const windows = policy({ allow: [weekly('01:00-06:00')] });
    expect(spans(windows, '2026-11-24T03:00', '2026-11-24T03:01')).toEqual([['2026-11-24T01:00', '2026-11-24T06:00']]);
  });

  it('no allow is never, always must be written out', () => {
    const never = policy({});
    expect(windowAt(never, utc('2026-11-24'))).toBeUndefined();
    expect(nextWindow(never, utc('2026-11-24'))).toBeUndefined();
    const always = policy({ always: true });
    const at = utc('2026-11-24');
    expect(windowAt(always, at)).toMatchObject({ names: ['always'], startMs: at - 400 * DAY, endMs: at + 400 * DAY });
    expect(nextWindow(always, at)).toBeUndefined();
  });

  it('every day from 00:00 to 24:00 is as good as always', () => {
    const at = utc('2026-11-24');
    expect(windowAt(policy({ allow: [weekly('00:00-24:00', undefined, 'day')] }), at)).toMatchObject({
      names: ['day'],
      startMs: at - 400 * DAY,
      endMs: at + 400 * DAY,
    });
  });

  it('a denial wins, cuts a window in two and is named', () => {
    const windows = policy({
      allow: [weekly('01:00-06:00', undefined, 'night')],
      deny: [weekly('02:00-03:00', undefined, 'backup')],
    });
    const pieces = effectiveWindows(windows, { startMs: utc('2026-11-24'), endMs: utc('2026-11-25') });
    expect(pieces.map(span)).toEqual([
      ['2026-11-24T01:00', '2026-11-24T02:00'],
      ['2026-11-24T03:00', '2026-11-24T06:00'],
    ]);
    expect(pieces.map(({ notes }) => notes)).toEqual([['closes when backup begins'], ['opens when backup ends']]);
  });

  it('a denial of dates takes whole local days, windows over midnight are cut there', () => {
    const windows = policy({
      timezone: 'Asia/Shanghai',
      allow: [weekly('22:00-02:00')],
      deny: [dates('double-11', '2026-11-10', '2026-11-11')],
    });
    expect(spans(windows, '2026-11-09', '2026-11-13')).toEqual([
      ['2026-11-09T14:00', '2026-11-09T16:00'],
      ['2026-11-11T16:00', '2026-11-11T18:00'],
      ['2026-11-12T14:00', '2026-11-12T18:00'],
    ]);
  });

  it('a denied date is closed whole, also with always', () => {
    const windows = policy({ always: true, deny: [dates('christmas', '2026-12-25', '2026-12-25')] });
    expect(windowAt(windows, utc('2026-12-24T23:59'))).toBeDefined();
    expect(windowAt(windows, utc('2026-12-25'))).toBeUndefined();
    expect(span(nextWindow(windows, utc('2026-12-25')))?.[0]).toBe('2026-12-26T00:00');
  });

  it('a holiday closes no window', () => {
    const windows = policy({ allow: [weekly('01:00-06:00')], holidays: ['2026-12-25'] });
    expect(windowAt(windows, utc('2026-12-25T01:00'))).toBeDefined();
    expect(deniedIntervals(windows, { startMs: utc('2026-12-25'), endMs: utc('2026-12-26') })).toEqual([]);
  });

  it('a denial that covers every window leaves none', () => {
    const windows = policy({ allow: [weekly('01:00-06:00')], deny: [weekly('00:00-24:00')] });
    expect(nextWindow(windows, utc('2026-11-24'))).toBeUndefined();
  });

  it('an instance that a change of the clock skips opens nothing; one that it shortens says so', () => {
    const windows = policy({ timezone: 'America/New_York', allow: [weekly('02:00-03:00', [7], 'brief')] });
    expect(spans(windows, '2026-03-08', '2026-03-09')).toEqual([]);
    const shortened = policy({ timezone: 'America/New_York', allow: [weekly('01:00-02:30', [7], 'brief')] });
    expect(effectiveWindows(shortened, { startMs: utc('2026-03-08'), endMs: utc('2026-03-09') })[0]?.notes).toEqual([
      'brief of 2026-03-08 is shortened to 1 h by a change of the clock (1 h 30 min otherwise)',
    ]);
  });

  it('the guard is taken off the end, never beyond the start', () => {
    const windows = policy({ guardMs: 10 * MINUTE, allow: [weekly('01:00-06:00'), weekly('12:00-12:05')] });
    const [night, noon] = effectiveWindows(windows, { startMs: utc('2026-11-24'), endMs: utc('2026-11-25') });
    expect([show(night?.usableFromMs ?? 0), show(night?.usableUntilMs ?? 0)]).toEqual([
      '2026-11-24T01:00',
      '2026-11-24T05:50',
    ]);
    expect(noon?.usableUntilMs).toBe(noon?.startMs);
    expect(usableMs(windows, { startMs: utc('2026-11-24'), endMs: utc('2026-11-25') })).toBe(290 * MINUTE);
    expect(usableMs(windows, { startMs: utc('2026-11-24T05:00'), endMs: utc('2026-11-24T05:30') })).toBe(30 * MINUTE);
    expect(usableMs(windows, { startMs: utc('2026-11-24T05:50'), endMs: utc('2026-11-24T11:00') })).toBe(0);
  });

  it('a window holds its start and not its end', () => {
    const windows = policy({ allow: [weekly('01:00-06:00')] });
    expect(windowAt(windows, utc('2026-11-24T01:00') - 1)).toBeUndefined();
    expect(windowAt(windows, utc('2026-11-24T01:00'))).toBeDefined();
    expect(windowAt(windows, utc('2026-11-24T06:00') - 1)).toBeDefined();
    expect(windowAt(windows, utc('2026-11-24T06:00'))).toBeUndefined();
  });

  it('the next window starts after the instant, also while one is open, and within the horizon', () => {
    const windows = policy({ allow: [weekly('01:00-06:00')] });
    expect(span(nextWindow(windows, utc('2026-11-24T00:59')))?.[0]).toBe('2026-11-24T01:00');
    expect(span(nextWindow(windows, utc('2026-11-24T01:00')))?.[0]).toBe('2026-11-25T01:00');
    expect(nextWindow(windows, utc('2026-11-24T06:00'), 18 * HOUR)).toBeUndefined();
    expect(span(nextWindow(windows, utc('2026-11-24T06:00'), 19 * HOUR))?.[0]).toBe('2026-11-25T01:00');
  });

  it('past windows do not come again', () => {
    const windows = policy({ allow: [{ ...weekly('01:00-06:00'), until: '2026-11-24' }] });
    expect(nextWindow(windows, utc('2026-11-24'))).toBeDefined();
    expect(nextWindow(windows, utc('2026-11-24T01:00'))).toBeUndefined();
  });

  it('denials are listed with name and ends, each of its own', () => {
    const windows = policy({
      deny: [dates('freeze', '2026-11-01', '2026-11-12'), dates('sale', '2026-11-11', '2026-11-11')],
    });
    expect(deniedIntervals(windows, { startMs: utc('2026-11-11'), endMs: utc('2026-11-12') })).toEqual([
      { name: 'freeze', startMs: utc('2026-11-01'), endMs: utc('2026-11-13') },
      { name: 'sale', startMs: utc('2026-11-11'), endMs: utc('2026-11-12') },
    ]);
    expect(deniedIntervals(windows, { startMs: utc('2026-11-13'), endMs: utc('2026-11-14') })).toEqual([]);
  });

  it('an instant that is no number is an error, not a closed or an open window', () => {
    expect(() => windowAt(policy({ always: true }), Number.NaN)).toThrow(RangeError);
  });
});

describe('effective windows of any policy', { timeout: 60_000 }, () => {
  const times = fc
    .tuple(fc.integer({ min: 0, max: 47 }), fc.integer({ min: 0, max: 48 }))
    .filter(([start, end]) => start !== end)
    .map(([start, end]) => ({ startMinute: start * 30, endMinute: end * 30 }));
  const entry = fc
    .tuple(
      times,
      fc.uniqueArray(fc.constantFrom(1, 2, 3, 4, 5, 6, 7 as const), { minLength: 1 }),
      fc.constantFrom('a', 'b', 'c'),
    )
    .map(([time, days, name]) => ({ form: 'weekly' as const, name, days, ...time }));
  const any = fc
    .record({
      timezone: fc.constantFrom('UTC', 'Asia/Shanghai', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Cairo'),
      always: fc.boolean(),
      allow: fc.array(entry, { maxLength: 3 }),
      deny: fc.array(entry, { maxLength: 2 }),
      holidays: fc.constantFrom([], ['2026-03-08'], ['2026-11-01', '2026-11-02']),
      guardMs: fc.constantFrom(0, 10 * MINUTE),
    })
    .map(policy);
  const instant = fc
    .oneof(
      fc.integer({ min: utc('2026-03-06') / MINUTE, max: utc('2026-03-11') / MINUTE }),
      fc.integer({ min: utc('2026-10-29') / MINUTE, max: utc('2026-11-04') / MINUTE }),
    )
    .map((minute) => minute * MINUTE);

  const covers = (windows: WindowsPolicy, entries: WindowsPolicy['allow'], at: number) =>
    entries.some((one) =>
      instancesOf(one, windows.timezone, { startMs: at, endMs: at + 1 }).some(({ startMs, endMs }) => endMs > startMs),
    );

  it('an instant is open when an allow covers it and no deny does', () => {
    fc.assert(
      fc.property(any, instant, (windows, at) => {
        const open = (windows.always || covers(windows, windows.allow, at)) && !covers(windows, windows.deny, at);
        expect(windowAt(windows, at) !== undefined).toBe(open);
      }),
      { numRuns: 400 },
    );
  });

  it('windows are disjoint, apart, and the same however they are asked for', () => {
    fc.assert(
      fc.property(any, instant, (windows, at) => {
        const met = effectiveWindows(windows, { startMs: at, endMs: at + 5 * DAY });
        for (const [index, window] of met.entries()) {
          const before = met[index - 1];
          expect(window.endMs).toBeGreaterThan(window.startMs);
          expect(window.usableUntilMs).toBeLessThanOrEqual(window.endMs);
          expect(window.startMs).toBeGreaterThan(before?.endMs ?? -Infinity);
        }
        const after = met.find((window) => window.startMs > at);
        const fresh = nextWindow({ ...windows }, at, 5 * DAY - 1);
        expect(fresh?.startMs).toBe(after?.startMs);
        const sum = met.reduce(
          (total, window) =>
            total + Math.max(0, Math.min(window.usableUntilMs, at + 5 * DAY) - Math.max(window.startMs, at)),
          0,
        );
        expect(usableMs({ ...windows }, { startMs: at, endMs: at + 5 * DAY })).toBe(sum);
      }),
      { numRuns: 200 },
    );
  });

  it('the answer does not depend on what was asked before', () => {
    fc.assert(
      fc.property(
        any,
        fc.array(instant, { minLength: 2, maxLength: 6 }),
        fc.integer({ min: -2_000, max: 2_000 }),
        (windows, instants, days) => {
          windowAt(windows, (instants[0] ?? 0) + days * DAY);
          for (const at of instants) expect(windowAt(windows, at)).toEqual(windowAt({ ...windows }, at));
        },
      ),
      { numRuns: 60 },
    );
  });
});
