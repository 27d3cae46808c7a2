import type { PlannedStep } from '../../domain/decision.ts';
import type { Rejection } from '../../domain/memory.ts';

/** The no that a change runs into: for a removal any of its group, for growth one that went as far. */
export function rejectionOf(
  change: Pick<PlannedStep, 'role' | 'group' | 'from' | 'to'>,
  rejections: readonly Rejection[],
): Rejection | undefined {
  const direction = change.to > change.from ? 'out' : 'in';
  return rejections.find(
    (each) =>
      each.role === change.role &&
      each.group === change.group &&
      each.direction === direction &&
      (direction === 'in' || change.to <= each.to),
  );
}
