import { remembering } from '../../domain/remembering.ts';

const FORM = /^(\d{4}-\d{2}-\d{2}) (\d{2}):(\d{2}):(\d{2})$/;
const MOST_DAYS = 64;
/** The rows of a queue show few days, again and again. */
const dayStartMs = remembering(MOST_DAYS, startOf);

/**
 * A time as the FE prints it, `2026-11-23 01:34:05`, in milliseconds of an unnamed zone: only differences of two times of one
 * FE have a meaning. Undefined for another form.
 */
export function parseFrontendTime(text: string): number | undefined {
  const [, date, hour, minute, second] = FORM.exec(text) ?? [];
  if (date === undefined) return undefined;
  const startMs = dayStartMs(date);
  if (startMs === undefined) return undefined;
  return startMs + ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000;
}

function startOf(date: string): number | undefined {
  try {
    return Temporal.PlainDate.from(date).toZonedDateTime('UTC').epochMilliseconds;
  } catch {
    return undefined;
  }
}
