import type { Finding } from '../../problem.ts';
import { error } from '../../problem.ts';
import type { WindowEntryFile } from '../../schema/windows.ts';
import type { Locate } from '../../source/located.ts';

/** Keys that only windows of days and times have. */
const TIMED = ['days', 'monthDays', 'start', 'end'] as const;

/**
 * One entry of allow or deny. Its form is told by its keys: cron and duration, or days and times, or (deny only) the
 * dates from and until alone.
 */
export function checkWindowEntry(entry: WindowEntryFile, list: 'allow' | 'deny', locate: Locate): readonly Finding[] {
  return [...checkForm(entry, list, locate), ...checkDates(entry, locate)];
}

function checkForm(entry: WindowEntryFile, list: 'allow' | 'deny', locate: Locate): readonly Finding[] {
  const timed = TIMED.find((key) => entry[key] !== undefined);
  const cron = entry.cron !== undefined ? 'cron' : entry.duration !== undefined ? 'duration' : undefined;
  if (cron !== undefined && timed !== undefined) {
    return [
      error(
        locate.key(timed),
        `${timed} cannot stand beside ${cron}`,
        'keep cron and duration, or days, start and end',
      ),
    ];
  }
  if (cron !== undefined) return checkCronForm(entry, locate);
  if (timed !== undefined) return checkTimedForm(entry, locate);
  if (list === 'deny') return checkDatesForm(entry, locate);
  return [
    missing('days', 'write days: [mon-fri]', locate),
    missing('start', 'write start: "01:00"', locate),
    missing('end', 'write end: "06:00"', locate),
  ];
}

function checkCronForm(entry: WindowEntryFile, locate: Locate): readonly Finding[] {
  if (entry.cron === undefined) return [missing('cron', 'write cron: "0 1 * * sat", or days, start and end', locate)];
  return entry.duration === undefined ? [missing('duration', 'write duration: 4h', locate)] : [];
}

function checkTimedForm(entry: WindowEntryFile, locate: Locate): readonly Finding[] {
  const findings: Finding[] = [];
  if (entry.days !== undefined && entry.monthDays !== undefined) {
    findings.push(error(locate.key('monthDays'), 'monthDays cannot stand beside days', 'keep one of the two'));
  } else if (entry.days === undefined && entry.monthDays === undefined) {
    findings.push(missing('days', 'write days: [mon-sun] for every day', locate));
  }
  for (const key of ['days', 'monthDays'] as const) {
    if (entry[key]?.length === 0)
      findings.push(
        error(locate(key), 'the list is empty', key === 'days' ? 'write [mon-sun] for every day' : 'write [1] or [-1]'),
      );
  }
  if (entry.start === undefined) findings.push(missing('start', 'write start: "01:00"', locate));
  if (entry.end === undefined) findings.push(missing('end', 'write end: "06:00"', locate));
  if (entry.start === '24:00') {
    findings.push(error(locate('start'), 'no window starts at 24:00', 'write "00:00" and the next day'));
  } else if (entry.start !== undefined && entry.start === entry.end) {
    findings.push(
      error(
        locate('end'),
        `start and end are both ${entry.start}`,
        'write start: "00:00" and end: "24:00" for a whole day',
      ),
    );
  }
  return findings;
}

function checkDatesForm(entry: WindowEntryFile, locate: Locate): readonly Finding[] {
  const right = 'write from and until (whole days), or days, start and end, or cron and duration';
  if (entry.from === undefined && entry.until === undefined) return [error(locate(), 'this entry has no time', right)];
  if (entry.from === undefined)
    return [missing('from', 'write from: with the first date, or days, start and end', locate)];
  return entry.until === undefined
    ? [missing('until', 'write until: with the last date, or days, start and end', locate)]
    : [];
}

function checkDates({ from, until }: WindowEntryFile, locate: Locate): readonly Finding[] {
  if (from === undefined || until === undefined || from <= until) return [];
  return [error(locate('from'), `${from} is after until (${until}, line ${locate('until').line})`, 'swap the two')];
}

function missing(key: string, right: string, locate: Locate): Finding {
  return error(locate(key), 'this is missing', right);
}
