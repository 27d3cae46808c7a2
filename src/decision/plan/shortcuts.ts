import type { Stage } from './programme.ts';

/**
 * No growth beyond `covered` nodes is wanted now: they cover what every stage needs. A way that grows beyond them costs more than the
 * same way with every count above them lowered to them, which misses nothing, moves no more and waits no longer.
 */
export function isEnough(needs: readonly number[], covered: number): boolean {
  return needs.every((need) => need <= covered);
}

/**
 * No growth beyond what is there is wanted now, where the first stage needs none: it can as well begin at the next one. A way that
 * grows now costs more than the same way without it, which the orders of the next stage bring to the same count, and nothing waits
 * longer for its growth than it would have for that of now.
 */
export function canWait(stages: readonly Stage[], current: number): boolean {
  const [now, next] = stages;
  if (now === undefined || next === undefined || now.need > current) return false;
  return (
    next.outAfterOut <= Math.max(2, now.outAfterOut) &&
    next.inAfterOut <= Math.max(2, now.inAfterOut) &&
    stages.every(({ need }) => need <= current + next.mostOut)
  );
}
