import { readFileSync } from 'node:fs';
import { clusterLoop } from '../../controller/cluster-loop.ts';
import type { ClusterLoop, LoopEvents } from '../../controller/cluster-loop.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { ClusterPolicy, Policy } from '../../domain/policy.ts';
import type { DecisionRecord } from '../../domain/record.ts';
import { actCheck } from './act-check.ts';
import { connectCluster, provisionersUsed } from './cluster.ts';
import type { ClusterAdapters, Surroundings } from './cluster.ts';
import { examineForActing } from '../inspect/doctor.ts';
import { within } from '../service/within.ts';

/** A supervisor waits 10 s for the whole process; the step of an operation in hand gets most of it. */
const OPERATION_PATIENCE_MS = 6_500;
/** An evaluation that is cut off has changed nothing. */
const EVALUATION_PATIENCE_MS = 2_000;
const CLOSE_MS = 1_000;

/** One cluster of the policy in force, connected and looped. */
export interface RunningCluster {
  readonly policy: ClusterPolicy;
  /** Same text = nothing that this cluster runs by has changed. */
  readonly fingerprint: string;
  readonly adapters: ClusterAdapters;
  readonly loop: ClusterLoop;
  /** Time since the last evaluation that was recorded, or since the start; monotonic. */
  quietMs(): number;
  /** Of this process; undefined before the first. */
  lastRecord(): DecisionRecord | undefined;
  /** The failed check that keeps it in observe. */
  forcedObserve(): string | undefined;
  /** One evaluation, unless the one before is still under way: then it is skipped. */
  tick(at: EpochMs): Promise<void>;
  stop(): Promise<void>;
}

/** Connects nothing yet and starts nothing. Throws when a part of the policy cannot be set up, such as an unreadable CA. */
export function runCluster(
  policy: Policy,
  cluster: ClusterPolicy,
  around: Surroundings & { readonly revision: () => string },
  events: LoopEvents,
): RunningCluster {
  const { clock, log } = around;
  const adapters = connectCluster(policy, cluster, around);
  let lastMs = clock.monotonicMs();
  let lastRecord: DecisionRecord | undefined;
  let operating = false;
  let ticking: Promise<void> | undefined;
  let stopped = false;

  const check = actCheck({
    clock,
    examine: () => examineForActing(cluster, adapters),
    onChange(reason) {
      if (reason === undefined) log.info('the checks pass again: the cluster acts', { cluster: cluster.name });
      else log.error('a check failed: the cluster is only observed', { cluster: cluster.name, reason });
    },
  });
  const forcedObserve = (): string | undefined => (cluster.mode === 'observe' ? undefined : check.reason());

  const loop = clusterLoop(
    adapters.ports,
    () => ({ policy: cluster, revision: around.revision(), forcedObserve: forcedObserve() }),
    {
      ...events,
      evaluated(result) {
        if ('record' in result) {
          lastMs = clock.monotonicMs();
          lastRecord = result.record;
        }
        events.evaluated(result);
      },
      operationChanged(operation) {
        operating = operation.endedAt === undefined && operation.state !== 'proposed';
        events.operationChanged(operation);
      },
    },
  );

  const checkAndEvaluate = async (at: EpochMs): Promise<void> => {
    if (cluster.mode !== 'observe') await check.look();
    if (!stopped) await loop.tick(at);
  };

  return {
    policy: cluster,
    fingerprint: fingerprintOf(policy, cluster),
    adapters,
    loop,
    quietMs: () => clock.monotonicMs() - lastMs,
    lastRecord: () => lastRecord,
    forcedObserve,
    async tick(at) {
      if (stopped) return;
      if (ticking !== undefined) {
        events.skipped();
        return;
      }
      ticking = checkAndEvaluate(at).finally(() => {
        ticking = undefined;
      });
      await ticking;
    },
    async stop() {
      stopped = true;
      const ended = Promise.all([loop.stop(), ticking]);
      await within(clock, operating ? OPERATION_PATIENCE_MS : EVALUATION_PATIENCE_MS, ended);
      // What still waits for an answer is cut off by this.
      await within(clock, CLOSE_MS, adapters.close());
      await within(clock, CLOSE_MS, ended);
      loop.leave();
    },
  };
}

/** Everything that a cluster runs by, secrets and certificates included; stays in this process. */
export function fingerprintOf(policy: Policy, cluster: ClusterPolicy): string {
  const reveal = (_key: string, value: unknown): unknown =>
    typeof value === 'function' ? String((value as () => unknown)()) : value;
  return JSON.stringify([cluster, provisionersUsed(policy, cluster), contents(cluster.prometheus.caFile)], reveal);
}

function contents(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
