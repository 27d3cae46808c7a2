import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chancesIn } from '../../../../src/decision/forecast/chances.ts';
import { forecaster } from '../../../../src/decision/forecast/forecast.ts';
import { localDays } from '../../../../src/decision/forecast/local-days.ts';
import { demandSeries } from '../../../../src/decision/forecast/series.ts';

const DAY_SLOTS = 288;
const HOUR_SLOTS = 12;
const FIRST = 20_000 * DAY_SLOTS;
const DAYS = 30;
const NOW = FIRST + DAYS * DAY_SLOTS;

interface Load {
  readonly noise: readonly number[];
  readonly spike: number;
  readonly quantile: number;
  readonly zone: string;
}

/** By the hour, the day and the slot: every look back finds something else. */
function learnt(
  { noise, spike, quantile, zone }: Load,
  unknown: (slot: number) => number | undefined = () => undefined,
) {
  const series = demandSeries(FIRST);
  for (let slot = FIRST; slot < NOW; slot += 1) {
    const place = slot - FIRST;
    const hour = Math.floor(place / HOUR_SLOTS);
    const each = 5 + 3 * (noise[hour % noise.length] ?? 0) + (noise[(place * 7) % noise.length] ?? 0);
    series.push(slot, unknown(place) ?? (place % 1_009 === 0 ? each * spike : each));
  }
  // One window a night, 01:00-05:00 UTC.
  const chances = chancesIn(({ startMs, endMs }) => {
    const windows = [];
    const dayMs = 86_400_000;
    for (let day = Math.floor(startMs / dayMs) * dayMs; day < endMs; day += dayMs)
      windows.push({ startMs: day + dayMs / 24, endMs: day + (5 * dayMs) / 24 });
    return windows;
  });
  const settings = { seasonsDays: [1, 7], quantile, headroomRatio: 0.1, leadSlots: 2, fullRatio: 1 / 0.7 };
  return forecaster(series, localDays(zone, []), chances, settings);
}

const loads: fc.Arbitrary<Load> = fc.record({
  noise: fc.array(fc.double({ min: 0, max: 4, noNaN: true }), { minLength: 30, maxLength: 200, size: 'max' }),
  spike: fc.constantFrom(1, 1, 2, 5),
  quantile: fc.constantFrom(0.9, 0.98, 1),
  zone: fc.constantFrom('UTC', 'Europe/Berlin'),
});
const times = fc.record({
  from: fc.integer({ min: 0, max: 14 * DAY_SLOTS }),
  before: fc.nat(60),
  slots: fc.integer({ min: 1, max: DAY_SLOTS }),
  after: fc.nat(60),
});

describe('what no part of a time needs more than', () => {
  it('is no less than the forecast of the part, and is told of all parts that are longer than a window has between two chances', () => {
    fc.assert(
      fc.property(loads, fc.array(times, { minLength: 10, maxLength: 10 }), (load, asked) => {
        const model = learnt(load);
        for (const { from, before, slots, after } of asked) {
          const begin = NOW + before + from;
          const part = { from: begin, until: begin + slots };
          const exceeded = model.exceeded(part);
          expect(exceeded === undefined).toBe(slots <= 3);
          if (exceeded === undefined) continue;
          const most = model.atMost(NOW, { from: begin - before, until: part.until + after }, exceeded);
          expect(most).toBeGreaterThanOrEqual(model.forecast(NOW, part.from, part.until).nodes ?? Infinity);
        }
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  it('is the forecast itself or what another expert would ask for, where the part is the whole', () => {
    const load = { noise: Array.from({ length: 24 }, (_, hour) => hour / 6), spike: 1, quantile: 0.98, zone: 'UTC' };
    const model = learnt(load);
    const part = { from: NOW + 60, until: NOW + DAY_SLOTS + 12 };
    const most = model.atMost(NOW, part, model.exceeded(part) ?? NaN);
    const { nodes } = model.forecast(NOW, part.from, part.until);
    expect(most).toBeGreaterThanOrEqual(nodes ?? NaN);
    expect(most).toBeLessThan(1.2 * (nodes ?? NaN));
  });

  it.each([
    { what: 'unknown', demand: NaN },
    { what: 'idle', demand: 0 },
  ])('is not told while a slot that is looked back at is $what: a part may lie in there', ({ demand }) => {
    const load = { noise: [1, 2, 3], spike: 1, quantile: 0.98, zone: 'UTC' };
    const within = { from: NOW, until: NOW + DAY_SLOTS };
    const told = (daysBack: number): boolean => {
      const place = (DAYS - daysBack) * DAY_SLOTS + 7;
      return learnt(load, (each) => (each === place ? demand : undefined)).atMost(NOW, within, 5) !== undefined;
    };
    expect(told(14)).toBe(false);
    expect(told(1)).toBe(false);
    expect(told(16)).toBe(true);
  });
});
