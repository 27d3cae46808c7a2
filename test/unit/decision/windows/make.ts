import type { WindowEntry, WindowsPolicy, Weekday } from '../../../../src/domain/window.ts';

export const EVERY_DAY: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7];

export function policy(parts: Partial<WindowsPolicy>): WindowsPolicy {
  return {
    timezone: 'UTC',
    always: false,
    allow: [],
    deny: [],
    holidays: [],
    idle: [],
    guardMs: 0,
    onClose: 'throttle',
    scaleOut: 'window',
    emergency: undefined,
    ...parts,
  };
}

/** `01:00-06:00` on some weekdays, every day by default. */
export function weekly(
  times: string,
  days: readonly Weekday[] = EVERY_DAY,
  name = times,
): WindowEntry & { form: 'weekly' } {
  const [start = '', end = ''] = times.split('-');
  return { form: 'weekly', name, days, startMinute: minutes(start), endMinute: minutes(end) };
}

export function dates(name: string, from: string, until: string): WindowEntry {
  return { form: 'dates', name, from, until };
}

export function minutes(time: string): number {
  const [hour, minute] = time.split(':').map(Number);
  return (hour ?? Number.NaN) * 60 + (minute ?? Number.NaN);
}

export function utc(text: string): number {
  return Date.parse(text.length === 10 ? `${text}T00:00:00Z` : `${text}:00Z`);
}

/** `2026-03-08T06:00` of an instant. */
export function show(at: number): string {
  return new Date(at).toISOString().slice(0, 16);
}
