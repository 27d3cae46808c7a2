import type { EpochMs } from '../domain/instant.ts';
import type { Operation, OperationState, StepRecord } from '../domain/operation.ts';
import type { ClusterPolicy } from '../domain/policy.ts';
import type { Action, Wait } from './steps/action.ts';
import { endOf } from './end.ts';
import type { Facts } from './facts.ts';
import { kindOf } from './kinds/tables.ts';
import { evenFollowers, inPairOrder } from './steps/pair-order.ts';
import { nextOfTarget, nextOfWhole } from './steps/next-of-target.ts';
import type { TargetNext } from './steps/next-of-target.ts';
import { isBegun, recordOf, settle, WHOLE } from './steps/records.ts';
import { changeSettings } from './steps/settings.ts';
import type { Kind, Situation, StepNotice } from './steps/step.ts';
import { noteWindowWait, waitedForWindowMs } from './steps/window-wait.ts';

export interface Next {
  readonly actions: readonly Action[];
  /** Present when there is nothing to do until the next look. */
  readonly wait: Wait | undefined;
  /** Present when the operation is over. */
  readonly end: { readonly state: OperationState; readonly reason: string } | undefined;
  readonly waitedForWindowMs: number;
}

/**
 * What to do now, from the journal and the facts alone: the same answer after a crash as before it. Actions of several
 * targets may be carried out side by side; each target has at most one.
 */
export function next(operation: Operation, facts: Facts, policy: ClusterPolicy, now: EpochMs): Next {
  const situation: Situation = { operation, facts, policy, now };
  const kind = kindOf(operation.kind);
  const waited = waitedForWindowMs(operation, now);

  const settings = changeSettings(situation);
  if (settings !== undefined) {
    const action: Action =
      'effect' in settings ? { does: 'effect', ...settings } : { does: 'write', record: settings.record };
    return { actions: [action], wait: undefined, end: undefined, waitedForWindowMs: waited };
  }

  const targets = stepTargets(kind, situation);
  const waits = targets.flatMap((target) => (target.is === 'wait' ? [target.wait] : []));
  const wait = waits.length === 0 ? undefined : combine(waits);
  // What is not seen twice yet neither begins nor ends the wait for a window.
  const isSeen = facts.earlier !== undefined;
  const note = isSeen ? noteWindowWait(operation, wait?.forWindow ?? false, now) : undefined;
  const actions = [
    ...(note === undefined ? [] : [noteAction(situation, note, wait)]),
    ...targets.flatMap((target) => (target.is === 'act' ? [target.action] : [])),
  ];
  if (actions.length > 0) return { actions, wait: undefined, end: undefined, waitedForWindowMs: waited };
  if (wait !== undefined) return { actions: [], wait, end: undefined, waitedForWindowMs: waited };

  const after = nextOfWhole(kind, situation);
  if (after.is === 'act')
    return { actions: [after.action], wait: undefined, end: undefined, waitedForWindowMs: waited };
  if (after.is === 'wait') return { actions: [], wait: after.wait, end: undefined, waitedForWindowMs: waited };
  const kept = recordOf(operation, WHOLE, 'settings');
  if (kept?.state === 'intent') {
    const record = settle(kept, 'done', now, 'no setting of ours is left');
    return { actions: [{ does: 'write', record }], wait: undefined, end: undefined, waitedForWindowMs: waited };
  }
  return { actions: [], wait: undefined, end: endOf(kind, operation), waitedForWindowMs: waited };
}

/** An even number of followers over a day is news, although it ends by itself. */
function noteAction(situation: Situation, record: StepRecord, wait: Wait | undefined): Action {
  const count = evenFollowers(situation);
  if (record.state !== 'intent' || wait === undefined || count === undefined) return { does: 'write', record };
  const notice: StepNotice = {
    event: 'operation-stuck',
    title: `${situation.operation.kind}: there are ${String(count)} followers, an even number, until the next window`,
    lines: [
      `why    ${wait.reason}`,
      'now    it goes on by itself then',
      `you    keep all of them alive until then: they bear the loss of ${String(count / 2 - 1)}`,
    ],
  };
  return { does: 'write', record, notice };
}

function stepTargets(kind: Kind, situation: Situation): readonly TargetNext[] {
  const { targets } = situation.operation;
  if (isBegun(situation.operation, WHOLE, 'restore')) return [];
  if (kind.gates !== undefined) return stepInPair(kind, situation);
  if (kind.order === 'side-by-side') {
    return targets.map((target, index) => nextOfTarget(kind, { ...situation, index, target }));
  }
  for (const [index, target] of targets.entries()) {
    const one = nextOfTarget(kind, { ...situation, index, target });
    if (one.is !== 'over') return [one];
    if (one.end !== 'done') return [];
  }
  return [];
}

/** One at a time; one that waits for a window holds up none whose change has happened. */
function stepInPair(kind: Kind, situation: Situation): readonly TargetNext[] {
  const open = inPairOrder(kind, situation)
    .map((context) => ({ context, next: nextOfTarget(kind, context) }))
    .filter(({ next }) => next.is !== 'over');
  const [first, ...others] = open;
  if (first === undefined) return [];
  if (first.next.is !== 'wait' || !first.next.wait.forWindow) return [first.next];
  return [first, ...others.filter(({ context }) => kind.committed(context))].map(({ next }) => next);
}

function combine(waits: readonly Wait[]): Wait {
  const soonest = waits.reduce((a, b) => (b.forMs < a.forMs ? b : a));
  return {
    reason: [...new Set(waits.map((wait) => wait.reason))].join('; '),
    forMs: soonest.forMs,
    forWindow: waits.every((wait) => wait.forWindow),
    progress: waits.find((wait) => wait.progress !== undefined)?.progress,
  };
}
