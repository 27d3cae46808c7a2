import { pastTrace } from '../app/backtest/past-trace.ts';
import { connectForLooking } from '../app/inspect/open.ts';
import type { Trace } from '../backtest/trace/trace.ts';
import type { GroupPolicy } from '../domain/group-policy.ts';
import type { ClusterPolicy, Policy } from '../domain/policy.ts';
import type { CliContext, CommonOptions } from './context.ts';
import { fail } from './fail.ts';
import { withStore } from './with-store.ts';

/** What is replayed, and from where on it is judged. */
export interface Judged {
  readonly cluster: ClusterPolicy;
  readonly group: GroupPolicy;
  readonly fromMs: number | undefined;
  readonly start: number | undefined;
}

/** Replays the last days as Prometheus and the store have them. `judged` gives undefined after it said an error. */
export async function withPast(
  options: CommonOptions,
  context: CliContext,
  sinceMs: number,
  what: {
    readonly judged: (policy: Policy) => Judged | undefined;
    readonly replay: (judged: Judged, trace: Trace) => void;
  },
): Promise<void> {
  await withStore(
    options,
    context,
    async (policy, store) => {
      const judged = what.judged(policy);
      if (judged === undefined) return;
      const { cluster, group } = judged;
      const until = context.clock.now();
      const one: Policy = { ...policy, clusters: [cluster] };
      const [connected] = connectForLooking(one, store, context.clock, context.version);
      if (connected === undefined) return;
      try {
        const past = await pastTrace(connected.adapters.ports, cluster, group, { from: until - sinceMs, until });
        if (past === undefined) {
          const message = `neither Prometheus nor the store knows the load of ${cluster.name} be/${group.group}`;
          fail(context, options, { code: 'not-found', message, hint: 'doris-autoscaler doctor shows what is missing' });
          return;
        }
        if (past.problem !== undefined)
          context.err(`Prometheus told nothing, the store alone is replayed: ${past.problem}\n`);
        what.replay({ ...judged, start: judged.start ?? past.nodes }, past.trace);
      } finally {
        await connected.adapters.close();
      }
    },
    'read',
  );
}
