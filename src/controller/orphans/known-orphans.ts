import type { Orphan } from '../../domain/orphan.ts';
import type { ClusterMemory } from '../../domain/ports/cluster-memory.ts';

const FOUND = 'orphans/found';
const SETTLED = 'orphans/settled';
const BEGUN = 'orphans/begun';
/** Longer than any operation is looked back at. */
const MOST_SETTLED = 500;

/** What the last look found; empty before the first. */
export async function knownOrphans(memory: Pick<ClusterMemory, 'fact'>, cluster: string): Promise<readonly Orphan[]> {
  return list(await memory.fact(cluster, FOUND)) as readonly Orphan[];
}

export async function rememberOrphans(
  memory: ClusterMemory,
  cluster: string,
  orphans: readonly Orphan[],
): Promise<void> {
  await memory.setFact(cluster, FOUND, orphans.length === 0 ? undefined : JSON.stringify(orphans));
}

/** Keys of hosts that were stopped and given back after their operation had ended. */
export async function settledKeys(memory: ClusterMemory, cluster: string): Promise<ReadonlySet<string>> {
  return new Set(list(await memory.fact(cluster, SETTLED)).filter((key) => typeof key === 'string'));
}

export async function rememberSettled(memory: ClusterMemory, cluster: string, key: string): Promise<void> {
  const keys = [...(await settledKeys(memory, cluster)), key].slice(-MOST_SETTLED);
  await memory.setFact(cluster, SETTLED, JSON.stringify(keys));
}

/** Key of the host that is being stopped and given back: on disk before it is touched, until the outcome is known. */
export async function begunKey(memory: Pick<ClusterMemory, 'fact'>, cluster: string): Promise<string | undefined> {
  return await memory.fact(cluster, BEGUN);
}

export async function rememberBegun(memory: ClusterMemory, cluster: string, key: string | undefined): Promise<void> {
  await memory.setFact(cluster, BEGUN, key);
}

/** `still-running 10.0.0.29:9050: ...`, as status says it. */
export function orphanText({ code, what, mend }: Orphan): string {
  return `${code}: ${what}. ${mend}`;
}

function list(text: string | undefined): readonly unknown[] {
  const value: unknown = text === undefined ? [] : JSON.parse(text);
  return Array.isArray(value) ? value : [];
}
