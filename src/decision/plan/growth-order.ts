import type { GroupDecision } from '../../domain/decision.ts';
import { inOrder } from './steps.ts';

/** A group that no guard holds, and how much it grows. */
export interface Growing {
  readonly decision: GroupDecision;
  readonly nodes: number;
}

/** Backend groups that grow, in the order in which they do: who comes first has first choice of what they share. */
export function growingInOrder(backends: readonly GroupDecision[]): readonly Growing[] {
  return backends
    .map((decision) => ({
      decision,
      nodes: growthOf(decision),
      kind: 'add-backend' as const,
      toFloor: decision.toFloor,
    }))
    .filter(({ nodes }) => nodes > 0)
    .toSorted(inOrder);
}

export function growthOf({ current = 0, desired = 0 }: GroupDecision): number {
  return Math.max(0, desired - current);
}
