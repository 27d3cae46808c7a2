import { resolveLocal } from '../../decision/windows/resolve-local.ts';
import type { EpochMs } from '../../domain/instant.ts';
import { minuteOfDay } from '../parse-units.ts';

/** `2026-11-10` (its midnight) or `2026-11-10T20:00` in a zone, by the rule of the windows. */
export function localInstant(text: string, timezone: string): EpochMs {
  const [date = '', time = '00:00'] = text.split('T');
  return resolveLocal(timezone, date, minuteOfDay(time));
}

/** The midnight after a local date. */
export function nextMidnight(date: string, timezone: string): EpochMs {
  return resolveLocal(timezone, date, minuteOfDay('24:00'));
}
