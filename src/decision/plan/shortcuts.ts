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
 * grows now costs more than the same way with that growth at the next stage, whose orders bring it to any count that is needed.
 *
 * Growth at the next stage may hold removals for longer than growth now. Where the way takes nodes away in that time, with no
 * growth in between, those came now for nothing: a removal leaves what its stage keeps, which is as much as any stage before it
 * needs, or those need no more than what is there. So the other way begins with no more than the last such removal leaves.
 */
export function canWait(
  needs: readonly number[],
  current: number,
  stageAt: (index: number) => Pick<Stage, 'keep' | 'mostOut' | 'outAfterOut' | 'inAfterOut'>,
): boolean {
  if (needs.length < 2 || (needs[0] ?? 0) > current) return false;
  const now = stageAt(0);
  const next = stageAt(1);
  if (next.outAfterOut > Math.max(2, now.outAfterOut)) return false;
  if (!isEnough(needs, current + next.mostOut)) return false;
  let needed = current;
  for (let index = 1; index < Math.min(next.inAfterOut, needs.length); index += 1) {
    // Nothing that was needed before is beyond what is there: whatever a removal here leaves, growth now was for nothing.
    if (index >= now.inAfterOut && needed > current && needed > stageAt(index).keep) return false;
    needed = Math.max(needed, needs[index] ?? 0);
  }
  return true;
}
