import { deniedIntervals, effectiveWindows } from '../../decision/windows/effective.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Ids } from '../../domain/ports/ids.ts';
import type { ServerSource } from '../../server/source.ts';
import type { Store } from '../../store/store.ts';
import type { Daemon } from '../daemon/daemon.ts';
import { dryRun } from '../inspect/dry-run.ts';
import { decisionBody } from '../present/decision.ts';
import { operationBody } from '../present/operation.ts';
import { planBody } from '../present/plan.ts';
import { policyChangeBody } from '../present/policy-change/change-body.ts';
import { policyLedger } from '../policy-change/ledger.ts';
import { statusBody } from '../present/status.ts';
import { serverOrders } from './server-orders.ts';
import { windowsBody } from '../present/windows/windows.ts';

const DAY_MS = 86_400_000;

/** The API's bodies from the daemon and its store, in the shapes of `--json`. */
export function serverSource(
  daemon: Daemon,
  store: Store,
  around: { readonly clock: Clock; readonly ids: Ids },
): ServerSource {
  const { clock } = around;
  const ledger = policyLedger(store.memory);
  const status = async (name: string) => (await daemon.statuses()).find((each) => each.name === name);
  return {
    names: () => daemon.policy().clusters.map((cluster) => cluster.name),
    async clusters() {
      const change = await ledger.change();
      return {
        revision: daemon.policy().revision,
        policyChange: change === undefined ? null : policyChangeBody(change),
        clusters: (await daemon.statuses()).map(statusBody),
      };
    },
    async cluster(name) {
      const found = await status(name);
      return found === undefined ? undefined : statusBody(found);
    },
    async plan(name) {
      const running = daemon.cluster(name);
      if (running === undefined) return undefined;
      const record = await dryRun(running.adapters.ports, {
        policy: running.policy,
        revision: daemon.policy().revision,
        forcedObserve: running.forcedObserve(),
        at: clock.now(),
        stage: 'decide',
      });
      return { at: Temporal.Instant.fromEpochMilliseconds(record.at).toString(), ...planBody(record) };
    },
    windows(name, request) {
      const cluster = daemon.policy().clusters.find((each) => each.name === name);
      if (cluster === undefined) return undefined;
      const from = request.from ?? clock.now();
      const range = { startMs: from, endMs: from + request.days * DAY_MS };
      return windowsBody(cluster, effectiveWindows(cluster.windows, range), deniedIntervals(cluster.windows, range));
    },
    operations: async ({ cluster, limit }) => ({
      operations: (await store.journal.list({ ...(cluster === undefined ? {} : { cluster }), limit })).map(
        operationBody,
      ),
    }),
    async operation(id) {
      const found = await store.journal.find(id);
      return found === undefined ? undefined : operationBody(found);
    },
    decisions: async (cluster, { before, limit }) => ({
      decisions: (await store.records.list({ cluster, ...(before === undefined ? {} : { before }), limit })).map(
        decisionBody,
      ),
    }),
    async latestDecision(name) {
      const found = await store.records.latest(name);
      return found === undefined ? undefined : decisionBody(found);
    },
    async decision(name, id) {
      const found = await store.records.find(id);
      return found?.cluster === name ? decisionBody(found) : undefined;
    },
    order: serverOrders(store.orders, () => daemon.policy(), around),
    metrics: () => daemon.metricsText(),
    readiness: () => daemon.readiness(),
  };
}
