import * as z from 'zod';
import {
  DATE_PATTERN,
  DATE_TIME_PATTERN,
  DURATION_PATTERN,
  durationMs,
  HOST_PATTERN,
  hostAndPort,
  isDate,
  LONGEST_MS,
  PERCENTAGE_PATTERN,
  percentageRatio,
  RATE_PATTERN,
  SIZE_PATTERN,
  TIME_PATTERN,
} from '../parse-units.ts';

/*
 * Words of the file. Every error text is `what is wrong; what would be right`, split at the first semicolon by
 * describe-issue.ts. An absent value is left to describe-issue.ts, which knows the key that is missing.
 */

type Complaint = (shown: string) => string;

/** A string of one form; numbers and misspelt units get the same answer, with what would be right. */
function word(pattern: RegExp, complaint: Complaint) {
  const complain = (issue: { readonly input?: unknown }) =>
    issue.input === undefined || issue.input === null ? undefined : complaint(show(issue.input));
  return z.string({ error: complain }).regex(pattern, { error: complain, abort: true });
}

/** How a value is shown in a message; long or nested values are only named. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a map';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}..."` : text;
}

export const duration = word(DURATION_PATTERN, (shown) =>
  /^[0-9]+(?:\.[0-9]+)?$/.test(shown)
    ? `${shown} has no unit; write ${shown}s, or with ms, m, h or d`
    : `${shown} is no duration; write one such as 30s, 10m, 12h or 3d`,
)
  .refine((text) => durationMs(text) <= LONGEST_MS, {
    error: (issue) => `${show(issue.input)} is more than ten years; write one such as 30s, 10m, 12h or 3d`,
  })
  .meta({ title: 'duration' });

export const positiveDuration = duration
  .refine((text) => durationMs(text) > 0, {
    error: (issue) => `${show(issue.input)} is no time at all; write one such as 30s, 10m, 12h or 3d`,
  })
  .meta({ title: 'duration' });

const LONGEST_SPAN_MS = 400 * 86_400_000;

/** How long a window or a span of a schedule lasts. */
export const spanDuration = positiveDuration
  .refine((text) => durationMs(text) <= LONGEST_SPAN_MS, {
    error: (issue) => `${show(issue.input)} is more than 400 days; write one such as 4h or 8d`,
  })
  .meta({ title: 'duration' });

const percentageText = word(PERCENTAGE_PATTERN, (shown) => {
  const number = Number(shown);
  if (!Number.isFinite(number)) return `${shown} is no percentage; write one such as 60%`;
  const percent = number > 0 && number <= 1 ? Number((number * 100).toFixed(6)) : number;
  return `${shown} has no unit; write ${percent}%`;
});

/** 0% to 100%. */
export const percentage = percentageText
  .refine((text) => percentageRatio(text) <= 1, {
    error: (issue) => `${show(issue.input)} is more than all; write at most 100%`,
  })
  .meta({ title: 'percentage' });

/** Above 0%, up to 100%. */
export const positivePercentage = percentage
  .refine((text) => percentageRatio(text) > 0, {
    error: (issue) => `${show(issue.input)} is nothing; write one such as 60%`,
  })
  .meta({ title: 'percentage' });

export const size = word(SIZE_PATTERN, (shown) =>
  /^[0-9.]+$/.test(shown)
    ? `${shown} has no unit; write one such as 128GiB`
    : `${shown} is no size; write one such as 128GiB or 512MiB`,
).meta({ title: 'size' });

export const rate = word(RATE_PATTERN, (shown) => `${shown} is no rate; write one such as 20MiB/s`).meta({
  title: 'rate',
});

export const localTime = word(
  TIME_PATTERN,
  (shown) => `${shown} is no time of day; write one from "00:00" to "24:00"`,
).meta({ title: 'time' });

const realDate = {
  error: (issue: { readonly input?: unknown }) =>
    `${show(issue.input)} is a day that does not exist; write one such as 2026-11-30`,
};

export const localDate = word(DATE_PATTERN, (shown) => `${shown} is no date; write one such as 2026-11-30`)
  .refine(isDate, realDate)
  .meta({ title: 'date' });

export const localDateTime = word(
  DATE_TIME_PATTERN,
  (shown) => `${shown} is no date; write one such as 2026-11-30 or 2026-11-30T08:00, in windows.timezone`,
)
  .refine((text) => isDate(text.slice(0, 10)), realDate)
  .meta({ title: 'date or time' });

export const endpoint = word(
  /^.+:[0-9]{1,5}$/,
  (shown) => `${shown} is no endpoint; write host:port, such as "fe1:9030" or "[fd00::1]:9030"`,
)
  .refine((text) => hostAndPort(text) !== undefined, {
    error: (issue) => `${show(issue.input)} is no endpoint; write host:port, such as "fe1:9030" or "[fd00::1]:9030"`,
  })
  .meta({ title: 'host:port' });

export const host = word(
  HOST_PATTERN,
  (shown) => `${shown} is no host; write a name or an address without a port`,
).meta({ title: 'host' });

/** A host, with or without a port. */
export const hostOrEndpoint = word(/^\S+$/, (shown) => `${shown} is no host; write "10.0.0.21" or "10.0.0.21:9050"`)
  .refine((text) => HOST_PATTERN.test(text) || hostAndPort(text) !== undefined, {
    error: (issue) => `${show(issue.input)} is no host; write "10.0.0.21" or "10.0.0.21:9050"`,
  })
  .meta({ title: 'host or host:port' });

/** Names end in metric labels and in paths of the API. */
export const name = word(
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
  (shown) => `${shown} is no name; write letters, digits, ".", "_" and "-", at most 63`,
).meta({ title: 'name' });

/** Text that is not empty. */
export function text(example: string) {
  return word(/\S/, (shown) => `${shown} is no text; write one such as ${example}`);
}

export function wholeNumber(range: { readonly min: number; readonly max: number }) {
  const right = `write one from ${range.min} to ${range.max}`;
  const complain = (issue: { readonly input?: unknown }) =>
    issue.input === undefined || issue.input === null ? undefined : `${show(issue.input)} is no whole number; ${right}`;
  return z
    .int({ error: complain })
    .min(range.min, { error: (issue) => `${show(issue.input)} is too small; ${right}` })
    .max(range.max, { error: (issue) => `${show(issue.input)} is too large; ${right}` })
    .meta({ title: `${range.min}..${range.max}` });
}

export function choice<const Values extends readonly [string, ...string[]]>(values: Values) {
  return z.enum(values);
}
