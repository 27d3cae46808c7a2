import type { EpochMs } from '../../domain/instant.ts';
import type { StepRecord } from '../../domain/operation.ts';
import { numberIn, textIn } from './records.ts';
import type { Context, Step } from './step.ts';

/** A statement whose reply was lost may still be on its way. */
export const AFTER_DOUBT_MS = 15_000;
/** What was held back right before it was sent is tried again at the next look. */
const NOT_SENT_MS = 1000;

/** Answers that the same question cannot change. */
const FINAL: ReadonlySet<string> = new Set([
  'doris-access-denied',
  'doris-replication-floor',
  'doris-quorum',
  'doris-master-drop',
  'doris-unsupported',
  'bad-input',
]);

/**
 * Whether a step whose effect is not there may be asked for again. The caller has looked twice in this process; a lost reply
 * is given time besides. Everything that is asked for is harmless twice: the cluster answers `already`, a provisioner knows
 * its key.
 */
export function mayAskAgain(context: Context, step: Step, record: StepRecord): 'now' | 'later' | 'never' {
  const code = textIn(record.data, 'errorCode');
  const persistent = step.afterDeadline === 'keep-trying';
  if (!persistent && code !== undefined && FINAL.has(code)) return 'never';
  const counts =
    code === 'doris-statement-failed' || code === 'provisioner-failed' || code === 'provisioner-bad-answer';
  if (!persistent && counts && record.attempts >= step.attempts) return 'never';
  const pauseMs =
    code === 'not-sent'
      ? NOT_SENT_MS
      : isUnanswered(record) && step.effect !== undefined
        ? Math.max(AFTER_DOUBT_MS, step.retryEveryMs)
        : step.retryEveryMs;
  return context.now - lastAskedAt(record) >= pauseMs ? 'now' : 'later';
}

/** What was sent may still come to pass: nobody can say yet that it was not begun. */
export function isInDoubt(context: Context, step: Step, record: StepRecord): boolean {
  if (step.effect === undefined || !isUnanswered(record)) return false;
  return context.now - lastAskedAt(record) < AFTER_DOUBT_MS;
}

/**
 * Nobody has asked for it for some rounds, nor since its time was over, `overMs` ago: this process was away, or blind. Once more is
 * enough: where each look takes longer than those rounds, it would be asked for without an end.
 */
export function isLongUnasked({ now }: Context, step: Step, record: StepRecord, overMs: number): boolean {
  const roundsMs = 2 * Math.max(AFTER_DOUBT_MS, step.retryEveryMs);
  return step.effect !== undefined && now - lastAskedAt(record) > Math.max(roundsMs, overMs);
}

/** When it was answered, or else sent. */
function lastAskedAt({ data, startedAt }: StepRecord): EpochMs {
  return numberIn(data, 'answeredAt') ?? numberIn(data, 'sentAt') ?? startedAt;
}

function isUnanswered(record: StepRecord): boolean {
  const code = textIn(record.data, 'errorCode');
  return (
    numberIn(record.data, 'answeredAt') === undefined || code === 'doris-outcome-unknown' || code === 'doris-timeout'
  );
}
