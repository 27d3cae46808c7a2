import type { EpochMs } from '../../domain/instant.ts';
import type { Context, StepDeadline } from './step.ts';
import { waitedForWindowMs } from './window-wait.ts';

/** How long a step may last from its intent. The drain's deadline is that of the operation, which `deadlineAt` tells. */
export function deadlineMs(deadline: StepDeadline, { policy }: Pick<Context, 'policy'>): number {
  if (typeof deadline === 'number') return deadline;
  return deadline === 'operations.drainQueries' ? policy.operations.drainQueriesMs : Number.POSITIVE_INFINITY;
}

/**
 * Wall instant at which the operation is given up, if it waits for no window until then. What waited for a yes for days has all of
 * its time once it begins.
 */
export function deadlineAt({ operation, now }: Pick<Context, 'operation' | 'now'>): EpochMs {
  return (operation.startedAt ?? now) + operation.deadlineMs + waitedForWindowMs(operation, now);
}
