import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chancesIn } from '../../../../src/decision/forecast/chances.ts';
import { forecaster } from '../../../../src/decision/forecast/forecast.ts';
import type { Forecaster } from '../../../../src/decision/forecast/forecast.ts';
import { localDays } from '../../../../src/decision/forecast/local-days.ts';
import { demandSeries, slotAt, startOf } from '../../../../src/decision/forecast/series.ts';
import { DAY, HOUR } from '../../../support/decision-input.ts';

const START = Date.UTC(2026, 1, 2);
const DAY_SLOTS = 288;

interface Given {
  readonly load: (at: number) => number;
  readonly days: number;
  readonly startMs?: number;
  readonly zone?: string;
  readonly holidays?: readonly string[];
}

/** One window a night, 01:00-02:00 UTC; 10 minutes from an order to its service. */
function learnt({ load, days, startMs = START, zone = 'UTC', holidays = [] }: Given): Forecaster {
  const first = slotAt(startMs);
  const series = demandSeries(first);
  for (let slot = first; slot < first + days * DAY_SLOTS; slot += 1) series.push(slot, load(startOf(slot)));
  const chances = chancesIn(({ startMs: from, endMs }) => {
    const windows = [];
    for (let day = Math.floor(from / DAY) * DAY; day < endMs; day += DAY) {
      windows.push({ startMs: day + HOUR, endMs: day + 2 * HOUR });
    }
    return windows;
  });
  const settings = { seasonsDays: [1, 7], quantile: 0.98, headroomRatio: 0.1, leadSlots: 2, fullRatio: 1 / 0.7 };
  return forecaster(series, localDays(zone, holidays), chances, settings);
}

/** From the last chance of a night to the next night, on a day of the history. */
function nightly(given: Given, day: number) {
  const now = slotAt((given.startMs ?? START) + day * DAY + 2 * HOUR) - 1;
  return learnt(given).forecast(now, now, now + DAY_SLOTS - 11);
}

const office = (at: number): number => {
  const hour = (at % DAY) / HOUR;
  const weekend = [0, 6].includes(new Date(at).getUTCDay());
  return 20 + (weekend ? 30 : 100) * Math.exp(-(((hour - 14) / 3) ** 2));
};

describe('a forecast', () => {
  it('tells weekdays from weekends', () => {
    // START is a Monday: day 22 is a Tuesday, day 26 a Saturday.
    expect(nightly({ load: office, days: 30 }, 22).expected).toBeGreaterThan(110);
    expect(nightly({ load: office, days: 30 }, 26).expected).toBeLessThan(60);
  });

  it('knows nothing of what comes later: a prefix says the same as the whole', () => {
    fc.assert(
      fc.property(fc.integer({ min: 9, max: 27 }), (day) => {
        const noisy = (at: number): number => office(at) * (1 + 0.2 * Math.sin(at / 7e6));
        const now = { load: noisy, days: 30 };
        expect(nightly({ ...now, days: day + 1 }, day)).toEqual(nightly(now, day));
      }),
      { numRuns: 10 },
    );
  });

  it('expects the multiple of a multiple', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 40 }), (factor) => {
        const one = nightly({ load: office, days: 30 }, 22);
        const many = nightly({ load: (at) => factor * office(at), days: 30 }, 22);
        expect(many.expected).toBeCloseTo(factor * (one.expected ?? 0), 6);
      }),
      { numRuns: 8 },
    );
  });

  it('follows a level that has shifted from the next day on', () => {
    const shifted = (at: number): number => office(at) * (at >= START + 22 * DAY ? 2 : 1);
    const before = nightly({ load: shifted, days: 30 }, 22);
    const after = nightly({ load: shifted, days: 30 }, 23);
    expect(after.nodes).toBeGreaterThan(1.3 * (before.nodes ?? 0));
  });

  it.each([
    { says: 'in spring', startMs: Date.UTC(2026, 1, 16), day: 20 },
    { says: 'in autumn', startMs: Date.UTC(2026, 9, 12), day: 20 },
  ])('takes the same local time where the clocks change $says', ({ startMs, day }) => {
    const zone = 'America/New_York';
    const hourOf = new Intl.DateTimeFormat('en-US', { timeZone: zone, hour: 'numeric', hour12: false });
    const local = (at: number): number => 2 + (Number(hourOf.format(at)) === 12 ? 8 : 0);
    const model = learnt({ load: local, days: 30, startMs, zone });
    const now = slotAt(startMs + day * DAY + 6 * HOUR);
    const busy = model.outlook(now, now, now + 2 * DAY_SLOTS).filter(({ expected }) => expected > 5);
    expect(busy.length).toBeGreaterThan(0);
    for (const { from } of busy) expect(Number(hourOf.format(startOf(from)))).toBe(12);
  });

  it('passes a holiday over', () => {
    const holiday = START + 15 * DAY;
    const closed = (at: number): number => (at >= holiday && at < holiday + DAY ? 20 : office(at));
    const date = new Date(holiday).toISOString().slice(0, 10);
    const plain = nightly({ load: closed, days: 30 }, 22).expected ?? 0;
    const apart = nightly({ load: closed, days: 30, holidays: [date] }, 22).expected ?? 0;
    expect(apart).toBeGreaterThan(110);
    expect(apart).toBeGreaterThanOrEqual(plain);
  });

  it('learns no error from a holiday', () => {
    const holiday = START + 15 * DAY;
    const rushed = (at: number): number => (at >= holiday && at < holiday + DAY ? 3 : 1) * office(at);
    const date = new Date(holiday).toISOString().slice(0, 10);
    const usual = nightly({ load: office, days: 44 }, 43).nodes ?? NaN;
    expect(nightly({ load: rushed, days: 44, holidays: [date] }, 43).nodes).toBe(usual);
    expect(nightly({ load: rushed, days: 44 }, 43).nodes).toBeGreaterThan(1.3 * usual);
  });

  it('takes what is unknown for nothing known, not for no load', () => {
    const holes = (at: number): number => (Math.floor(at / HOUR) % 15 === 0 ? NaN : office(at));
    const whole = nightly({ load: office, days: 30 }, 22).expected ?? 0;
    const expected = nightly({ load: holes, days: 30 }, 22).expected ?? 0;
    expect(expected).toBeGreaterThan(0.9 * whole);
    expect(nightly({ load: () => NaN, days: 30 }, 22).nodes).toBeUndefined();
  });

  it('expects nothing where there never was any load, as it expects hardly anything where there was hardly any', () => {
    const isIdle = (at: number): boolean => [at, at - 6 * HOUR].some((each) => new Date(each).getUTCDay() % 6 === 0);
    const sunday = (idle: number) => nightly({ load: (at) => (isIdle(at) ? idle : 100), days: 30 }, 27);
    expect(sunday(0)).toMatchObject({ bound: 'forecast', expected: 0, nodes: sunday(0.01).nodes });
  });

  it('is none with little history: the highest of what is known counts', () => {
    const { bound, expert, nodes } = nightly({ load: office, days: 6 }, 5);
    expect({ bound, expert }).toEqual({ bound: 'trailing', expert: undefined });
    expect(nodes).toBeCloseTo(120, 0);
  });
});
