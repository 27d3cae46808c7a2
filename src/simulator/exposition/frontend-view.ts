import { compactionScore, frontendConnections, frontendHeapRatio, queryLatencyMs } from '../load/curves.ts';
import { advanceCounters } from '../load/integrate.ts';
import { servedAt } from '../load/series.ts';
import { masterOf } from '../model/queries.ts';
import type { ClusterState, FrontendState } from '../model/state.ts';

/** What one frontend shows, at one instant. */
export interface FrontendView {
  readonly state: ClusterState;
  readonly frontend: FrontendState;
  /** Of tablets and schedulers others show nought. */
  readonly isMaster: boolean;
  readonly uptimeSeconds: number;
  /** Answered since its process started. */
  readonly queries: number;
  readonly latencyMs: number;
  readonly queriesWhileRejecting: number;
  readonly queriesWhileFailing: number;
  readonly queriesPerSecond: number;
  readonly connections: number;
  readonly heapRatio: number;
  readonly latency: { readonly mean: number; readonly p99: number };
  readonly score: number;
}

/** Undefined: its process does not answer. An FE that became a cluster of its own shows that one. */
export function frontendView(state: ClusterState, host: string): FrontendView | undefined {
  const frontend = state.frontends.find((each) => each.host === host);
  if (frontend === undefined) return undefined;
  if (frontend.process === 'own-cluster' && frontend.ownCluster !== undefined) {
    return frontendView(frontend.ownCluster, host);
  }
  if (!['up', 'own-cluster', 'unknown'].includes(frontend.process)) return undefined;
  const counters = advanceCounters(state).frontends.get(host);
  const served = servedAt(state, state.nowMs);
  const serves = served?.era.frontends.some((each) => each.host === host && each.serves) === true;
  const queriesPerSecond = serves ? served.queriesPerSecond : 0;
  const busiest = Math.max(served?.perBackend ?? 0, served?.perTagged ?? 0);
  const isMaster = masterOf(state)?.host === host;
  return {
    state,
    frontend,
    isMaster,
    uptimeSeconds: Math.max(0, (state.nowMs - (frontend.startedAtMs ?? state.nowMs)) / 1000),
    queries: counters?.queries ?? 0,
    latencyMs: counters?.latencyMs ?? 0,
    queriesWhileRejecting: counters?.queriesWhileRejecting ?? 0,
    queriesWhileFailing: counters?.queriesWhileFailing ?? 0,
    queriesPerSecond,
    connections: frontendConnections(queriesPerSecond),
    heapRatio: frontendHeapRatio(queriesPerSecond, isMaster),
    latency: queryLatencyMs(busiest),
    score: compactionScore(busiest).cumulative,
  };
}
