import type { GroupPolicy, SchedulePolicy, SignalPolicy } from '../../domain/group-policy.ts';
import { durationMs, percentageRatio, sizeBytes } from '../parse-units.ts';
import type { GroupFile, ScheduleFile, SignalFile } from '../schema/group.ts';
import { boundNumber } from './to-bound.ts';
import { localInstant, nextMidnight } from './to-instant.ts';

/** One group of backends. The section has passed the schema and every check. */
export function toGroup(file: GroupFile, timezone: string): GroupPolicy {
  return {
    group: file.group,
    min: file.min,
    max: file.max,
    step: file.step,
    provisioner: file.provisioner,
    signals: file.signals.map(toSignal),
    forecast: {
      seasonsMs: file.forecast.seasons.map(durationMs),
      historyMs: durationMs(file.forecast.history),
      quantile: file.forecast.quantile,
      headroomRatio: percentageRatio(file.forecast.headroom),
    },
    schedule: file.schedule.map((entry) => toSchedule(entry, timezone)),
    cooldown: { outMs: durationMs(file.cooldown.out), inMs: durationMs(file.cooldown.in) },
    minHoldMs: durationMs(file.minHold),
    stabilize: { outMs: durationMs(file.stabilize.out), inMs: durationMs(file.stabilize.in) },
    deadBandRatio: percentageRatio(file.deadBand),
    leadTimeMs: file.leadTime === undefined ? undefined : durationMs(file.leadTime),
    disk: { projectedRatio: percentageRatio(file.disk.projected), cancelRatio: percentageRatio(file.disk.cancel) },
    cost:
      file.cost === undefined
        ? undefined
        : { perNodeHour: file.cost.nodeHour, currency: file.cost.currency, baselineNodes: file.cost.baseline },
  };
}

function toSignal(file: SignalFile): SignalPolicy {
  return {
    name: file.signal,
    query: file.query,
    purpose: toPurpose(file),
    memoryPerNodeBytes: file.memoryPerNode === undefined ? undefined : sizeBytes(file.memoryPerNode),
    injectLabels: file.labels === undefined,
  };
}

function toPurpose(file: SignalFile): SignalPolicy['purpose'] {
  if (file.target !== undefined) return { kind: 'size', form: 'target', targetRatio: percentageRatio(file.target) };
  if (file.perNode !== undefined) return { kind: 'size', form: 'per-node', perNode: file.perNode };
  return { kind: 'limit', limit: boundNumber(file.limit ?? 0) };
}

function toSchedule(file: ScheduleFile, timezone: string): SchedulePolicy {
  return { name: file.name, when: toWhen(file, timezone), min: file.min, max: file.max };
}

function toWhen(file: ScheduleFile, timezone: string): SchedulePolicy['when'] {
  if (file.cron !== undefined) return { form: 'cron', cron: file.cron, durationMs: durationMs(file.duration ?? '0s') };
  const until = file.until ?? file.from ?? '';
  return {
    form: 'range',
    fromMs: localInstant(file.from ?? '', timezone),
    untilMs: until.includes('T') ? localInstant(until, timezone) : nextMidnight(until, timezone),
  };
}
