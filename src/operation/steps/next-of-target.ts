import type { EpochMs } from '../../domain/instant.ts';
import type { StepRecord } from '../../domain/operation.ts';
import { isBegun, begin, isPassed, numberIn, recordKey, recordOf, settle, textIn, WHOLE } from './records.ts';
import { isInDoubt, isLongUnasked, mayAskAgain } from './retry.ts';
import type { Action, Wait } from './action.ts';
import { deadlineMs } from './deadline.ts';
import { evenFollowers } from './pair-order.ts';
import type { Context, Kind, Situation, Step, StepNotice, Turn, TurnEnd, Verdict } from './step.ts';
import { seenTwice } from '../nodes.ts';
import { comingText, durationText } from '../text.ts';
import { isWindowBound, windowPollMs } from './window-wait.ts';

const POLL_MS = 1000;
const STUCK_POLL_MS = 10_000;
/** A way out that is taken again without a rest is taken back no sooner than after this, or it would do nothing but write. */
const SHORTEST_ROUND_MS = 60_000;
/** So often the way out is taken back before people are told. */
const TOLD_ROUND = 3;

export type TargetNext =
  | { readonly is: 'act'; readonly action: Action }
  | { readonly is: 'wait'; readonly wait: Wait }
  | { readonly is: 'over'; readonly end: 'done' | TurnEnd; readonly reason: string };

/**
 *              turn                                undo steps passed
 *   steps ----------------> undo --------------------------------------> over (cancelled | failed)
 *    | ^  \
 *    | |   +-- all passed --------------------------------------------> over (done)
 *    v | next window
 *   back
 */
export function nextOfTarget(kind: Kind, context: Context): TargetNext {
  const { operation, index } = context;
  const turn = recordOf(operation, index, 'turn');
  if (turn?.state === 'done') {
    if (
      isSeen(context) &&
      kind.committed(context) &&
      !kind.undo.every((step) => isPassed(recordOf(operation, index, step.key)))
    ) {
      return write(settle(turn, 'undone', context.now, 'it was too late to turn: the change has happened'));
    }
    const step = kind.undo.find((each) => !isPassed(recordOf(operation, index, each.key)));
    if (step !== undefined) return nextOfStep(kind, context, step, 'undo');
    return { is: 'over', end: turn.data['end'] === 'failed' ? 'failed' : 'cancelled', reason: turn.detail };
  }
  const step = kind.steps.find((each) => !isPassed(recordOf(operation, index, each.key)));
  if (step === undefined) return overAfter(kind, context);
  const inHand = recordOf(operation, index, step.key);
  // What may still come to pass is not taken back before: "it is not there" would be taken for "it was taken back".
  const isOpen = inHand?.state === 'intent' && isInDoubt(context, step, inHand);
  if (!isOpen && isUncommitted(kind, context)) {
    const due = kind.turns(context);
    if (due !== undefined) return turnTo(context, due);
    const old = grownOld(kind, context);
    if (old !== undefined)
      return write(settle(old, 'undone', context.now, 'too long ago to rest on: it is taken again'));
  }
  const back = recordOf(operation, index, 'back');
  if (back?.state === 'intent') return retrace(kind, context, back);
  return nextOfStep(kind, context, step, 'steps');
}

/** Seen to be so: a look that failed does not show whether the change has happened, and nothing turns by it. */
function isUncommitted(kind: Kind, context: Context): boolean {
  return isSeen(context) && !kind.committed(context);
}

/** Two looks of this process, the last of them a good one: what is not there is not there. */
function isSeen(context: Context): boolean {
  return seenTwice(context, () => true);
}

/** A look that the next steps rest on, taken before a restart or a long wait, or by a clock that was ahead. */
function grownOld(kind: Kind, { operation, index, now }: Context): StepRecord | undefined {
  return kind.steps
    .filter(({ fresh }) => fresh !== undefined && !isBegun(operation, index, fresh.until))
    .map((step) => ({ record: recordOf(operation, index, step.key), forMs: step.fresh?.forMs ?? 0 }))
    .find(({ record, forMs }) => {
      const ageMs = now - (record?.endedAt ?? 0);
      return record?.state === 'done' && (ageMs > forMs || ageMs < 0);
    })?.record;
}

/** The steps that are taken once, after the last target. */
export function nextOfWhole(kind: Kind, situation: Situation): TargetNext {
  const context: Context = {
    ...situation,
    index: WHOLE,
    target: { node: undefined, backendId: undefined, bytes: undefined, tablets: undefined },
  };
  const step = kind.after.find((each) => !isPassed(recordOf(situation.operation, WHOLE, each.key)));
  return step === undefined ? { is: 'over', end: 'done', reason: '' } : nextOfStep(kind, context, step, 'undo');
}

function nextOfStep(kind: Kind, context: Context, step: Step, path: 'steps' | 'undo' | 'back'): TargetNext {
  const record = recordOf(context.operation, context.index, step.key);
  return record === undefined || record.state !== 'intent'
    ? beginStep(kind, context, step, path)
    : continueStep(kind, context, step, record, path);
}

function beginStep(kind: Kind, context: Context, step: Step, path: 'steps' | 'undo' | 'back'): TargetNext {
  const { facts, now } = context;
  const begun = begin(context.operation, context.index, step.key, now, step.title);
  const fresh = path === 'back' ? { ...begun, data: { ...begun.data, round: roundOf(context) } } : begun;
  if (!facts.topology.known) return wait(`the cluster could not be read: ${facts.topology.reason}`, POLL_MS);
  if (facts.earlier === undefined) return wait(`a second look, then: ${step.title}`, POLL_MS);
  const skipped = step.skip?.(context);
  if (skipped !== undefined) return write(settle(fresh, 'skipped', now, skipped));
  if (path === 'steps' && !step.outsideWindow && isWindowBound(kind, context)) {
    const closed = whileClosed(kind, context, step);
    if (closed !== undefined) return closed;
  }
  const refusal = step.refuse?.(context);
  if (refusal !== undefined) {
    if (refusal.end === undefined) return wait(refusal.reason, POLL_MS);
    if (path === 'steps' && isUncommitted(kind, context)) return turnTo(context, refusal);
    return write(settle(fresh, 'failed', now, refusal.reason));
  }
  const effect = step.effect?.(context);
  const record = step.remember === undefined ? fresh : { ...fresh, data: { ...fresh.data, ...step.remember(context) } };
  return effect === undefined ? write(record) : { is: 'act', action: { does: 'effect', record, effect } };
}

function continueStep(
  kind: Kind,
  context: Context,
  step: Step,
  record: StepRecord,
  path: 'steps' | 'undo' | 'back',
): TargetNext {
  const verdict = context.facts.topology.known
    ? step.verify(context, record)
    : ({ is: 'waiting', reason: `the cluster could not be read: ${context.facts.topology.reason}` } as const);
  switch (verdict.is) {
    case 'done':
      return write(settle(record, 'done', context.now, verdict.detail, verdict.data));
    case 'failed':
      return write(settle(record, 'failed', context.now, verdict.detail));
    case 'turn':
      if (kind.committed(context)) return write(settle(record, 'failed', context.now, verdict.reason));
      return isSeen(context) ? turnTo(context, verdict) : wait(`a second look: ${verdict.reason}`, POLL_MS);
    case 'back':
      return goBack(kind, context, verdict.reason);
    case 'note':
      return {
        is: 'act',
        action: {
          does: 'write',
          record: { ...record, detail: verdict.detail ?? record.detail, data: { ...record.data, ...verdict.data } },
          ...(verdict.notice === undefined ? {} : { notice: verdict.notice }),
        },
      };
    case 'waiting':
    case 'absent':
      return stillNot(kind, context, step, record, verdict, path);
  }
}

function stillNot(
  kind: Kind,
  context: Context,
  step: Step,
  record: StepRecord,
  verdict: Extract<Verdict, { readonly is: 'waiting' | 'absent' }>,
  path: 'steps' | 'undo' | 'back',
): TargetNext {
  const { facts, now, policy } = context;
  const closed = path === 'steps' && isWindowBound(kind, context) && !facts.window.open;
  if (closed && isUncommitted(kind, context) && !isInDoubt(context, step, record)) {
    if (step.onClose === 'undone')
      return turnTo(context, { end: 'cancelled', reason: `the window closed before this was done: ${step.title}` });
    if (step.onClose === 'back') return goBack(kind, context, 'the window closed');
    if (step.onClose === 'policy' && policy.windows.onClose === 'cancel') {
      return turnTo(context, { end: 'cancelled', reason: 'the window closed (onClose: cancel)' });
    }
  }
  const waits = step.onClose === 'waits' && closed;
  if (waits !== (record.data['waits'] === true)) return write(timedAnew(record, waits, now));
  const again = verdict.is === 'absent' ? mayAskAgain(context, step, record) : undefined;
  if (again === 'never' && isSeen(context))
    return giveUp(kind, context, step, record, textIn(record.data, 'error') ?? verdict.reason, path);
  const blocked = closed && !step.outsideWindow;
  const isShown = again === 'now' && isSeen(context);
  const held = isShown && waits ? whileClosed(kind, context, step) : undefined;
  if (held !== undefined) return held;
  const mayRepeat = isShown && !blocked;
  const refusal = mayRepeat ? step.refuse?.(context) : undefined;
  const why = refusal?.reason ?? verdict.reason;
  const overMs = now - record.startedAt - deadlineMs(step.deadline, context);
  // Nothing is given up by what a process has not seen twice, nor while what was sent may still come to pass, nor before it was
  // asked for once more after a time in which nobody asked.
  if (overMs > 0 && !waits && isSeen(context) && !isInDoubt(context, step, record)) {
    const reason = `${why} (longer than ${durationText(deadlineMs(step.deadline, context))})`;
    const given = giveUp(kind, context, step, record, reason, path);
    const isLeft =
      again === 'now' && refusal === undefined && (given.is === 'wait' || isLongUnasked(context, step, record, overMs));
    if (!isLeft) return given;
  }
  if (mayRepeat && refusal === undefined) {
    const effect = step.effect?.(context);
    if (effect !== undefined) {
      const repeated = begin(context.operation, context.index, step.key, now, record.detail);
      return { is: 'act', action: { does: 'effect', record: repeated, effect } };
    }
  }
  const error = textIn(record.data, 'error');
  const reason = verdict.is === 'absent' && error !== undefined ? `${why}: ${error}` : why;
  const isWaiting = verdict.is === 'waiting';
  return {
    is: 'wait',
    wait: {
      reason,
      forMs: (isWaiting ? verdict.pollMs : undefined) ?? POLL_MS,
      forWindow: false,
      progress: isWaiting ? verdict.progress : undefined,
    },
  };
}

/** What waits for a window to be sent has its time anew in each. */
function timedAnew(record: StepRecord, waits: boolean, now: EpochMs): StepRecord {
  return { ...record, startedAt: waits ? record.startedAt : now, data: { ...record.data, waits } };
}

/** A step's time or its tries are over. */
function giveUp(
  kind: Kind,
  context: Context,
  step: Step,
  record: StepRecord,
  reason: string,
  path: 'steps' | 'undo' | 'back',
): TargetNext {
  const { now } = context;
  switch (step.afterDeadline) {
    case 'turn':
      if (path !== 'steps' || kind.committed(context)) return write(settle(record, 'failed', now, reason));
      return turnTo(context, { end: 'failed', reason: `${step.title}: ${reason}` });
    case 'back':
      if (evenFollowers(context) !== undefined && now - record.startedAt < SHORTEST_ROUND_MS)
        return wait(reason, POLL_MS);
      return goBack(kind, context, reason);
    case 'give-up':
      return write(settle(record, 'failed', now, reason));
    case 'skip':
      return write(settle(record, 'skipped', now, reason));
    case 'keep-trying':
      if (numberIn(record.data, 'reportedAt') !== undefined) return wait(reason, STUCK_POLL_MS);
      return {
        is: 'act',
        action: {
          does: 'write',
          record: { ...record, data: { ...record.data, reportedAt: now } },
          notice: {
            event: 'operation-stuck',
            title: `${context.operation.kind} ${context.target.node ?? context.operation.group}: ${step.title} does not succeed`,
            lines: [`why    ${reason}`, 'now    it is tried again until it succeeds'],
          },
        },
      };
  }
}

function whileClosed(kind: Kind, context: Context, step: Step): TargetNext | undefined {
  const { facts, now, operation, index, policy } = context;
  const { window } = facts;
  const onTheWayOut = kind.retaken.some((key) => isBegun(operation, index, key));
  const firstOut = !onTheWayOut && kind.retaken.includes(step.key);
  const back = recordOf(operation, index, 'back');
  // Told by a clock that was ahead it is an instant of no window.
  const notBefore = back === undefined || back.startedAt > now ? 0 : (numberIn(back.data, 'until') ?? 0);
  const late = firstOut && window.usableUntilMs !== undefined && now >= window.usableUntilMs;
  if (window.open && !late && !(firstOut && now < notBefore)) return undefined;
  if (!window.open) {
    if (step.onClose === 'undone')
      return turnTo(context, { end: 'cancelled', reason: `the window closed before this began: ${step.title}` });
    if (step.onClose === 'back' && onTheWayOut) return goBack(kind, context, 'the window closed');
  }
  const opens = window.open ? Math.max(notBefore, window.endMs ?? 0) : Math.max(notBefore, window.nextOpenAt ?? 0);
  const when = opens > now ? ` of ${comingText(opens, policy.windows.timezone, now)}` : '';
  const reason = window.open
    ? `waits for the next window to go on: ${step.title}`
    : `waits for the window${when} to go on: ${step.title}`;
  const untilOpenMs = window.open || window.nextOpenAt === undefined ? POLL_MS : window.nextOpenAt - now;
  return {
    is: 'wait',
    wait: {
      reason,
      forMs: Math.min(windowPollMs(context), Math.max(POLL_MS, untilOpenMs)),
      forWindow: true,
      progress: undefined,
    },
  };
}

function goBack(kind: Kind, context: Context, reason: string): TargetNext {
  const { facts, now, policy, operation, index } = context;
  const pauseMs = Math.max(policy.operations.drainQueriesMs, 900_000);
  const restsUntil = policy.windows.always ? now + pauseMs : (facts.window.endMs ?? now);
  const until = evenFollowers(context) === undefined ? restsUntil : now;
  const begun = begin(operation, index, 'back', now, reason);
  const record = { ...begun, startedAt: now, data: { until, from: kind.retaken[0] ?? '' } };
  if (record.attempts !== TOLD_ROUND) return write(record);
  return { is: 'act', action: { does: 'write', record, notice: keptNotice(context, reason) } };
}

/** It is tried on for as long as it takes: a rest would only keep the operation open for longer. */
function keptNotice({ operation, target }: Context, reason: string): StepNotice {
  return {
    event: 'operation-stuck',
    title: `${operation.kind} ${target.node ?? operation.group}: its way out was taken back ${String(TOLD_ROUND)} times`,
    lines: [
      `why    ${reason}`,
      'now    it is tried again in every window; until it is over no other operation of the cluster begins',
      `you    end what keeps it, or: doris-autoscaler cancel ${operation.id}`,
    ],
  };
}

/** Takes the way out back, statement by statement; then its steps stand as undone, to be taken again. */
function retrace(kind: Kind, context: Context, back: StepRecord): TargetNext {
  const { operation, index, now } = context;
  const step = kind.back.find((each) => {
    const record = recordOf(operation, index, each.key);
    return record === undefined || record.data['round'] !== roundOf(context) || !isPassed(record);
  });
  if (step !== undefined) return nextOfStep(kind, context, step, 'back');
  const standing = kind.retaken
    .map((key) => recordOf(operation, index, key))
    .find((record) => record !== undefined && record.state !== 'undone');
  if (standing !== undefined) return write(settle(standing, 'undone', now, `taken back: ${back.detail}`));
  return write(settle(back, 'done', now, back.detail));
}

/** Which time the way out is taken back: clocks may have been set in between. */
function roundOf({ operation, index }: Context): number {
  return recordOf(operation, index, 'back')?.attempts ?? 0;
}

function overAfter(kind: Kind, context: Context): TargetNext {
  const failed = kind.steps
    .map((step) => recordOf(context.operation, context.index, step.key))
    .find((record) => record?.state === 'failed');
  if (failed === undefined) return { is: 'over', end: 'done', reason: '' };
  return { is: 'over', end: 'failed', reason: failed.detail };
}

function turnTo(context: Context, { end, reason, byHand }: Turn): TargetNext {
  const record: StepRecord = {
    key: recordKey(context.index, 'turn'),
    state: 'done',
    attempts: 1,
    startedAt: context.now,
    endedAt: context.now,
    detail: reason,
    data: byHand === true ? { end, byHand } : { end },
  };
  return write(record);
}

function write(record: StepRecord): TargetNext {
  return { is: 'act', action: { does: 'write', record } };
}

function wait(reason: string, forMs: number): TargetNext {
  return { is: 'wait', wait: { reason, forMs, forWindow: false, progress: undefined } };
}
