import type { EpochMs } from '../../domain/instant.ts';
import type { GroupKey } from '../../domain/node.ts';
import type { ClusterMemory } from '../../domain/ports/cluster-memory.ts';

/** The small facts that are remembered of a group, each under a name of its own. */
export interface GroupFacts {
  /** Scale-in rests until then because a person undid what we did. */
  restsUntil(): Promise<EpochMs | undefined>;
  setRestsUntil(at: EpochMs | undefined): Promise<void>;
  rollingHoldSince(): Promise<EpochMs | undefined>;
  setRollingHoldSince(at: EpochMs | undefined): Promise<void>;
  baselineNodes(): Promise<number | undefined>;
  setBaselineNodes(nodes: number): Promise<void>;
  /** A person said then: go on, whatever was regretted before. */
  setRegretsPardonedAt(at: EpochMs): Promise<void>;
  settledNodes(): Promise<number | undefined>;
  setSettledNodes(nodes: number | undefined): Promise<void>;
  /** Set once: stored utilisation is in backends of so many cores. */
  referenceCores(): Promise<number | undefined>;
  setReferenceCores(cores: number): Promise<void>;
}

const PARDONED = 'regrets-pardoned-at';

/** When a person last said: go on, whatever was regretted before. */
export function regretsPardonedAt(
  memory: Pick<ClusterMemory, 'fact'>,
  cluster: string,
  key: GroupKey,
): Promise<EpochMs | undefined> {
  return numberFact(memory, cluster, key, PARDONED);
}

async function numberFact(
  memory: Pick<ClusterMemory, 'fact'>,
  cluster: string,
  key: GroupKey,
  name: string,
): Promise<number | undefined> {
  const text = await memory.fact(cluster, `${key.role}/${key.group}/${name}`);
  const value = text === undefined ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}

export function facts(memory: Pick<ClusterMemory, 'fact' | 'setFact'>, cluster: string, key: GroupKey): GroupFacts {
  const number = (name: string): Promise<number | undefined> => numberFact(memory, cluster, key, name);
  const set = async (name: string, value: number | undefined): Promise<void> => {
    await memory.setFact(cluster, `${key.role}/${key.group}/${name}`, value === undefined ? undefined : String(value));
  };
  return {
    restsUntil: () => number('rests-until'),
    setRestsUntil: (at) => set('rests-until', at),
    rollingHoldSince: () => number('rolling-hold-since'),
    setRollingHoldSince: (at) => set('rolling-hold-since', at),
    baselineNodes: () => number('baseline-nodes'),
    setBaselineNodes: (nodes) => set('baseline-nodes', nodes),
    setRegretsPardonedAt: (at) => set(PARDONED, at),
    settledNodes: () => number('settled-nodes'),
    setSettledNodes: (nodes) => set('settled-nodes', nodes),
    referenceCores: () => number('reference-cores'),
    setReferenceCores: (cores) => set('reference-cores', cores),
  };
}
