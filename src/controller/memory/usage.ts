import type { EpochMs } from '../../domain/instant.ts';
import type { GroupKey } from '../../domain/node.ts';
import type { ClusterMemory } from '../../domain/ports/cluster-memory.ts';

/** Node-seconds of a group since it was first seen in act, and what its baseline would have had. */
export interface Usage {
  readonly at: EpochMs;
  readonly nodes: number;
  readonly nodeSeconds: number;
  readonly baselineNodeSeconds: number;
}

/** Written so rarely that a tick costs no extra write. */
const STEP_MS = 300_000;
/** A longer time without a look counts for nothing: nobody knows how many nodes there were. */
const UNSEEN_MS = 3_600_000;

export async function usageOf(memory: ClusterMemory, cluster: string, key: GroupKey): Promise<Usage | undefined> {
  const text = await memory.fact(cluster, `${key.role}/${key.group}/usage`);
  if (text === undefined) return undefined;
  const value: unknown = JSON.parse(text);
  return isUsage(value) ? value : undefined;
}

/** Adds the time since the last look at the count seen then. */
export async function countUsage(
  memory: ClusterMemory,
  cluster: string,
  key: GroupKey,
  look: { readonly at: EpochMs; readonly nodes: number; readonly baselineNodes: number },
): Promise<void> {
  const last = await usageOf(memory, cluster, key);
  if (last !== undefined && look.at - last.at < STEP_MS && look.nodes === last.nodes) return;
  const elapsedMs = last === undefined ? 0 : look.at - last.at;
  const seconds = elapsedMs > 0 && elapsedMs <= UNSEEN_MS ? elapsedMs / 1000 : 0;
  const usage: Usage = {
    at: look.at,
    nodes: look.nodes,
    nodeSeconds: (last?.nodeSeconds ?? 0) + (last?.nodes ?? 0) * seconds,
    baselineNodeSeconds: (last?.baselineNodeSeconds ?? 0) + look.baselineNodes * seconds,
  };
  await memory.setFact(cluster, `${key.role}/${key.group}/usage`, JSON.stringify(usage));
}

function isUsage(value: unknown): value is Usage {
  if (typeof value !== 'object' || value === null) return false;
  return ['at', 'nodes', 'nodeSeconds', 'baselineNodeSeconds'].every(
    (name) => typeof (value as Readonly<Record<string, unknown>>)[name] === 'number',
  );
}
