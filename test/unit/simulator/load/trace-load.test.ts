import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TraceError, traceLoad } from '../../../../src/simulator/load/trace-load.ts';

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
const MONDAY = Date.UTC(2026, 0, 5);

function trace(days: number, load: (hour: number) => number): string {
  const rows = Array.from({ length: days * 24 }, (_, hour) => {
    const instant = Temporal.Instant.fromEpochMilliseconds(MONDAY + hour * 3_600_000).toString();
    return `${instant},${String(load(hour))}`;
  });
  return `timestamp_iso,load\n${rows.join('\n')}\n`;
}

describe('a load that follows a trace', () => {
  it('has the peak that is asked for, and each load until the next row', () => {
    const load = traceLoad(
      trace(7, (hour) => 10 + (hour % 24)),
      { peak: 6.6 },
    );
    expect(load(MONDAY + 23 * 3_600_000)).toBeCloseTo(6.6);
    expect(load(MONDAY)).toBeCloseTo(2);
    expect(load(MONDAY + 3_599_999)).toBeCloseTo(2);
    expect(load(MONDAY + 3_600_000)).toBeCloseTo(2.2);
  });

  it('repeats in whole weeks, before and after the trace, so that Mondays stay Mondays', () => {
    const load = traceLoad(
      trace(10, (hour) => Math.floor(hour / 24) + 1),
      { peak: 10 },
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: WEEK_MS - 1 }), fc.integer({ min: -200, max: 200 }), (offset, weeks) => {
        expect(load(MONDAY + offset + weeks * WEEK_MS)).toBe(load(MONDAY + offset));
      }),
    );
    expect(load(MONDAY)).toBe(1);
    expect(load(MONDAY + 7 * DAY_MS)).toBe(1);
  });

  it('repeats in whole days when it is shorter than a week', () => {
    const load = traceLoad(
      trace(2, (hour) => hour + 1),
      { peak: 48 },
    );
    expect(load(MONDAY + 2 * DAY_MS)).toBe(1);
    expect(load(MONDAY - 1)).toBe(48);
  });

  it.each([
    ['', 'a trace needs two rows or more'],
    ['timestamp_iso,load\n2026-01-05T00:00:00Z,1\n', 'a trace needs two rows or more'],
    [
      '2026-01-05T00:00:00Z,1\n2026-01-05T00:00:00Z,2\n',
      'line 2: 2026-01-05T00:00:00Z does not come after the line before',
    ],
    ['yesterday,1\n', 'line 1: "yesterday,1" is not an instant and a load such as 2026-01-05T00:00:00Z,12.5'],
    [
      '2026-01-05T00:00:00Z,\n',
      'line 1: "2026-01-05T00:00:00Z," is not an instant and a load such as 2026-01-05T00:00:00Z,12.5',
    ],
    [
      '2026-01-05T00:00:00Z,-1\n',
      'line 1: "2026-01-05T00:00:00Z,-1" is not an instant and a load such as 2026-01-05T00:00:00Z,12.5',
    ],
  ])('refuses %j', (csv, message) => {
    expect(() => traceLoad(csv, { peak: 1 })).toThrow(new TraceError(message));
  });
});
