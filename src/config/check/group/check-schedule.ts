import type { EpochMs } from '../../../domain/instant.ts';
import type { Finding } from '../../problem.ts';
import { error, warning } from '../../problem.ts';
import type { ScheduleFile } from '../../schema/group.ts';
import type { Locate } from '../../source/located.ts';
import { localInstant, nextMidnight } from '../../mapping/to-instant.ts';
import { checkCron } from '../windows/check-cron.ts';
import { more } from '../check-frontend.ts';
import type { Zone } from '../windows/check-zone.ts';

export interface ScheduleContext {
  /** Undefined when the group's own bounds are not valid. */
  readonly limits: { readonly min: number; readonly max: number } | undefined;
  /** Undefined when windows.timezone is not valid. */
  readonly zone: Zone | undefined;
  readonly at: EpochMs;
}

/** A floor or ceiling at known times: cron and duration, or from and until. */
export function checkSchedule(entry: ScheduleFile, locate: Locate, context: ScheduleContext): readonly Finding[] {
  return [...checkTimes(entry, locate, context), ...checkNumbers(entry, locate, context.limits)];
}

function checkTimes(entry: ScheduleFile, locate: Locate, context: ScheduleContext): readonly Finding[] {
  const cron = entry.cron !== undefined ? 'cron' : entry.duration !== undefined ? 'duration' : undefined;
  const range = entry.from !== undefined ? 'from' : entry.until !== undefined ? 'until' : undefined;
  if (cron !== undefined && range !== undefined) {
    return [
      error(locate.key(range), `${range} cannot stand beside ${cron}`, 'keep cron and duration, or from and until'),
    ];
  }
  if (range !== undefined) return checkRange(entry, locate, context);
  if (entry.cron === undefined) {
    return [error(locate('cron'), 'this is missing', 'write cron: "0 0 25 * *" and duration: 8d, or from and until')];
  }
  return [
    ...(entry.duration === undefined ? [error(locate('duration'), 'this is missing', 'write duration: 8d')] : []),
    ...checkCron(entry.cron, locate.at('cron')),
  ];
}

function checkRange({ from, until }: ScheduleFile, locate: Locate, { zone, at }: ScheduleContext): readonly Finding[] {
  if (from === undefined) return [error(locate('from'), 'this is missing', 'write from: 2026-11-10')];
  if (until === undefined) return [error(locate('until'), 'this is missing', 'write until: 2026-11-12')];
  if (zone === undefined) return [];
  const endMs = until.includes('T') ? localInstant(until, zone) : nextMidnight(until, zone);
  if (endMs <= localInstant(from, zone)) {
    return [
      error(locate('from'), `${from} is not before until (${until}, line ${locate('until').line})`, 'swap the two'),
    ];
  }
  return endMs <= at
    ? [warning(locate('until'), `${until} is past`, 'this entry does nothing any more; leave it out')]
    : [];
}

function checkNumbers(entry: ScheduleFile, locate: Locate, limits: ScheduleContext['limits']): readonly Finding[] {
  const { min, max } = entry;
  if (min === undefined && max === undefined)
    return [error(locate(), 'this entry has neither min nor max', 'add min: or max: with a number of nodes')];
  const findings: Finding[] = [];
  if (min !== undefined && max !== undefined && min > max) findings.push(more(locate, { min, max }));
  if (limits === undefined) return findings;
  if (min !== undefined && min > limits.max) {
    findings.push(
      error(
        locate('min'),
        `${min} is more than max of the group (${limits.max})`,
        'raise max of the group or lower this',
      ),
    );
  }
  if (max !== undefined && max < limits.min) {
    findings.push(
      error(
        locate('max'),
        `${max} is less than min of the group (${limits.min})`,
        'lower min of the group or raise this',
      ),
    );
  }
  return findings;
}
