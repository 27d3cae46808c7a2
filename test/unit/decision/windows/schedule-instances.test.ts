import { describe, expect, it } from 'vitest';
import { scheduleInstances } from '../../../../src/decision/windows/schedule-instances.ts';
import type { SchedulePolicy } from '../../../../src/domain/group-policy.ts';
import { show, utc } from './make.ts';

const DAY = 86_400_000;
const schedule = (when: SchedulePolicy['when']): SchedulePolicy => ({ name: 's', when, min: 9, max: undefined });
const met = (one: SchedulePolicy, zone: string, from: string, until: string) =>
  scheduleInstances(one, zone, { startMs: utc(from), endMs: utc(until) }).map(({ startMs, endMs }) => [
    show(startMs),
    show(endMs),
  ]);

describe('scheduleInstances', () => {
  const monthEnd = schedule({ form: 'cron', cron: '0 0 25 * *', durationMs: 8 * DAY });

  it('begin at local occurrences and keep their true ends', () => {
    expect(met(monthEnd, 'Asia/Shanghai', '2026-11-30', '2027-01-01')).toEqual([
      ['2026-11-24T16:00', '2026-12-02T16:00'],
      ['2026-12-24T16:00', '2027-01-01T16:00'],
    ]);
  });

  it('an end at the start of the range and a start at its end are outside', () => {
    expect(met(monthEnd, 'UTC', '2026-12-03', '2026-12-25')).toEqual([]);
  });

  it('the zone belongs to the question, not to what was remembered', () => {
    expect(met(monthEnd, 'UTC', '2026-11-25', '2026-11-26')).toEqual([['2026-11-25T00:00', '2026-12-03T00:00']]);
    expect(met(monthEnd, 'Asia/Shanghai', '2026-11-25', '2026-11-26')).toEqual([
      ['2026-11-24T16:00', '2026-12-02T16:00'],
    ]);
  });

  it('far ranges are resolved as they are asked for', () => {
    expect(met(monthEnd, 'UTC', '2026-11-26', '2026-11-27')).toHaveLength(1);
    expect(met(monthEnd, 'UTC', '2031-11-26', '2031-11-27')).toEqual([['2031-11-25T00:00', '2031-12-03T00:00']]);
  });

  it('a range between two instants is itself', () => {
    const once = schedule({ form: 'range', fromMs: utc('2026-11-10'), untilMs: utc('2026-11-12') });
    expect(met(once, 'UTC', '2026-11-11', '2026-11-30')).toEqual([['2026-11-10T00:00', '2026-11-12T00:00']]);
    expect(met(once, 'UTC', '2026-11-12', '2026-11-30')).toEqual([]);
  });
});
