import { clusterLoop } from '../controller/cluster-loop.ts';
import type { ClusterLoop, LoopEvents, PolicyInForce } from '../controller/cluster-loop.ts';
import type { EpochMs } from '../domain/instant.ts';
import type { ClusterPolicy, Policy } from '../domain/policy.ts';
import { connectCluster } from './cluster.ts';
import type { ClusterAdapters, Surroundings } from './cluster.ts';

/** A failed check of Doris is tried again so often. */
const CHECK_AGAIN_MS = 300_000;

/** One cluster of the policy in force, connected and looped. */
export interface RunningCluster {
  readonly policy: ClusterPolicy;
  /** Same text = nothing that this cluster runs by has changed. */
  readonly fingerprint: string;
  readonly adapters: ClusterAdapters;
  readonly loop: ClusterLoop;
  readonly startedMs: EpochMs;
  lastEvaluatedMs(): EpochMs | undefined;
  forcedObserve(): string | undefined;
  tick(at: EpochMs): Promise<void>;
  stop(): Promise<void>;
}

export function runCluster(
  policy: Policy,
  cluster: ClusterPolicy,
  around: Surroundings,
  events: LoopEvents,
): RunningCluster {
  const adapters = connectCluster(policy, cluster, around);
  const startedMs = around.clock.now();
  let lastEvaluatedMs: EpochMs | undefined;
  let forcedObserve: string | undefined;
  let checkedMs: EpochMs | undefined;

  /** Doris, privileges, version: what fails keeps this cluster alone in observe until it is mended. */
  const check = async (at: EpochMs): Promise<void> => {
    if (cluster.mode === 'observe') return;
    if (checkedMs !== undefined && at >= checkedMs && at - checkedMs < CHECK_AGAIN_MS) return;
    checkedMs = at;
    const findings = await adapters.doris.checkAccess();
    const failed = findings.find((finding) => finding.level === 'fail');
    const before = forcedObserve;
    forcedObserve = failed === undefined ? undefined : `${failed.subject}: ${failed.message}`;
    if (forcedObserve !== before) {
      if (forcedObserve !== undefined)
        around.log.error('cluster runs in observe', { cluster: cluster.name, reason: forcedObserve });
      else around.log.info('cluster acts again', { cluster: cluster.name });
    }
  };

  const inForce = (): PolicyInForce => ({ policy: cluster, revision: policy.revision, forcedObserve });
  const loop = clusterLoop(adapters.ports, inForce, {
    ...events,
    evaluated(result) {
      lastEvaluatedMs = around.clock.now();
      events.evaluated(result);
    },
  });
  return {
    policy: cluster,
    fingerprint: fingerprintOf(policy, cluster),
    adapters,
    loop,
    startedMs,
    lastEvaluatedMs: () => lastEvaluatedMs,
    forcedObserve: () => forcedObserve,
    async tick(at) {
      await check(at);
      await loop.tick(at);
    },
    async stop() {
      await loop.stop();
      await adapters.close();
    },
  };
}

/** Everything that a cluster runs by, secrets included; stays in this process. */
export function fingerprintOf(policy: Policy, cluster: ClusterPolicy): string {
  const reveal = (_key: string, value: unknown): unknown =>
    typeof value === 'function' ? String((value as () => unknown)()) : value;
  return JSON.stringify([cluster, policy.provisioners], reveal);
}
