import type { Frontend } from '../../../domain/topology.ts';
import { frontendIn, isNeverAliveFrontend } from '../../nodes.ts';
import { isBegun, isDone, recordOf } from '../../steps/records.ts';
import type { Context } from '../../steps/step.ts';

export type FrontendRole = Frontend['role'];

/** The target's row in the newest look. */
export function rowOf(context: Context): Frontend | undefined {
  return context.facts.topology.known ? frontendIn(context.facts.topology.value, context) : undefined;
}

/** Of an addition: a heartbeat reached it, now or before. */
export function wasAlive(context: Context): boolean {
  const { operation, index } = context;
  if (isDone(operation, index, 'join') || recordOf(operation, index, 'join')?.data['wasAlive'] === true) return true;
  if (!isBegun(operation, index, 'register')) return false;
  const row = rowOf(context);
  return row !== undefined && !isNeverAliveFrontend(row);
}
