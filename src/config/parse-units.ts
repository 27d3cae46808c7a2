/** Milliseconds of one unit, longest last. */
const DURATION_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const SIZE_BYTES = {
  B: 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
  PiB: 2 ** 50,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  PB: 1e15,
} as const;

/** Ten years: nothing that an operator means is longer, and every sum of durations stays a safe integer. */
export const LONGEST_MS = 3650 * DURATION_MS.d;

export const DURATION_PATTERN = /^(?:[0-9]{1,9}(?:\.[0-9]{1,6})?(?:ms|s|m|h|d))+$/;
export const PERCENTAGE_PATTERN = /^[0-9]{1,9}(?:\.[0-9]{1,6})?%$/;
export const SIZE_PATTERN = /^[0-9]{1,9}(?:\.[0-9]{1,6})?(?:B|KiB|MiB|GiB|TiB|PiB|KB|MB|GB|TB|PB)$/;
export const RATE_PATTERN = /^[0-9]{1,9}(?:\.[0-9]{1,6})?(?:B|KiB|MiB|GiB|TiB|PiB|KB|MB|GB|TB|PB)\/s$/;
export const TIME_PATTERN = /^(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)$/;
export const DATE_PATTERN = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
export const DATE_TIME_PATTERN = /^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T(?:[01][0-9]|2[0-3]):[0-5][0-9])?$/;

/** `30s`, `1h30m`, `250ms` to whole milliseconds. The text has passed DURATION_PATTERN. */
export function durationMs(text: string): number {
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/([0-9.]+)(ms|s|m|h|d)/g)) {
    total += Number(amount) * DURATION_MS[unit as keyof typeof DURATION_MS];
  }
  return Math.round(total);
}

/** `60%` to 0.6. The text has passed PERCENTAGE_PATTERN. */
export function percentageRatio(text: string): number {
  // Divided as decimal text so that 35% is 0.35 and not 0.35000000000000003.
  return Number(`${text.slice(0, -1)}e-2`);
}

/** `128GiB` and `20MiB/s` to bytes (per second). The text has passed SIZE_PATTERN or RATE_PATTERN. */
export function sizeBytes(text: string): number {
  const [, amount, unit] = /^([0-9.]+)([A-Za-z]+)/.exec(text) ?? [];
  return Math.round(Number(amount) * SIZE_BYTES[unit as keyof typeof SIZE_BYTES]);
}

/** `01:30` to minutes since midnight, 0..1440. The text has passed TIME_PATTERN. */
export function minuteOfDay(text: string): number {
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
}

/** Whether `YYYY-MM-DD` names a day that exists. */
export function isDate(text: string): boolean {
  if (!DATE_PATTERN.test(text)) return false;
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString() === text;
  } catch {
    return false;
  }
}

/** `fe1:9030` or `[::1]:9030`, undefined unless it is one. To listen, port 0 asks for any that is free. */
export function hostAndPort(text: string, leastPort = 1): { readonly host: string; readonly port: number } | undefined {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})))?:([0-9]{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host === undefined || port < leastPort || port > 65_535 ? undefined : { host, port };
}

/** A host name or an address, as SHOW BACKENDS prints it. */
export const HOST_PATTERN = /^(?:[A-Za-z0-9][A-Za-z0-9._-]{0,252}|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*)$/;
