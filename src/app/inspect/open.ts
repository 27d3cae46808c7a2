import type { ClusterPolicy, Policy } from '../../domain/policy.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Log } from '../../domain/ports/log.ts';
import { createMetrics } from '../../metrics/metrics.ts';
import { oneAtATimeByName } from '../../provisioner/one-at-a-time.ts';
import { StoreError } from '../../store/errors.ts';
import { openStore } from '../../store/store.ts';
import type { Store } from '../../store/store.ts';
import { ulids } from '../../time/ulids.ts';
import { connectCluster } from '../daemon/cluster.ts';
import type { ClusterAdapters } from '../daemon/cluster.ts';

export interface OpenError {
  readonly code: StoreError['code'];
  readonly message: string;
  readonly hint: string | undefined;
}

/** The store of a policy, shared with a daemon that may run. */
export async function openSharedStore(
  policy: Policy,
): Promise<{ readonly ok: true; readonly store: Store } | { readonly ok: false; readonly error: OpenError }> {
  try {
    return { ok: true, store: await openStore(policy.store.path, { lock: false }) };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return { ok: false, error: { code: error.code, message: error.message, hint: error.hint } };
  }
}

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** Every cluster of a policy, connected for one command that only looks. */
export function connectForLooking(
  policy: Policy,
  store: Store,
  clock: Clock,
  version: string,
): readonly { readonly policy: ClusterPolicy; readonly adapters: ClusterAdapters }[] {
  const metrics = createMetrics({ version, clusters: () => Promise.resolve([]) });
  const around = {
    clock,
    ids: ulids(),
    log: silent,
    notifier: { notify() {} },
    store,
    metrics,
    taking: oneAtATimeByName(),
    underWay: new Map(),
  };
  return policy.clusters.map((cluster) => ({ policy: cluster, adapters: connectCluster(policy, cluster, around) }));
}
