import { usageOf } from '../../controller/memory/usage.ts';
import type { ClusterMemory } from '../../domain/ports/cluster-memory.ts';
import type { ClusterStatus } from '../../domain/status.ts';
import type { MetricsCluster } from '../../metrics/state.ts';
import type { RunningCluster } from './running-cluster.ts';

const SECONDS_PER_HOUR = 3600;

/** One cluster as a scrape shows it: its policy, its status, and what it used against its baseline. */
export async function scrapedCluster(
  store: { readonly memory: ClusterMemory },
  { policy }: Pick<RunningCluster, 'policy'>,
  status: ClusterStatus,
): Promise<MetricsCluster> {
  const usage = await Promise.all(
    policy.backends.map(async ({ group }) => {
      const key = { role: 'backend' as const, group };
      const used = await usageOf(store.memory, policy.name, key);
      if (used === undefined) return undefined;
      const { nodeSeconds, baselineNodeSeconds } = used;
      return { ...key, nodeSeconds, savedNodeHours: (baselineNodeSeconds - nodeSeconds) / SECONDS_PER_HOUR };
    }),
  );
  return { policy, status, savings: usage.filter((each) => each !== undefined) };
}
