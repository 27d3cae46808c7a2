import type { Operation } from '../../domain/operation.ts';

/** Asked for and not begun: nothing of it was ever sent, so it explains nothing, and no cooldown counts from it. */
export function neverBegan({ state, approval, startedAt, endedAt }: Operation): boolean {
  return approval !== undefined && startedAt === undefined && (state === 'proposed' || endedAt !== undefined);
}
