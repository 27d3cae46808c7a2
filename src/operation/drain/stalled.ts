import type { OperationProgress, StepRecord } from '../../domain/operation.ts';
import type { OnStall } from '../../domain/policy.ts';
import type { Backend } from '../../domain/topology.ts';
import { nodeOf } from '../nodes.ts';
import { deadlineAt } from '../steps/deadline.ts';
import { numberIn, textIn } from '../steps/records.ts';
import type { Context, Verdict } from '../steps/step.ts';
import { comingText, countText, durationText } from '../text.ts';
import { diagnose, remedyOf } from './diagnose.ts';
import { stallView } from './stall-view.ts';

const POLL_MS = 10_000;

/** Nothing has left for operations.stallAfter: the cause is named once, and onStall says what is done. */
export function stalled(
  context: Context,
  {
    record,
    row,
    standingMs,
    progress,
  }: {
    readonly record: StepRecord;
    readonly row: Backend;
    readonly standingMs: number;
    readonly progress: OperationProgress;
  },
): Verdict {
  const { operations } = context.policy;
  const node = nodeOf(context) ?? 'it';
  const found = diagnose(context);
  const remedy = remedyOf(found, operations.onStall);
  const still = `${countText(row.tablets)} tablets for ${durationText(standingMs)}`;
  const told = toldIn(record);
  const why = textIn(record.data, 'diagnosis') ?? found.cause;
  const waiting: Verdict = {
    is: 'waiting',
    reason: `${node} stands still: ${still}; ${why}`,
    pollMs: POLL_MS,
    progress,
  };
  const isUnread = !context.facts.stall.known || !context.facts.residual.known;
  // What could not be read once does not end the cause that was seen before.
  if (found.code === 'unknown' && isUnread && told.length > 0) return waiting;
  if (remedy === 'cancel') {
    const reason = `${node} stood still at ${still}: ${found.cause}`;
    return { is: 'turn', end: 'cancelled', reason };
  }
  if (!told.includes(found.code)) {
    return {
      is: 'note',
      data: {
        stalledAt: numberIn(record.data, 'stalledAt') ?? context.now,
        cause: found.code,
        diagnosis: found.cause,
        told: [...told, found.code],
        throttled: remedy === 'throttle',
      },
      detail: found.cause,
      progress,
      notice: {
        event: 'operation-stalled',
        title: `remove-backend ${node} stands still: ${still}`,
        lines: [
          `why    ${found.cause}`,
          nextText(context, remedy),
          `you    ${found.mend}, or: doris-autoscaler cancel ${context.operation.id}`,
          `look   ${found.look}`,
        ],
      },
    };
  }
  return waiting;
}

/** What stands in the step's data once tablets move again. */
export const MOVING = { stalledAt: null, cause: null, diagnosis: null, told: null, throttled: false } as const;

/**
 * TabletNum may stand while large tablets are on their way: then the oldest clone is well within its time-out, has not failed
 * before and runs about as long as nothing has left. Undefined: it is no plateau.
 */
export function plateauText(context: Context, standingMs: number): string | undefined {
  const moves = stallView(context)?.scheduler?.moves ?? [];
  const oldest = moves
    .filter(({ ageMs, timeoutMs, failedRunning }) => ageMs !== undefined && ageMs <= timeoutMs && failedRunning === 0)
    .toSorted((a, b) => (b.ageMs ?? 0) - (a.ageMs ?? 0))[0];
  if (oldest?.ageMs === undefined || oldest.ageMs < standingMs / 2 || diagnose(context).sure) return undefined;
  const table = context.facts.stall.known ? context.facts.stall.value.tableOfTablet[oldest.tablet] : undefined;
  const name = table === undefined ? `tablet ${oldest.tablet}` : `a tablet of ${table}`;
  return `${name} is being cloned for ${durationText(oldest.ageMs)}`;
}

/** Causes that were told of since tablets last moved: each once. */
function toldIn({ data }: StepRecord): readonly string[] {
  const told = data['told'];
  return Array.isArray(told) ? told.filter((each) => typeof each === 'string') : [];
}

function nextText(context: Context, remedy: Exclude<OnStall, 'cancel'>): string {
  const { windows, operations } = context.policy;
  const wanted = operations.onStall;
  const deadline = comingText(deadlineAt(context), windows.timezone, context.now);
  switch (remedy) {
    case 'wait':
      if (wanted !== 'wait')
        return `now    waiting (onStall: ${wanted} does not help here), cancelled on ${deadline} at the latest`;
      return `now    waiting (onStall: wait), cancelled on ${deadline} at the latest`;
    case 'throttle':
      return `now    going on at the speed outside windows (onStall: throttle), cancelled on ${deadline} at the latest`;
    case 'ask':
      return `now    waiting for an answer; cancelled on ${deadline} if none comes (onStall: ask)`;
  }
}
