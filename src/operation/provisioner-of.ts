import type { Operation } from '../domain/operation.ts';
import type { ClusterPolicy } from '../domain/policy.ts';
import { textIn } from './steps/records.ts';

/**
 * Name of the provisioner that gives and takes an operation's hosts: of an addition the one that was asked for them, whatever
 * the policy says since. Undefined: people start and stop them.
 */
export function provisionerOf(
  policy: ClusterPolicy,
  operation: Pick<Operation, 'role' | 'group' | 'steps'>,
): string | undefined {
  const asked = askedForHosts(operation);
  if (asked !== undefined) return asked;
  if (operation.role !== 'backend') return policy.frontend?.provisioner;
  return policy.backends.find((group) => group.group === operation.group)?.provisioner;
}

/** The one that an addition asked. Written with the intent, so that it stands also where the answer was lost; journals of before have none. */
export function askedForHosts({ steps }: Pick<Operation, 'steps'>): string | undefined {
  return steps
    .filter(({ key }) => key.endsWith('.acquire'))
    .map(({ data }) => textIn(data, 'provisioner'))
    .find((name) => name !== undefined);
}
