import type { Operation } from '../../domain/operation.ts';

/** The newest operations of a kind that count. */
const NEWEST = 20;

/** p90 of the durations of the newest succeeded operations, per node added or removed; undefined without any. */
export function durationP90Ms(operations: readonly Operation[]): number | undefined {
  const durations = newestSucceeded(operations)
    .map((operation) => {
      const nodes = operation.kind.startsWith('add-') ? 1 : Math.max(1, operation.targets.length);
      return ((operation.endedAt ?? 0) - (operation.startedAt ?? 0) - operation.waitedForWindowMs) / nodes;
    })
    .filter((durationMs) => durationMs > 0)
    .toSorted((a, b) => a - b);
  return durations.length === 0 ? undefined : durations[Math.ceil(durations.length * 0.9) - 1];
}

/** Bytes per second that the newest drains moved off one leaving backend; undefined without any. */
export function migrationRate(operations: readonly Operation[]): number | undefined {
  let bytes = 0;
  let seconds = 0;
  for (const operation of newestSucceeded(operations.filter((each) => each.kind === 'remove-backend'))) {
    for (const step of operation.steps) {
      const moved = step.data['movedBytes'];
      const tookMs = step.data['drainMs'];
      if (typeof moved !== 'number' || typeof tookMs !== 'number' || tookMs <= 0) continue;
      bytes += moved;
      seconds += tookMs / 1000;
    }
  }
  return bytes > 0 && seconds > 0 ? bytes / seconds : undefined;
}

function newestSucceeded(operations: readonly Operation[]): readonly Operation[] {
  return operations
    .filter(
      (operation) =>
        operation.state === 'succeeded' && operation.endedAt !== undefined && operation.startedAt !== undefined,
    )
    .toSorted((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0))
    .slice(0, NEWEST);
}
