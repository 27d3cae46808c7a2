import type { LoopEvents } from '../controller/cluster-loop.ts';
import { usageOf } from '../controller/usage.ts';
import type { EpochMs } from '../domain/instant.ts';
import type { Operation } from '../domain/operation.ts';
import type { Policy } from '../domain/policy.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { Ids } from '../domain/ports/ids.ts';
import type { Log } from '../domain/ports/log.ts';
import type { Ticker } from '../domain/ports/ticker.ts';
import type { DecisionRecord } from '../domain/record.ts';
import type { ClusterStatus } from '../domain/status.ts';
import { createMetrics } from '../metrics/metrics.ts';
import type { MetricsCluster } from '../metrics/state.ts';
import { logNotifier } from '../notify/log-notifier.ts';
import type { Store } from '../store/store.ts';
import { due } from '../time/due.ts';
import type { Surroundings } from './cluster.ts';
import { logEvaluation, logOperation } from './log-lines.ts';
import { clusterStatus } from './read-model.ts';
import { fingerprintOf, runCluster } from './running-cluster.ts';
import type { RunningCluster } from './running-cluster.ts';

/** Clusters due in one second start so far apart: an even spread costs wake-ups, one burst costs lateness. */
const SLOT_MS = 50;
const PER_SLOT = 16;
/** A cluster without an evaluation for so many intervals, and a minute, makes the daemon not ready. */
const LATE_INTERVALS = 3;
const LATE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Records are kept as long as decisions may be asked after, slots as long as any history. */
const KEEP_RECORDS_MS = 90 * DAY_MS;
const KEEP_SLOTS_MS = 400 * DAY_MS;

export interface DaemonOptions {
  readonly policy: Policy;
  readonly store: Store;
  readonly clock: Clock;
  readonly ticker: Ticker;
  readonly ids: Ids;
  readonly log: Log;
  readonly version: string;
}

/** Told of every recorded decision and every change of an operation. */
export interface DaemonListener {
  decision(record: DecisionRecord): void;
  operation(operation: Operation): void;
}

export interface Readiness {
  readonly ready: boolean;
  /** Why not, one sentence each. */
  readonly reasons: readonly string[];
}

/** The running autoscaler: every cluster of the policy in force, evaluated on its ticks. */
export interface Daemon {
  readonly policy: () => Policy;
  /** Takes a valid policy. What did not change goes on untouched; a changed cluster resumes its operation. */
  reload(policy: Policy): Promise<void>;
  /** A policy was refused: the last good one stays in force. */
  refused(revision: string): void;
  readiness(): Promise<Readiness>;
  statuses(): Promise<readonly ClusterStatus[]>;
  cluster(name: string): RunningCluster | undefined;
  /** The listener hears until the returned function is called. */
  subscribe(listener: DaemonListener): () => void;
  metricsText(): Promise<{ readonly contentType: string; readonly text: string }>;
  stop(): Promise<void>;
}

export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { store, clock, ticker, log } = options;
  const running = new Map<string, RunningCluster>();
  const listeners = new Set<DaemonListener>();
  let policy = options.policy;
  let stopped = false;

  const metrics = createMetrics({
    version: options.version,
    clusters: () => Promise.all([...running.values()].map(metricsCluster)),
  });
  const around: Surroundings = { clock, ids: options.ids, log, notifier: logNotifier(log), store, metrics };

  const statusOf = (cluster: RunningCluster): Promise<ClusterStatus> =>
    clusterStatus(store, cluster.policy, clock.now(), {
      leader: store.lease.holds(cluster.policy.name),
      forcedObserve: cluster.forcedObserve(),
    });

  const metricsCluster = async (cluster: RunningCluster): Promise<MetricsCluster> => {
    const savings = await Promise.all(
      cluster.policy.backends.map(async ({ group }) => {
        const key = { role: 'backend' as const, group };
        const usage = await usageOf(store.memory, cluster.policy.name, key);
        const nodeSeconds = usage?.nodeSeconds ?? 0;
        return { ...key, nodeSeconds, savedNodeHours: ((usage?.baselineNodeSeconds ?? 0) - nodeSeconds) / 3600 };
      }),
    );
    return { policy: cluster.policy, status: await statusOf(cluster), savings };
  };

  const eventsOf = (name: string): LoopEvents => {
    const line = logEvaluation(log);
    const steps = logOperation(log);
    return {
      evaluated(result) {
        if ('record' in result) {
          metrics.evaluated(result.record);
          line(result.record, running.get(name)?.policy);
          for (const listener of listeners) listener.decision(result.record);
        } else {
          metrics.evaluationFailed(name);
        }
      },
      skipped() {
        metrics.tickSkipped(name);
      },
      operationChanged(operation) {
        steps(operation);
        if (operation.endedAt !== undefined) metrics.operationEnded(operation);
        for (const listener of listeners) listener.operation(operation);
      },
    };
  };

  /** Stops what is gone or changed, then starts what is new; evaluations of the rest go on meanwhile. */
  const apply = async (next: Policy): Promise<void> => {
    const wanted = new Map(next.clusters.map((cluster) => [cluster.name, cluster]));
    const leaving = [...running.values()].filter((cluster) => {
      const same = wanted.get(cluster.policy.name);
      return same === undefined || fingerprintOf(next, same) !== cluster.fingerprint;
    });
    await Promise.all(leaving.map((cluster) => cluster.stop()));
    for (const cluster of leaving) running.delete(cluster.policy.name);
    policy = next;
    const fresh = next.clusters
      .filter((cluster) => !running.has(cluster.name))
      .map((cluster) => runCluster(next, cluster, around, eventsOf(cluster.name)));
    for (const cluster of fresh) running.set(cluster.policy.name, cluster);
    await Promise.all(fresh.map((cluster) => cluster.loop.resume()));
    startInSlots(
      fresh.map((cluster) => cluster.policy.name),
      clock.now(),
    );
    metrics.reloaded('accepted', next.revision, clock.now());
  };

  const startInSlots = (names: readonly string[], at: EpochMs): void => {
    names.forEach((name, index) => {
      void startOne(name, at, Math.floor(index / PER_SLOT) * SLOT_MS);
    });
  };

  const startOne = async (name: string, at: EpochMs, afterMs: number): Promise<void> => {
    if (afterMs > 0) await clock.sleep(afterMs);
    if (stopped) return;
    await running.get(name)?.tick(at);
  };

  await apply(policy);
  ticker.start((second) => {
    startInSlots(due([...running.keys()], policy.intervalMs, second), second);
  });
  ticker.daily('retention', '17 3 * * *', async () => {
    const now = clock.now();
    const records = await store.records.retain(now - KEEP_RECORDS_MS);
    const slots = await store.loads.retain(now - KEEP_SLOTS_MS);
    log.info('retention', { records, slots });
  });

  return {
    policy: () => policy,
    reload: apply,
    refused(revision) {
      metrics.reloaded('rejected', revision, clock.now());
    },
    async readiness() {
      const reasons: string[] = [];
      if (!(await store.check())) reasons.push('the store cannot be written');
      const now = clock.now();
      for (const cluster of running.values()) {
        const last = cluster.lastEvaluatedMs();
        const lateMs = policy.intervalMs * LATE_INTERVALS + LATE_MS;
        if (now - (last ?? cluster.startedMs) > lateMs) {
          reasons.push(`${cluster.policy.name} was not evaluated for ${String(Math.round(lateMs / 1000))} s`);
        }
      }
      return { ready: !stopped && reasons.length === 0, reasons: stopped ? ['stopping', ...reasons] : reasons };
    },
    statuses: () => Promise.all([...running.values()].map(statusOf)),
    cluster: (name) => running.get(name),
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    metricsText: async () => ({ contentType: metrics.contentType, text: await metrics.text() }),
    async stop() {
      if (stopped) return;
      stopped = true;
      await ticker.stop();
      await Promise.all([...running.values()].map((cluster) => cluster.stop()));
    },
  };
}
