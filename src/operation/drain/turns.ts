import { backendIn, isGone, nodeOf, seenTwice } from '../nodes.ts';
import { deadlineAt } from '../steps/deadline.ts';
import { isPassed, numberIn, recordOf, wasTakenBack } from '../steps/records.ts';
import type { Context, Turn } from '../steps/step.ts';
import { countText, durationText, percentText } from '../text.ts';
import { fullestSurvivor } from './drained.ts';
import { isNearlyDone } from './progress.ts';

/**
 * Why a removal is given up, in or out of a window: a person's order, somebody's hand, a disk of those that stay, a node that
 * is needed again (unless 90 % has moved and nothing has kept it from leaving yet), the deadline.
 */
export function turns(context: Context): Turn | undefined {
  const { operation, index, facts, policy, now } = context;
  const node = nodeOf(context) ?? 'it';
  const cancel = operation.cancelRequested;
  if (cancel !== undefined) return { end: 'cancelled', reason: `cancelled by ${cancel.by}: ${cancel.reason}` };
  const undone = undoneByOthers(context, node);
  if (undone !== undefined) return { end: 'cancelled', byHand: true, reason: `by hand: ${undone}` };

  const limit = policy.backends.find((group) => group.group === operation.group)?.disk.cancelRatio;
  const fullest = facts.topology.known ? fullestSurvivor(facts.topology.value, context) : undefined;
  if (limit !== undefined && fullest !== undefined && fullest.maxDiskUsedRatio >= limit) {
    const used = percentText(fullest.maxDiskUsedRatio);
    return {
      end: 'cancelled',
      reason: `a disk of ${fullest.address} is ${used} full (disk.cancel ${percentText(limit)})`,
    };
  }
  const need = facts.needAgain;
  if (need !== undefined && (!isNearlyDone(context) || wasTakenBack(context))) {
    return { end: 'cancelled', reason: `${node} is needed again: ${need.reason}` };
  }
  if (now > deadlineAt(context)) {
    const stalled = recordOf(operation, index, 'drain')?.data['diagnosis'];
    const why = typeof stalled === 'string' ? `: ${stalled}` : '';
    return {
      end: 'cancelled',
      reason: `not done within ${durationText(operation.deadlineMs)} (operations.deadline)${why}`,
    };
  }
  return undefined;
}

/** A decommission of ours that is off, or a backend that left with tablets on it, in two looks. */
function undoneByOthers(context: Context, node: string): string | undefined {
  const { operation, index } = context;
  if (isGone(context)) {
    const tablets = numberIn(recordOf(operation, index, 'drain')?.data ?? {}, 'lowest');
    const held = tablets === undefined ? '' : ` while it held about ${countText(tablets)} tablets`;
    return `${node} was dropped by someone else${held}`;
  }
  if (!isPassed(recordOf(operation, index, 'decommission'))) return undefined;
  const off = seenTwice(context, (topology) => backendIn(topology, context)?.decommissioned === false);
  return off ? `the decommission of ${node} was cancelled by someone else` : undefined;
}
