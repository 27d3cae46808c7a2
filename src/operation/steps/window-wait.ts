import type { EpochMs } from '../../domain/instant.ts';
import type { Operation, StepRecord } from '../../domain/operation.ts';
import { begin, numberIn, recordOf, settle, WHOLE } from './records.ts';
import type { Kind, Situation } from './step.ts';

/** Adds may be allowed at any time, by the policy or by the emergency that admitted this one. */
export function isWindowBound(kind: Pick<Kind, 'direction'>, situation: Situation): boolean {
  if (kind.direction === 'in') return true;
  if (situation.policy.windows.scaleOut === 'anytime') return false;
  return recordOf(situation.operation, WHOLE, 'admission')?.data['window'] !== 'emergency';
}

/** Time spent waiting for windows so far; it does not count against the operation's deadline. */
export function waitedForWindowMs(operation: Operation, now: EpochMs): number {
  const record = recordOf(operation, WHOLE, 'window');
  if (record === undefined) return 0;
  const before = numberIn(record.data, 'waitedMs') ?? 0;
  return record.state === 'intent' ? before + Math.max(0, now - record.startedAt) : before;
}

/** The journal's line at the beginning and at the end of a wait, so that a restart in between counts it whole. */
export function noteWindowWait(operation: Operation, waiting: boolean, now: EpochMs): StepRecord | undefined {
  const record = recordOf(operation, WHOLE, 'window');
  const noted = record?.state === 'intent';
  if (waiting === noted) return undefined;
  if (waiting) {
    const first = begin(operation, WHOLE, 'window', now, 'waits for the next window');
    return { ...first, data: { waitedMs: numberIn(record?.data ?? {}, 'waitedMs') ?? 0 } };
  }
  if (record === undefined) return undefined;
  return settle(record, 'done', now, 'a window is open', { waitedMs: waitedForWindowMs(operation, now) });
}
