import type { EpochMs } from '../../domain/instant.ts';
import type { ForeignChange } from '../../domain/memory.ts';
import type { NodeAddress } from '../../domain/node.ts';
import type { Operation } from '../../domain/operation.ts';
import type { ClusterMemory } from '../../domain/ports/cluster-memory.ts';
import { nodesOf } from './members.ts';

const FACT = 'observer/observer/own';

/** Observers that an operation of ours added and nobody has taken out since: what was kept, then what happened of late. */
export async function ownObservers(
  memory: ClusterMemory,
  cluster: string,
  late: { readonly operations: readonly Operation[]; readonly foreignChanges: readonly ForeignChange[] },
): Promise<readonly NodeAddress[]> {
  const own = new Set(await kept(memory, cluster));
  for (const { node, own: isOurs } of events(late.operations, late.foreignChanges)) {
    if (isOurs) own.add(node);
    else own.delete(node);
  }
  return [...own].toSorted();
}

/** Kept for good: an observer stays ours long after its operation is no longer looked back at. */
export async function keepOwnObservers(
  memory: ClusterMemory,
  cluster: string,
  own: readonly NodeAddress[],
): Promise<void> {
  const before = await kept(memory, cluster);
  if (before.join(' ') === own.join(' ')) return;
  await memory.setFact(cluster, FACT, JSON.stringify(own));
}

async function kept(memory: ClusterMemory, cluster: string): Promise<readonly NodeAddress[]> {
  const text = await memory.fact(cluster, FACT);
  const value: unknown = text === undefined ? [] : JSON.parse(text);
  return Array.isArray(value) ? value.filter((node) => typeof node === 'string') : [];
}

interface Event {
  readonly at: EpochMs;
  readonly node: NodeAddress;
  readonly own: boolean;
}

/** Oldest first. */
function events(operations: readonly Operation[], foreignChanges: readonly ForeignChange[]): readonly Event[] {
  const ours = operations.flatMap((operation): Event[] => {
    const { kind, state, endedAt } = operation;
    if (state !== 'succeeded' || endedAt === undefined) return [];
    if (kind !== 'add-observer' && kind !== 'remove-observer') return [];
    return [...nodesOf([operation])].map((node) => ({ at: endedAt, node, own: kind === 'add-observer' }));
  });
  const foreign = foreignChanges
    .filter((change) => change.role === 'observer' && change.change === 'removed')
    .map(({ at, node }): Event => ({ at, node, own: false }));
  return [...ours, ...foreign].toSorted((a, b) => a.at - b.at);
}
