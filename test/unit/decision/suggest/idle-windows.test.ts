import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SlotDemand } from '../../../../src/decision/demand/slot-demand.ts';
import { dayLoads, highestOf } from '../../../../src/decision/suggest/day-loads.ts';
import { idleWindows } from '../../../../src/decision/suggest/idle-windows.ts';
import { daysText } from '../../../../src/decision/suggest/suggest.ts';
import { dayNumber } from '../../../../src/decision/windows/local-date.ts';
import { demandOf, office } from './loads.ts';

function suggested(demand: SlotDemand, zone = 'UTC', holidays: readonly string[] = []) {
  const { windows, without } = idleWindows(dayLoads(demand, zone, holidays));
  const time = (minute: number): string =>
    `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
  return {
    windows: windows.map(
      ({ days, startMinute, endMinute }) => `${daysText(days)} ${time(startMinute)}-${time(endMinute)}`,
    ),
    without: without.map(({ weekday }) => weekday),
    evidence: windows,
  };
}

describe('idle windows', () => {
  it('are the quietest six hours of the stretch below half of the peak', () => {
    const { windows, evidence, without } = suggested(
      demandOf((hour) => (hour >= 8 && hour < 20 ? 10 : hour < 6 ? 1 : 3)),
    );
    expect(windows).toEqual(['mon-sun 00:00-06:00']);
    expect(without).toEqual([]);
    expect(evidence[0]).toMatchObject({ belowShare: 0.5, quietDays: 28, knownDays: 28, highestShare: 0.1 });
  });

  it('are shared by the days that can share one', () => {
    const night = (hour: number, weekday: number): number => {
      const quiet = weekday < 5 ? hour >= 1 && hour < 5 : hour >= 9 && hour < 15;
      return quiet ? 1 : 10;
    };
    expect(suggested(demandOf(night)).windows).toEqual(['mon-fri 01:00-05:00', 'sat-sun 09:00-15:00']);
  });

  it('run over midnight where the quiet does', () => {
    expect(suggested(demandOf((hour) => (hour >= 22 || hour < 3 ? 2 : 10))).windows).toEqual(['mon-sun 22:00-03:00']);
  });

  it('count a day on which nothing happens as quiet, however even it is', () => {
    const { windows } = suggested(demandOf(office));
    expect(windows.join()).toContain('mon');
    expect(windows.join()).toContain('sun');
    const flat = suggested(demandOf((hour, weekday) => (weekday === 6 ? 2 : office(hour, weekday))));
    expect(flat.without).toEqual([]);
  });

  it('are none on a weekday that is busy on one of its days', () => {
    const busy = demandOf((hour, weekday, day) => (day === 9 ? 10 : office(hour, weekday)));
    expect(suggested(busy).without).toEqual([3]);
    const half = demandOf((hour, weekday) => (weekday === 2 && hour < 23.75 ? 10 : office(hour, weekday)));
    expect(suggested(half).without).toEqual([3]);
  });

  it('take a higher share of the peak where no other gives every weekday a window', () => {
    const { windows, evidence } = suggested(demandOf((hour) => (hour >= 2 && hour < 7 ? 6.5 : 10)));
    expect(windows).toEqual(['mon-sun 02:00-07:00']);
    expect(evidence[0]?.belowShare).toBe(0.7);
  });

  it('are none of a load that never rests', () => {
    expect(suggested(demandOf(() => 10))).toMatchObject({ windows: [], without: [1, 2, 3, 4, 5, 6, 7] });
  });

  it('leave holidays and unknown days out', () => {
    const nights = (hour: number): number => (hour >= 1 && hour < 5 ? 1 : 10);
    const odd = demandOf((hour, _weekday, day) => (day === 10 ? 10 : nights(hour)));
    expect(suggested(odd, 'UTC', ['2026-03-12']).windows).toEqual(['mon-sun 01:00-05:00']);
    const holes = demandOf((hour, _weekday, day) => (day === 10 && hour < 12 ? NaN : nights(hour)));
    expect(suggested(holes).evidence[0]).toMatchObject({ quietDays: 27, knownDays: 27 });
  });

  it('are said in local time, also across a change of the clocks', () => {
    const nights = (hour: number): number => (hour >= 1 && hour < 5 ? 1 : 10);
    const zone = 'America/New_York';
    expect(suggested(demandOf(nights, { zone }), zone).windows).toEqual(['mon-sun 01:00-05:00']);
    expect(dayLoads(demandOf(nights, { zone }), zone, [])[0]?.day).toBe(dayNumber('2026-03-02'));
  });

  it('of several groups are those of all of them', () => {
    const one = dayLoads(
      demandOf((hour) => (hour >= 1 && hour < 5 ? 1 : 10)),
      'UTC',
      [],
    );
    const other = dayLoads(
      demandOf((hour) => (hour >= 3 && hour < 7 ? 100 : 1_000)),
      'UTC',
      [],
    );
    expect(idleWindows(highestOf([one, other])).windows).toMatchObject([{ startMinute: 180, endMinute: 300 }]);
  });
});

describe('for every load', () => {
  const week = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 7 * 24, maxLength: 7 * 24 });
  const loadOf = (hours: readonly number[], factor: number): SlotDemand =>
    demandOf((hour, weekday) => (hours[weekday * 24 + Math.floor(hour)] ?? 0) * factor);

  it('the windows are the same at any scale', () => {
    fc.assert(
      fc.property(week, fc.double({ min: 1e-3, max: 1e6, noNaN: true }), (hours, factor) => {
        expect(suggested(loadOf(hours, factor)).windows).toEqual(suggested(loadOf(hours, 1)).windows);
      }),
      { numRuns: 25 },
    );
  });

  it('no window has a load that its evidence denies, and each is two to six hours long', () => {
    fc.assert(
      fc.property(week, (hours) => {
        for (const window of suggested(loadOf(hours, 1)).evidence) {
          const { startMinute, endMinute } = window;
          const minutes = (endMinute - startMinute + 1440) % 1440;
          expect(minutes).toBeGreaterThanOrEqual(120);
          expect(minutes).toBeLessThanOrEqual(360);
          expect(window.highestShare).toBeLessThan(window.belowShare);
          expect(window.quietDays).toBe(window.knownDays);
        }
      }),
      { numRuns: 40 },
    );
  });
});
