import type { EpochMs } from '../../domain/instant.ts';
import type { Finding } from '../problem.ts';
import { error } from '../problem.ts';
import { show } from '../schema/scalars.ts';
import type { Locate } from '../source/located.ts';
import type { Zone } from './check-zone.ts';

/** Five fields, and a time that comes. */
export function checkCron(
  cron: string,
  locate: Locate,
  _context: { readonly zone: Zone | undefined; readonly at: EpochMs },
): readonly Finding[] {
  const fields = cron.trim().split(/\s+/).length;
  if (fields !== 5) {
    return [
      error(
        locate(),
        `${show(cron)} has ${fields} ${fields === 1 ? 'field' : 'fields'}`,
        'write five: minute, hour, day of month, month, day of week',
      ),
    ];
  }
  return [];
}
