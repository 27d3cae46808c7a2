import { namesText } from '../explain/text.ts';
import { changedByHand } from '../ratio/follower-count.ts';
import type { Guard } from './guard.ts';
import { hold, pass } from './guard.ts';

/** One operation per cluster at a time. */
export const operationOpen: Guard = (_change, { memory }) => {
  const open = memory.openOperation;
  if (open === undefined) return pass('no operation is open');
  const end = open.progress?.text === undefined || open.progress.text === '' ? '' : `: ${open.progress.text}`;
  return hold(
    `${open.kind} of ${open.role}/${open.group} is ${open.state}${end} (${open.id})`,
    open.progress?.estimatedEndAt,
  );
};

/** What somebody else began is theirs: left alone, reported, waited for. */
export const foreignOperation: Guard = (change, { topology, memory, policy }) => {
  if (topology === undefined) return hold('leaving backends are unknown');
  const { key, direction, memory: group, current } = change;
  if (key.role === 'follower' && direction !== undefined && policy.frontend !== undefined) {
    const { followers } = policy.frontend;
    if (changedByHand(group, policy.frontend, current)) {
      return hold(
        `followers were ${String(followers)}, as the policy has it, until someone else made them ${String(current)}; they change only by an edit of the policy: add or drop the rest by hand, or write followers: ${String(oddNear(current))}`,
      );
    }
  }
  const foreign = topology.backends.filter(
    (backend) => backend.decommissioned && !memory.ownDrains.includes(backend.address),
  );
  if (foreign.length === 0) return pass('nobody else drains a backend');
  return hold(`${namesText(foreign.map((backend) => backend.address))}: decommissioned by someone else`);
};

/** What the policy may say to have as many, or one more. */
function oddNear(followers: number): number {
  return Math.min(5, followers % 2 === 0 ? followers + 1 : followers);
}
