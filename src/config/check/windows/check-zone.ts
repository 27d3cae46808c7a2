import type { Finding } from '../../problem.ts';
import { error } from '../../problem.ts';
import { show } from '../../schema/scalars.ts';
import type { Locate } from '../../source/located.ts';
import { suggest } from '../../suggest.ts';

/** A name of the time zone database that this runtime knows. */
export type Zone = string;

/** The zone, or undefined when the value is none. Offsets such as +08:00 are no zones: they know no daylight saving. */
export function zoneOf(value: unknown): Zone | undefined {
  if (typeof value !== 'string' || !/^[A-Za-z]/.test(value)) return undefined;
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(value);
    // An ISO text with a bracketed zone is accepted above as that zone.
    return /^[A-Za-z][A-Za-z0-9_+/-]*$/.test(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function checkZone(value: string, locate: Locate): readonly Finding[] {
  if (zoneOf(value) !== undefined) return [];
  const right = 'write a name of the time zone database, such as Asia/Shanghai';
  if (value.toLowerCase() === 'local')
    return [error(locate(), `${show(value)} is no time zone: it depends on the machine`, right)];
  const near = suggest(value, [...Intl.supportedValuesOf('timeZone'), 'UTC']);
  return [error(locate(), `${show(value)} is no time zone`, near === undefined ? right : `did you mean "${near}"?`)];
}
