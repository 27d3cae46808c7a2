import { followersOf } from '../../decision/ratio/quorum.ts';
import { isPassed, recordOf } from './records.ts';
import type { Context, Kind, Situation } from './step.ts';

/**
 * The targets of an operation with gates, the one in hand first: whoever has passed the fewest gates, and of those the first on
 * the way there, the last on the way back. One whose partner has turned decides first whether it turns, too.
 */
export function inPairOrder(kind: Kind, situation: Situation): readonly Context[] {
  const contexts = situation.operation.targets.map((target, index) => ({ ...situation, target, index }));
  const turning = contexts.some(isTurned);
  const rank = (context: Context): number => {
    if (turning && !isTurned(context) && !kind.committed(context)) return -1;
    return gatesPassed(kind, context);
  };
  return contexts.toSorted(
    (a, b) => rank(a) - rank(b) || (isTurned(a) && isTurned(b) ? b.index - a.index : a.index - b.index),
  );
}

/** How many followers there are while a pair is half there or half gone: that time is kept short, or told of. */
export function evenFollowers({ operation, facts }: Situation): number | undefined {
  if (operation.role !== 'follower' || !facts.topology.known) return undefined;
  const count = followersOf(facts.topology.value).length;
  return count % 2 === 0 ? count : undefined;
}

function isTurned({ operation, index }: Context): boolean {
  return recordOf(operation, index, 'turn')?.state === 'done';
}

function gatesPassed(kind: Kind, context: Context): number {
  const { operation, index } = context;
  const steps = isTurned(context) ? kind.undo : kind.steps;
  const gates = steps.filter(({ key }) => kind.gates?.includes(key) === true);
  return gates.filter(({ key }) => isPassed(recordOf(operation, index, key))).length;
}
