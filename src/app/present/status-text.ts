import { formatDuration, formatLocal } from '../../decision/windows/local-time.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { Pause } from '../../domain/memory.ts';
import type { ClusterStatus } from '../../domain/status.ts';
import { operationText } from './operation-text.ts';
import { table } from './table.ts';

/** One cluster for people: where it stands, what its groups do and why, who stopped it, what is being changed. */
export function statusText(status: ClusterStatus, timezone: string, now: EpochMs): string {
  const local = (at: EpochMs): string => formatLocal(at, timezone, now);
  const record = status.lastDecision;
  const head = [status.name, status.mode, windowText(status, local, now), ...(status.leader ? [] : ['no daemon runs'])];
  const decisions =
    record === undefined
      ? ['  not evaluated yet\n']
      : [
          table(
            record.groups.map((group) => [
              `  ${group.role === 'backend' ? 'be' : 'fe'}/${group.group}`,
              group.current === undefined ? '?' : String(group.current),
              group.action === 'hold' ? 'hold' : `-> ${String(group.desired)}`,
              group.reasons.join(' '),
            ]),
          ),
          `  evaluated ${local(record.at)} (${formatDuration(now - record.at)} ago)\n`,
        ];
  return [
    `${head.join('   ')}\n`,
    ...(status.forcedObserve === undefined ? [] : [`  only observed until a check passes: ${status.forcedObserve}\n`]),
    ...decisions,
    ...status.pauses.map((pause) => `  ${pauseText(pause, local, now)}\n`),
    ...status.notes.map((note) => `  ${note}\n`),
    ...(status.operation === undefined ? [] : [operationText(status.operation, timezone, now)]),
  ].join('');
}

function windowText({ windows }: ClusterStatus, local: (at: EpochMs) => string, now: EpochMs): string {
  const { open, nextChange } = windows;
  if (open !== undefined && nextChange === undefined) return `window ${open.names.join(', ')}, no end within 400 days`;
  if (open !== undefined)
    return `window ${open.names.join(', ')} until ${local(open.endMs)} (${formatDuration(open.endMs - now)} left)`;
  if (nextChange === undefined) return 'no window opens within 400 days';
  return `no window, the next opens ${local(nextChange)} (in ${formatDuration(nextChange - now)})`;
}

function pauseText(pause: Pause, local: (at: EpochMs) => string, now: EpochMs): string {
  const { direction, until, by, reason, replaced } = pause;
  const what = direction === 'both' ? 'paused' : `scale-${direction} paused`;
  const end = until === undefined ? 'until resumed' : `until ${local(until)} (in ${formatDuration(until - now)})`;
  if (replaced === undefined) return `${what} ${end}   by ${by}: ${reason}`;
  const before = replaced.until === undefined ? 'until resumed' : `until ${local(replaced.until)}`;
  return `${what} ${end}   by ${by}: ${reason} (in place of that by ${replaced.by} ${before}: ${replaced.reason})`;
}
