import { CronExpressionParser } from 'cron-parser';
import { civilOf, daysInMonth, weekdayOf } from './local-date.ts';

const FIELDS = 5;
/** 2000-03-01, where a Gregorian cycle of 400 years begins: the search for a first occurrence starts there. */
const CYCLE_START_DAY = 11_017;
/** 29 February may be eight years away, on a given weekday forty. */
const SEARCH_DAYS = 41 * 366;

/** When a cron fires, in local time: on which days, and at which minutes of such a day. */
export interface CronTimes {
  readonly onDay: (day: number) => boolean;
  /** Ascending, 0..1439. */
  readonly minutes: readonly number[];
}

const parsed = new Map<string, CronTimes | undefined>();

/**
 * Reads a five-field cron. Undefined when it is none, or when it never fires (30 February). cron-parser reads the fields;
 * its iterator is not used: it moves a skipped time to an hour later, whereas the k-th local occurrence is a matter of
 * the calendar alone, and it is a thousand times slower.
 */
export function cronTimes(cron: string): CronTimes | undefined {
  if (parsed.has(cron)) return parsed.get(cron);
  const times = read(cron.trim());
  parsed.set(cron, times);
  return times;
}

function read(cron: string): CronTimes | undefined {
  // `H` is a random number in cron-parser.
  if (cron.split(/\s+/).length !== FIELDS || /(?:^|[\s,])H/i.test(cron)) return undefined;
  let fields;
  try {
    fields = CronExpressionParser.parse(cron, { tz: 'UTC' }).fields;
  } catch {
    return undefined;
  }
  const { month, dayOfMonth, dayOfWeek } = fields;
  const months = new Set<number>(month.values);
  const monthDays = new Set<number | string>(dayOfMonth.values);
  // Of `5L` the values hold the text.
  const lastWeekdays = new Set(
    dayOfWeek.hasLastChar ? dayOfWeek.values.map((value) => Number.parseInt(String(value), 10) % 7) : [],
  );
  const weekdays = new Set<number | string>(dayOfWeek.values.map((value) => (value === 7 ? 0 : value)));
  const nth = dayOfWeek.nthDay;

  const onDay = (day: number): boolean => {
    const date = civilOf(day);
    if (!months.has(date.month)) return false;
    const length = daysInMonth(date);
    const weekday = weekdayOf(day) % 7;
    const byMonthDay = monthDays.has(date.day) || (dayOfMonth.hasLastChar && date.day === length);
    const byWeekday =
      (weekdays.has(weekday) && (nth <= 0 || Math.ceil(date.day / 7) === nth)) ||
      (lastWeekdays.has(weekday) && date.day + 7 > length);
    if (dayOfMonth.isWildcard) return dayOfWeek.isWildcard || byWeekday;
    return byMonthDay || (!dayOfWeek.isWildcard && byWeekday);
  };
  if (!firesEver(onDay)) return undefined;
  const minutes = fields.hour.values.flatMap((hour) => fields.minute.values.map((minute) => hour * 60 + minute));
  return { onDay, minutes: minutes.toSorted((a, b) => a - b) };
}

function firesEver(onDay: (day: number) => boolean): boolean {
  for (let day = CYCLE_START_DAY; day < CYCLE_START_DAY + SEARCH_DAYS; day += 1) {
    if (onDay(day)) return true;
  }
  return false;
}
