import type { EpochMs } from '../../domain/instant.ts';
import type { Operation, StepRecord } from '../../domain/operation.ts';
import { numberIn } from './records.ts';

/** Told in time of their own: a drain by its operation, a wait for a window by the wall, a way back by its rounds. */
const OWN_TIME = /\.(?:drain|window|back)$/;

/**
 * An operation that is taken up again: the time in which no process saw to it counts for no deadline of a step. It began with what
 * was written last, at the earliest.
 */
export function withoutAway(operation: Operation, now: EpochMs): Operation {
  const awayMs = now - Math.max(...operation.steps.map(lastAt), operation.createdAt);
  if (awayMs <= 0) return operation;
  const steps = operation.steps.map((record) =>
    record.state === 'intent' && !OWN_TIME.test(record.key)
      ? { ...record, startedAt: record.startedAt + awayMs }
      : record,
  );
  return { ...operation, steps };
}

function lastAt({ startedAt, endedAt, data }: StepRecord): EpochMs {
  return Math.max(startedAt, endedAt ?? 0, numberIn(data, 'sentAt') ?? 0, numberIn(data, 'answeredAt') ?? 0);
}
