import type { EpochMs } from '../../domain/instant.ts';
import type { Operation } from '../../domain/operation.ts';
import type { ClusterMemory } from '../../domain/ports/cluster-memory.ts';
import { facts } from './facts.ts';

const DAY_MS = 86_400_000;

/** A person turned our removal round, or took the node out before us. */
export function undoneByHand(operation: Operation): boolean {
  const { kind, state, steps } = operation;
  if (!kind.startsWith('remove-') || state !== 'cancelled') return false;
  return steps.some((step) => step.key.endsWith('.turn') && step.state === 'done' && step.data['byHand'] === true);
}

/**
 * Scale-in of a group rests for 24 h after a person undid its removal, or until it is resumed. Once for each operation, so
 * that what was resumed does not rest again; found in the journal, so that a crash forgets no rest.
 */
export async function restAfterHands(
  memory: ClusterMemory,
  cluster: string,
  endedOfLate: readonly Operation[],
): Promise<void> {
  const newest = new Map<string, Operation & { readonly endedAt: EpochMs }>();
  for (const operation of endedOfLate) {
    const { endedAt } = operation;
    if (endedAt === undefined || !undoneByHand(operation)) continue;
    const group = `${operation.role}/${operation.group}`;
    if (endedAt > (newest.get(group)?.endedAt ?? 0)) newest.set(group, { ...operation, endedAt });
  }
  for (const [group, operation] of newest) {
    const name = `${group}/rest-of`;
    if ((await memory.fact(cluster, name)) === operation.id) continue;
    await facts(memory, cluster, operation).setRestsUntil(operation.endedAt + DAY_MS);
    await memory.setFact(cluster, name, operation.id);
  }
}
