import type { ReadTrace } from '../../app/backtest/csv-trace.ts';
import { startBaselines } from '../../app/worker/baselines-aside.ts';
import type { CliContext } from '../context.ts';
import { readPolicy } from '../read-policy.ts';
import { judgedOf } from './judged.ts';
import type { BacktestOptions } from './options.ts';
import { report, wrongTrace } from './report.ts';

/** Replays the load of a file that is being read. */
export async function replayTrace(
  reading: Promise<ReadTrace>,
  options: BacktestOptions,
  context: CliContext,
): Promise<void> {
  const policy = readPolicy(options, context);
  const judged = policy === undefined ? undefined : judgedOf(policy, options, context);
  const baselines = judged === undefined ? undefined : startBaselines();
  const read = await reading;
  if (judged === undefined || baselines === undefined) return;
  if (read.ok) await report(judged, { trace: read.trace, baselines }, options, context);
  else wrongTrace(read.problem, options, context);
}
