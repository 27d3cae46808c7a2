import type { GroupMemory } from '../../domain/memory.ts';
import type { FrontendPolicy } from '../../domain/policy.ts';

/**
 * One pair nearer to the number in the policy: 1, 3, 5 and back. Half a pair, which an operation or a person left behind, is
 * made whole first.
 */
export function nextFollowers(current: number, wanted: number): number {
  const step = current % 2 === 0 ? 1 : 2;
  return wanted > current ? Math.min(wanted, current + step) : Math.max(wanted, current - step);
}

/** The policy's number is that which cluster and policy agreed on last: what differs from it now, somebody else changed. */
export function changedByHand({ settledNodes }: GroupMemory, policy: FrontendPolicy, current: number): boolean {
  return current !== policy.followers && settledNodes === policy.followers;
}
