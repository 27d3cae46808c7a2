import type { LoopEvents } from '../../controller/cluster-loop.ts';
import { recallRegrets } from '../../controller/memory/regrets.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { Operation } from '../../domain/operation.ts';
import type { ClusterPolicy, Policy } from '../../domain/policy.ts';
import type { PolicyChange } from '../../domain/policy-change.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Ids } from '../../domain/ports/ids.ts';
import type { Log } from '../../domain/ports/log.ts';
import type { Ticker } from '../../domain/ports/ticker.ts';
import type { DecisionRecord } from '../../domain/record.ts';
import type { ClusterStatus } from '../../domain/status.ts';
import { createMetrics } from '../../metrics/metrics.ts';
import { logNotifier } from '../../notify/log-notifier.ts';
import { oneAtATimeByName } from '../../provisioner/one-at-a-time.ts';
import type { Store } from '../../store/store.ts';
import type { TickerEvents } from '../../time/cron-ticker.ts';
import { due, slots } from '../../time/due.ts';
import { evaluationLines } from './evaluation-lines.ts';
import { scrapedCluster } from './scraped-cluster.ts';
import { clusterStatus } from '../read-model.ts';
import { heldNotices } from './held-notices.ts';
import { retention } from './retention.ts';
import { fingerprintOf, runCluster } from './running-cluster.ts';
import type { RunningCluster } from './running-cluster.ts';

/** Clusters that are due in one second start in groups of so many. */
const PER_SLOT = 16;
/** A cluster without an evaluation for so many intervals, and a minute, makes the daemon not ready. */
const LATE_INTERVALS = 3;
const LATE_MS = 60_000;
/** In UTC. */
const RETENTION_CRON = '17 3 * * *';

export interface DaemonOptions {
  readonly policy: Policy;
  readonly store: Store;
  readonly clock: Clock;
  readonly ticker: (events: TickerEvents) => Ticker;
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
  /**
   * Evaluates every cluster at once and from then on at its ticks. Apart from making the daemon, so that whoever asks by
   * HTTP has an answer first. Rejects when a part of the policy cannot be set up.
   */
  begin(): Promise<void>;
  /**
   * Takes a valid policy. What did not change goes on untouched; a changed cluster resumes its operation. Rejects, and
   * leaves everything as it was, when a part of the policy cannot be set up. Resolves to the clusters that were started.
   */
  reload(policy: Policy): Promise<readonly string[]>;
  /** A policy was refused: the last good one stays in force. */
  refused(): void;
  /** A policy waits for a yes: the one before stays in force. People are told once. */
  held(change: PolicyChange, told: { readonly isNew: boolean }): void;
  readiness(): Promise<Readiness>;
  statuses(): Promise<readonly ClusterStatus[]>;
  cluster(name: string): RunningCluster | undefined;
  /** The listener hears until the returned function is called. */
  subscribe(listener: DaemonListener): () => void;
  metricsText(): Promise<{ readonly contentType: string; readonly text: string }>;
  stop(): Promise<void>;
}

export function createDaemon(options: DaemonOptions): Daemon {
  const { store, clock, log } = options;
  const running = new Map<string, RunningCluster>();
  const listeners = new Set<DaemonListener>();
  let { policy } = options;
  let stopped = false;

  const metrics = createMetrics({
    version: options.version,
    clusters: () =>
      Promise.all(
        [...running.values()].map(async (cluster) => scrapedCluster(store, cluster, await statusOf(cluster))),
      ),
  });
  const around = {
    clock,
    ids: options.ids,
    log,
    notifier: logNotifier(log),
    store,
    metrics,
    taking: oneAtATimeByName(),
    underWay: new Map(),
    revision: () => policy.revision,
  };

  const statusOf = (cluster: RunningCluster): Promise<ClusterStatus> =>
    clusterStatus(store, cluster.policy, clock.now(), {
      leader: store.lease.holds(cluster.policy.name),
      forcedObserve: cluster.forcedObserve(),
      lastDecision: cluster.lastRecord(),
    });

  const eventsOf = (name: string): LoopEvents => {
    const lines = evaluationLines(log, name);
    return {
      evaluated(result) {
        if ('error' in result) {
          metrics.evaluationFailed(name);
          lines.failed(result.error, clock.now());
          return;
        }
        const { record } = result;
        metrics.evaluated(record);
        const cluster = running.get(name);
        if (cluster !== undefined) lines.recorded(record, cluster.policy);
        for (const listener of listeners) listener.decision(record);
      },
      skipped() {
        metrics.tickSkipped(name);
      },
      operationChanged(operation) {
        if (operation.endedAt !== undefined) metrics.operationEnded(operation);
        for (const listener of listeners) listener.operation(operation);
      },
    };
  };

  /** Sets up what is new, which may fail, before anything that runs is touched; then stops what is gone or changed. */
  const apply = async (next: Policy): Promise<readonly string[]> => {
    const unchanged = new Set(
      next.clusters.flatMap((cluster) =>
        running.get(cluster.name)?.fingerprint === fingerprintOf(next, cluster) ? [cluster.name] : [],
      ),
    );
    const fresh = next.clusters
      .filter((cluster) => !unchanged.has(cluster.name))
      .map((cluster) => runCluster(next, cluster, around, eventsOf(cluster.name)));
    const leaving = [...running.values()].filter((cluster) => !unchanged.has(cluster.policy.name));
    await Promise.all(leaving.map((cluster) => cluster.stop()));
    if (stopped) return [];
    policy = next;
    const names = fresh.map((cluster) => cluster.policy.name);
    for (const cluster of leaving) running.delete(cluster.policy.name);
    for (const cluster of fresh) running.set(cluster.policy.name, cluster);
    await reportRemoved(leaving.map((cluster) => cluster.policy.name));
    for (const name of names) metrics.started(name);
    await Promise.all(fresh.map((cluster) => countRegrets(cluster.policy)));
    await Promise.all(fresh.map((cluster) => cluster.loop.resume()));
    metrics.inForce(next.revision, clock.now());
    startInSlots(names, clock.now());
    return names;
  };

  const countRegrets = async ({ name, backends }: ClusterPolicy): Promise<void> => {
    for (const { group } of backends) {
      const key = { role: 'backend' as const, group };
      metrics.regrettedBefore(name, key, (await recallRegrets(store.memory, name, key)).totals);
    }
  };

  const reportRemoved = async (leaving: readonly string[]): Promise<void> => {
    for (const name of leaving.filter((each) => !running.has(each))) {
      metrics.removed(name);
      const open = await store.journal.open(name);
      if (open === undefined) continue;
      log.warn('the policy has this cluster no more, and its operation stays as it is', {
        cluster: name,
        operation: open.id,
        kind: open.kind,
      });
    }
  };

  const startInSlots = (names: readonly string[], at: EpochMs): void => {
    for (const { afterMs, clusters } of slots(names, PER_SLOT)) void startSlot(clusters, at, afterMs);
  };

  const startSlot = async (names: readonly string[], at: EpochMs, afterMs: number): Promise<void> => {
    if (afterMs > 0) await clock.sleep(afterMs);
    if (stopped) return;
    await Promise.all(names.map(async (name) => running.get(name)?.tick(at)));
  };

  const ticker = options.ticker({
    onMissed(second) {
      const names = due([...running.keys()], policy.intervalMs, second);
      for (const name of names) metrics.tickSkipped(name);
      if (names.length > 0) log.debug('a second passed without a tick', { clusters: names });
    },
    onFailed(job, error) {
      log.error('a daily job failed; it runs again tomorrow', { job, error });
    },
  });

  return {
    policy: () => policy,
    async begin() {
      await apply(policy);
      if (stopped) return;
      ticker.start((second) => {
        startInSlots(due([...running.keys()], policy.intervalMs, second), second);
      });
      ticker.daily('retention', RETENTION_CRON, () => retention(store, log, clock.now()));
    },
    async reload(next) {
      const names = await apply(next);
      metrics.reloaded('accepted');
      return names;
    },
    refused() {
      metrics.reloaded('rejected');
    },
    held(change, { isNew }) {
      metrics.reloaded('held');
      if (!isNew) return;
      for (const notice of heldNotices(change, policy, clock.now())) around.notifier.notify(notice);
    },
    async readiness() {
      const reasons = stopped ? ['stopping'] : [];
      if (!(await store.check())) reasons.push('the store cannot be written');
      const lateMs = policy.intervalMs * LATE_INTERVALS + LATE_MS;
      for (const cluster of running.values()) {
        if (cluster.quietMs() > lateMs)
          reasons.push(
            `${cluster.policy.name} was not evaluated for ${String(Math.round(cluster.quietMs() / 1000))} s`,
          );
      }
      return { ready: reasons.length === 0, reasons };
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
      await Promise.all([ticker.stop(), ...[...running.values()].map((cluster) => cluster.stop())]);
    },
  };
}
