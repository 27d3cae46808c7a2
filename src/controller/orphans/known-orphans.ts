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

/** Keys of hosts that were begun to be stopped and given back: on disk before each is touched, until its outcome is known. */
export async function begunKeys(memory: Pick<ClusterMemory, 'fact'>, cluster: string): Promise<ReadonlySet<string>> {
  const text = await memory.fact(cluster, BEGUN);
  // A version before kept one key, not as JSON.
  if (text !== undefined && !text.startsWith('[')) return new Set([text]);
  return new Set(list(text).filter((key) => typeof key === 'string'));
}

export async function rememberBegun(memory: ClusterMemory, cluster: string, key: string): Promise<void> {
  await saveBegun(memory, cluster, new Set([...(await begunKeys(memory, cluster)), key]));
}

export async function forgetBegun(memory: ClusterMemory, cluster: string, key: string): Promise<void> {
  const others = [...(await begunKeys(memory, cluster))].filter((each) => each !== key);
  await saveBegun(memory, cluster, new Set(others));
}

async function saveBegun(memory: ClusterMemory, cluster: string, keys: ReadonlySet<string>): Promise<void> {
  await memory.setFact(cluster, BEGUN, keys.size === 0 ? undefined : JSON.stringify([...keys]));
}

/** `still-running 10.0.0.29:9050: ...`, as status says it. */
export function orphanText({ code, what, mend }: Orphan): string {
  return `${code}: ${what}. ${mend}`;
}

function list(text: string | undefined): readonly unknown[] {
  const value: unknown = text === undefined ? [] : JSON.parse(text);
  return Array.isArray(value) ? value : [];
}
