import type { SchedulePolicy } from '../../domain/group-policy.ts';
import type { Interval } from '../../domain/instant.ts';
import { cronInstances } from './instances.ts';
import { DAY_MS } from './local-date.ts';

/** Resolved ahead of what is asked, so that a clock that goes on seldom resolves again. */
const AHEAD_MS = 400 * DAY_MS;

interface Resolved extends Interval {
  readonly timezone: string;
  /** By start; all of the same length. */
  readonly instances: readonly Interval[];
}

const cache = new WeakMap<SchedulePolicy, Resolved>();

/** The times of a schedule that meet a range, by start, with their true ends. They may overlap when a cron is dense. */
export function scheduleInstances(schedule: SchedulePolicy, timezone: string, range: Interval): readonly Interval[] {
  const { when } = schedule;
  if (when.form === 'range') {
    const meets = when.fromMs < range.endMs && when.untilMs > range.startMs;
    return meets ? [{ startMs: when.fromMs, endMs: when.untilMs }] : [];
  }
  const { instances } = resolve(schedule, when, timezone, range);
  const met: Interval[] = [];
  for (let index = firstAfter(instances, range.startMs - when.durationMs); index < instances.length; index += 1) {
    const instance = instances[index];
    if (instance === undefined || instance.startMs >= range.endMs) break;
    met.push(instance);
  }
  return met;
}

function resolve(
  schedule: SchedulePolicy,
  when: { readonly cron: string; readonly durationMs: number },
  timezone: string,
  range: Interval,
): Resolved {
  const known = cache.get(schedule);
  if (known?.timezone === timezone && range.startMs >= known.startMs && range.endMs <= known.endMs) return known;
  if (!Number.isFinite(range.startMs) || !Number.isFinite(range.endMs))
    throw new RangeError('an instant is not finite');
  const span = { startMs: range.startMs - AHEAD_MS, endMs: range.endMs + AHEAD_MS };
  const instances = Array.from(cronInstances(when, timezone, span), ({ startMs, endMs }) => ({ startMs, endMs }));
  const resolved = { ...span, timezone, instances };
  cache.set(schedule, resolved);
  return resolved;
}

function firstAfter(instances: readonly Interval[], startMs: number): number {
  let low = 0;
  let high = instances.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((instances[middle]?.startMs ?? Infinity) > startMs) high = middle;
    else low = middle + 1;
  }
  return low;
}
