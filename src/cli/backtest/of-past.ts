import { pastTrace } from '../../app/backtest/past-trace.ts';
import { startBaselines } from '../../app/worker/baselines-aside.ts';
import { connectForLooking } from '../../app/inspect/open.ts';
import { DURATION_PATTERN, durationMs } from '../../config/parse-units.ts';
import type { Policy } from '../../domain/policy.ts';
import type { CliContext } from '../context.ts';
import { fail } from '../fail.ts';
import { withStore } from '../with-store.ts';
import { judgedOf } from './judged.ts';
import type { BacktestOptions } from './options.ts';
import { refuse } from './options.ts';
import { report } from './report.ts';

/** Replays the last days as Prometheus and the store have them. */
export async function replayPast(since: string, options: BacktestOptions, context: CliContext): Promise<void> {
  const sinceMs = DURATION_PATTERN.test(since) ? durationMs(since) : 0;
  if (sinceMs <= 0) {
    refuse(options, context, `--since ${since} is no duration`, 'such as 28d');
    return;
  }
  await withStore(
    options,
    context,
    async (policy, store) => {
      const judged = judgedOf(policy, options, context);
      if (judged === undefined) return;
      const { cluster, group, fromMs } = judged;
      const until = context.clock.now();
      const one: Policy = { ...policy, clusters: [cluster] };
      const [connected] = connectForLooking(one, store, context.clock, context.version);
      if (connected === undefined) return;
      try {
        const baselines = startBaselines();
        const range = { from: until - sinceMs, until, judgedFrom: fromMs };
        const past = await pastTrace(connected.adapters.ports, cluster, group, range);
        if (past === undefined) {
          const message = `neither Prometheus nor the store knows the load of ${cluster.name} be/${group.group}`;
          fail(context, options, { code: 'not-found', message, hint: 'doris-autoscaler doctor shows what is missing' });
          return;
        }
        if (past.problem !== undefined)
          context.err(`Prometheus told nothing, the store alone is replayed: ${past.problem}\n`);
        await report(
          { ...judged, start: judged.start ?? past.nodes },
          { trace: past.trace, baselines },
          options,
          context,
        );
      } finally {
        await connected.adapters.close();
      }
    },
    'read',
  );
}
