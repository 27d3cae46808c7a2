const FORM = /^(\d{4}-\d{2}-\d{2}) (\d{2}):(\d{2}):(\d{2})$/;
const MOST_DAYS = 64;
/** By date: the rows of a queue show few days, again and again. */
const days = new Map<string, number>();

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

function dayStartMs(date: string): number | undefined {
  const known = days.get(date);
  if (known !== undefined) return known;
  try {
    const startMs = Temporal.PlainDate.from(date).toZonedDateTime('UTC').epochMilliseconds;
    if (days.size >= MOST_DAYS) days.clear();
    days.set(date, startMs);
    return startMs;
  } catch {
    return undefined;
  }
}
