import type { Operation } from '../../domain/operation.ts';
import type { HostRelease } from '../../domain/orphan.ts';
import type { Member } from '../../domain/ports/cluster-memory.ts';
import { isBegun, isDone } from '../steps/records.ts';

/**
 * Whether the host was, or may have been, of the cluster after the operation was over: whoever took it out then may have more
 * in mind with it. Judged by the target, since an operation that failed may have brought some of its targets through.
 */
export function servedSince(
  operation: Operation,
  index: number,
  { host, node, role }: Pick<HostRelease, 'host' | 'node' | 'role'>,
  members: readonly Member[],
): boolean {
  if (operation.state === 'succeeded' || cameToStay(operation, index)) return true;
  const { endedAt } = operation;
  return members.some(
    (member) =>
      member.role === role &&
      (member.host === host || member.node === node) &&
      (endedAt === undefined || member.lastSeenAt > endedAt),
  );
}

/** Of an addition: registered, perhaps, and not taken back. Of a removal: not taken out by it. */
function cameToStay(operation: Operation, index: number): boolean {
  if (operation.kind.startsWith('add-'))
    return isBegun(operation, index, 'register') && !isDone(operation, index, 'turn');
  return isDone(operation, index, 'turn');
}
