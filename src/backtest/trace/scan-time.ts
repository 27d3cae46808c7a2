import type { Found, Refusal } from './scan-number.ts';

const ZERO = 48;
const NINE = 57;
const DASH = 45;
const COLON = 58;
const POINT = 46;
const PLUS = 43;
const BLANK = 32;
const UPPER_T = 84;
const LOWER_T = 116;
const UPPER_Z = 90;
const LOWER_Z = 122;
const COMMA = 44;

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const HINT = 'such as 2026-01-31T08:00:00Z, 2026-01-31T16:00:00+08:00 or 1769846400 (seconds since 1970)';
const SECONDS_DIGITS = 10;
const MILLISECONDS_DIGITS = 13;

/** Of `2026-01-31T08:`, and of the minute after it. */
const HOUR_LENGTH = 14;
const MINUTE_END = 16;

/**
 * Reads the times of one column from top to bottom: a line that differs from the one above in nothing but the minute, as most
 * do, is known by that.
 */
export function timeScanner(bytes: Uint8Array): (from: number, stop: number, found: Found) => Refusal | undefined {
  let above = -1;
  let aboveLength = 0;
  let aboveHourMs = 0;
  const isMinuteOfTheSameHour = (from: number, stop: number): boolean => {
    if (above < 0 || from + aboveLength > stop) return false;
    for (let at = 0; at < HOUR_LENGTH; at += 1) if (bytes[from + at] !== bytes[above + at]) return false;
    for (let at = MINUTE_END; at < aboveLength; at += 1) if (bytes[from + at] !== bytes[above + at]) return false;
    return true;
  };
  return (from, stop, found) => {
    if (isMinuteOfTheSameHour(from, stop)) {
      const minute = twoDigits(bytes, from + HOUR_LENGTH);
      const next = bytes[from + aboveLength];
      if (minute <= 59 && (from + aboveLength === stop || next === COMMA)) {
        found.value = aboveHourMs + minute * MINUTE_MS;
        found.end = from + aboveLength;
        above = from;
        return undefined;
      }
    }
    const refusal = scanTime(bytes, from, stop, found);
    above = -1;
    if (refusal === undefined && bytes[from + 4] === DASH) {
      above = from;
      aboveLength = found.end - from;
      aboveHourMs = found.value - twoDigits(bytes, from + HOUR_LENGTH) * MINUTE_MS;
    }
    return refusal;
  };
}

/** An instant in [from, stop); undefined when it was found. */
function scanTime(bytes: Uint8Array, from: number, stop: number, found: Found): Refusal | undefined {
  if (bytes[from + 4] !== DASH) return sinceEpoch(bytes, from, stop, found);
  const year = twoDigits(bytes, from) * 100 + twoDigits(bytes, from + 2);
  const month = twoDigits(bytes, from + 5);
  const day = twoDigits(bytes, from + 8);
  const hour = twoDigits(bytes, from + 11);
  const minute = twoDigits(bytes, from + 14);
  const middle = bytes[from + 10];
  const shaped =
    bytes[from + 7] === DASH &&
    (middle === UPPER_T || middle === LOWER_T || middle === BLANK) &&
    bytes[from + 13] === COLON &&
    from + 16 <= stop;
  let at = from + 16;
  let second = 0;
  let millis = 0;
  if (shaped && bytes[at] === COLON) {
    second = twoDigits(bytes, at + 1);
    at += 3;
    if (bytes[at] === POINT) {
      let scale = 100;
      for (at += 1; at < stop && isDigit(bytes[at]); at += 1) {
        millis += ((bytes[at] ?? ZERO) - ZERO) * scale;
        scale /= 10;
      }
    }
  }
  // NaN is in no range, so that what is no digit is refused here.
  const inRange =
    month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month) && hour <= 23 && minute <= 59 && second <= 59;
  if (!shaped || !inRange) return { message: 'is no time', hint: HINT };
  const zone = bytes[at];
  let offsetMs = 0;
  if (zone === UPPER_Z || zone === LOWER_Z) at += 1;
  else if (zone === PLUS || zone === DASH) {
    const colon = bytes[at + 3] === COLON ? 1 : 0;
    const hours = twoDigits(bytes, at + 1);
    const minutes = twoDigits(bytes, at + 3 + colon);
    if (!(hours <= 23 && minutes <= 59)) return { message: 'has no offset that is known', hint: HINT };
    offsetMs = (hours * HOUR_MS + minutes * MINUTE_MS) * (zone === PLUS ? 1 : -1);
    at += 5 + colon;
  } else return { message: 'has no offset from UTC', hint: HINT };
  if (at > stop) return { message: 'is no time', hint: HINT };
  const ofDay = hour * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS + Math.floor(millis);
  found.value = daysSinceEpoch(year, month, day) * DAY_MS + ofDay - offsetMs;
  found.end = at;
  return undefined;
}

function sinceEpoch(bytes: Uint8Array, from: number, stop: number, found: Found): Refusal | undefined {
  let at = from;
  let value = 0;
  for (; at < stop && isDigit(bytes[at]); at += 1) value = value * 10 + ((bytes[at] ?? ZERO) - ZERO);
  const digits = at - from;
  if (digits === SECONDS_DIGITS) {
    value *= SECOND_MS;
    if (bytes[at] === POINT) {
      let scale = 100;
      for (at += 1; at < stop && isDigit(bytes[at]); at += 1) {
        value += Math.floor(((bytes[at] ?? ZERO) - ZERO) * scale);
        scale /= 10;
      }
    }
  } else if (digits !== MILLISECONDS_DIGITS) {
    return at === from && (at === stop || bytes[at] === COMMA)
      ? { message: 'is empty', hint: HINT }
      : { message: 'is no time', hint: HINT };
  }
  found.value = value;
  found.end = at;
  return undefined;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

/** NaN where one is no digit. */
function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = bytes[at];
  const ones = bytes[at + 1];
  return isDigit(tens) && isDigit(ones) ? ((tens ?? ZERO) - ZERO) * 10 + (ones ?? ZERO) - ZERO : NaN;
}

/** The proleptic Gregorian calendar, years that begin in March. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const ofEra = shifted - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468;
}

function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
