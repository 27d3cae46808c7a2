import type { EpochMs } from '../../domain/instant.ts';
import type { Operation } from '../../domain/operation.ts';
import { newestAt, rebase } from './rebase.ts';

/** Told in time of their own: a drain by its operation, a wait for a window by the wall, a way back by its rounds. */
const OWN_TIME = /\.(?:drain|window|back)$/;

/**
 * An operation that is taken up again: the time in which no process saw to it counts for no deadline of a step. It began with what
 * was written last, at the earliest.
 */
export function withoutAway(operation: Operation, now: EpochMs): Operation {
  // What ended by a clock that was ahead stays as it was written, and says nothing of when it was.
  const written = [...operation.steps.map(newestAt), operation.createdAt].filter((at) => at <= now);
  const awayMs = now - Math.max(...written);
  if (written.length === 0 || awayMs === 0) return operation;
  const steps = operation.steps.map((record) =>
    record.state === 'intent' && !OWN_TIME.test(record.key)
      ? { ...record, startedAt: record.startedAt + awayMs }
      : record,
  );
  return { ...operation, steps };
}

/**
 * An operation whose journal is ahead of the wall clock, because that was ahead and has been set right since: what is in hand goes
 * on as if its last instant were now. What has ended says nothing of it: that may have been written by a clock that was further
 * ahead. The same object when nothing in hand is ahead, so that a second start moves nothing again.
 */
export function setBack(operation: Operation, now: EpochMs): Operation {
  const { startedAt, steps } = operation;
  const newest = steps.map((record) => (record.state === 'intent' ? newestAt(record) : 0));
  const aheadMs = Math.max(startedAt ?? 0, ...newest) - now;
  if (aheadMs <= 0) return operation;
  const moved = rebase(operation, -aheadMs);
  return {
    ...moved,
    steps: moved.steps.map((record, index) => ((newest[index] ?? 0) > now ? record : (steps[index] ?? record))),
  };
}
