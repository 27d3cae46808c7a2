import { cronFires } from '../../../decision/windows/instances.ts';
import type { Finding } from '../../problem.ts';
import { error } from '../../problem.ts';
import { show } from '../../schema/scalars.ts';
import type { Locate } from '../../source/located.ts';

const FIELDS = ['minute', 'hour', 'day of the month', 'month', 'day of the week'] as const;
const RIGHT = 'write five fields: minute, hour, day of month, month, day of week, such as "0 1 * * sat"';

/** Five fields, each of them right, and a time that ever comes. */
export function checkCron(cron: string, locate: Locate): readonly Finding[] {
  const fields = cron.trim().split(/\s+/);
  if (fields.length !== FIELDS.length) {
    return [error(locate(), `${show(cron)} has ${fields.length} ${fields.length === 1 ? 'field' : 'fields'}`, RIGHT)];
  }
  if (cronFires(cron, 'UTC')) return [];
  for (const [index, field] of fields.entries()) {
    const alone = FIELDS.map((_, other) => (other === index ? field : '*')).join(' ');
    if (!cronFires(alone, 'UTC'))
      return [error(locate(), `"${field}" is no ${FIELDS[index] ?? 'field'} of a cron`, RIGHT)];
  }
  return [error(locate(), `${show(cron)} never fires`, 'no month that it names has such a day')];
}
