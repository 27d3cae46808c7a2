import { formatDuration } from '../../../decision/windows/local-time.ts';
import type { Weekday, WindowEntry } from '../../../domain/window.ts';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** One entry of allow or deny in the words of the policy: `weeknight  mon-fri 01:00-06:00`. */
export function entryText(entry: WindowEntry): string {
  const bounds = [
    entry.from === undefined ? '' : ` from ${entry.from}`,
    entry.until === undefined ? '' : ` until ${entry.until}`,
  ].join('');
  switch (entry.form) {
    case 'weekly':
      return `${entry.name}  ${daysText(entry.days)} ${timesText(entry)}${bounds}`;
    case 'monthly':
      return `${entry.name}  days ${entry.monthDays.join(', ')} of the month ${timesText(entry)}${bounds}`;
    case 'cron':
      return `${entry.name}  cron ${entry.cron} for ${formatDuration(entry.durationMs)}${bounds}`;
    case 'dates':
      return `${entry.name} ${bounds}`;
  }
}

/** 1, 2, 3, 6 to `mon-wed, sat`. */
function daysText(days: readonly Weekday[]): string {
  const runs: [Weekday, Weekday][] = [];
  for (const day of days) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === day - 1) last[1] = day;
    else runs.push([day, day]);
  }
  return runs
    .map(([first, last]) => (first === last ? dayText(first) : `${dayText(first)}-${dayText(last)}`))
    .join(', ');
}

function dayText(day: Weekday): string {
  return DAYS[day - 1] ?? '';
}

function timesText({ startMinute, endMinute }: { readonly startMinute: number; readonly endMinute: number }): string {
  return `${timeText(startMinute)}-${timeText(endMinute)}${endMinute <= startMinute ? ' of the next day' : ''}`;
}

function timeText(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}
