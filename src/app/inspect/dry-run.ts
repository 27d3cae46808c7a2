import { evaluate } from '../../controller/evaluate.ts';
import type { Stage } from '../../controller/evaluate.ts';
import { hostCache } from '../../controller/host-cache.ts';
import { loadHistories } from '../../controller/load/load-history.ts';
import type { ClusterPorts } from '../../controller/ports.ts';
import { tabletWalks } from '../../controller/tablet-walks.ts';
import { rebuildNeeds } from '../../controller/memory/recent-needs.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { LoadStore } from '../../domain/ports/load-store.ts';
import type { ClusterPolicy } from '../../domain/policy.ts';
import type { DecisionRecord } from '../../domain/record.ts';

/** One evaluation that stops after a named stage and leaves nothing behind. */
export async function dryRun(
  ports: ClusterPorts,
  request: {
    readonly policy: ClusterPolicy;
    readonly revision: string;
    /** The failed check that keeps the cluster in observe. */
    readonly forcedObserve?: string | undefined;
    readonly at: EpochMs;
    /** Decide as of a later instant, with the nodes and the load of now. */
    readonly decideAt?: EpochMs;
    readonly stage: Exclude<Stage, 'record'>;
  },
): Promise<DecisionRecord> {
  // What the daemon would do that leads the cluster: this process leads none.
  const dry: ClusterPorts = { ...ports, loads: readOnly(ports.loads), lease: { holds: () => true } };
  const { record } = await evaluate(dry, {
    policy: request.forcedObserve === undefined ? request.policy : { ...request.policy, mode: 'observe' },
    forcedObserve: request.forcedObserve,
    policyRevision: request.revision,
    at: request.at,
    decideAt: request.decideAt ?? request.at,
    stage: request.stage,
    clockJumped: false,
    histories: loadHistories(dry),
    needs: await rebuildNeeds(ports.records, request.policy, request.at),
    hosts: hostCache(),
    walks: tabletWalks(),
  });
  return { ...record, at: request.decideAt ?? request.at };
}

function readOnly(loads: LoadStore): LoadStore {
  return { ...loads, merge: async () => {}, retain: () => Promise.resolve(0) };
}
