import type { EmergencyCondition, IdleCondition, Weekday, WindowEntry, WindowsPolicy } from '../../domain/window.ts';
import { durationMs, minuteOfDay } from '../parse-units.ts';
import type { IdleFile, WindowEntryFile, WindowsFile } from '../schema/windows.ts';
import { DAYS } from '../schema/windows.ts';
import { boundNumber } from './to-bound.ts';

/** The windows of a cluster. The section has passed the schema and every check. */
export function toWindows(file: WindowsFile): WindowsPolicy {
  return {
    timezone: file.timezone,
    always: file.always,
    allow: (file.allow ?? []).map(toWindowEntry),
    deny: file.deny.map(toWindowEntry),
    holidays: file.holidays,
    idle: file.idle.map(toIdle),
    guardMs: durationMs(file.guard),
    onClose: file.onClose,
    scaleOut: file.scaleOut,
    emergency: toEmergency(file.emergency),
  };
}

/** One entry of allow or deny; its form is told by its keys. */
export function toWindowEntry(file: WindowEntryFile): WindowEntry {
  const bounds = {
    name: file.name,
    ...(file.from === undefined ? {} : { from: file.from }),
    ...(file.until === undefined ? {} : { until: file.until }),
  };
  if (file.cron !== undefined) {
    return { ...bounds, form: 'cron', cron: file.cron, durationMs: durationMs(file.duration ?? '0s') };
  }
  if (file.start === undefined || file.end === undefined) {
    return { name: file.name, form: 'dates', from: file.from ?? '', until: file.until ?? '' };
  }
  const times = { startMinute: minuteOfDay(file.start), endMinute: minuteOfDay(file.end) };
  if (file.monthDays !== undefined) return { ...bounds, ...times, form: 'monthly', monthDays: file.monthDays };
  return { ...bounds, ...times, form: 'weekly', days: weekdays(file.days ?? []) };
}

/** `[mon-wed, sat]` to 1, 2, 3, 6; a range may run over Sunday. */
export function weekdays(words: readonly string[]): readonly Weekday[] {
  const days = new Set<Weekday>();
  for (const word of words) {
    const [first, last = first] = word.split('-').map((day) => DAYS.findIndex((known) => known === day));
    if (first === undefined || last === undefined) continue;
    const length = ((last - first + 7) % 7) + 1;
    for (let step = 0; step < length; step += 1) days.add((((first + step) % 7) + 1) as Weekday);
  }
  return [...days].toSorted((a, b) => a - b);
}

function toIdle(file: IdleFile): IdleCondition {
  return { signal: file.signal, below: boundNumber(file.below), forMs: durationMs(file.for) };
}

function toEmergency(file: WindowsFile['emergency']): EmergencyCondition | undefined {
  if (file === undefined) return undefined;
  return { signal: file.signal, above: boundNumber(file.above), forMs: durationMs(file.for) };
}
