import type { Operation } from '../domain/operation.ts';
import type { ClusterPolicy } from '../domain/policy.ts';

/** Name of the provisioner that gives and takes an operation's hosts; undefined: people start and stop them. */
export function provisionerOf(policy: ClusterPolicy, operation: Pick<Operation, 'role' | 'group'>): string | undefined {
  if (operation.role !== 'backend') return policy.frontend?.provisioner;
  return policy.backends.find((group) => group.group === operation.group)?.provisioner;
}
