import { nodeOf } from '../../nodes.ts';
import { recordOf } from '../../steps/records.ts';
import type { Context, Turn } from '../../steps/step.ts';

/** The other targets of the operation. */
export function othersOf(context: Context): readonly Context[] {
  return context.operation.targets
    .map((target, index) => ({ ...context, target, index }))
    .filter(({ index }) => index !== context.index);
}

/** A pair of followers comes or goes whole: when one of it turns, so does the other as long as it can. */
export function turnWithOther(context: Context): Turn | undefined {
  for (const other of othersOf(context)) {
    const turn = recordOf(context.operation, other.index, 'turn');
    if (turn?.state !== 'done') continue;
    const end = turn.data['end'] === 'failed' ? 'failed' : 'cancelled';
    return { end, reason: `with the other of its pair, ${nodeOf(other) ?? 'which has no host'}: ${turn.detail}` };
  }
  return undefined;
}
