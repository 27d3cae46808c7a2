import { writeFileSync } from 'node:fs';
import { backtestBody } from '../../app/present/backtest/backtest-body.ts';
import { backtestChart } from '../../app/present/backtest/chart.ts';
import { backtestText } from '../../app/present/backtest/backtest-text.ts';
import { problemText } from '../../app/present/backtest/problem-text.ts';
import type { Baselines } from '../../backtest/baselines/baselines.ts';
import type { Problem } from '../../backtest/baselines/problem.ts';
import { backtestBeside, changeLines } from '../../backtest/backtest.ts';
import type { TraceProblem } from '../../backtest/trace/scan-csv.ts';
import { MINUTE_MS } from '../../backtest/trace/trace.ts';
import type { Trace } from '../../backtest/trace/trace.ts';
import { ulids } from '../../time/ulids.ts';
import { EXIT } from '../context.ts';
import type { CliContext } from '../context.ts';
import { fail } from '../fail.ts';
import { jsonText } from '../read-policy.ts';
import type { Judged } from './judged.ts';
import type { BacktestOptions } from './options.ts';
import { refuse } from './options.ts';

/** Replays, with the baselines played beside it, and says what came of it. */
export async function report(
  { cluster, group, fromMs, start }: Judged,
  { trace, baselines }: { readonly trace: Trace; readonly baselines: (problem: Problem) => Promise<Baselines> },
  options: BacktestOptions,
  context: CliContext,
): Promise<void> {
  const endMs = trace.startMs + trace.minutes * MINUTE_MS;
  if (fromMs !== undefined && fromMs >= endMs) {
    const last = Temporal.Instant.fromEpochMilliseconds(endMs).toString();
    refuse(
      options,
      context,
      `--from ${String(options.from)} leaves nothing to judge`,
      `an instant before ${last}, where ${trace.name} ends`,
    );
    return;
  }
  const backtested = await backtestBeside({ cluster, group, trace, fromMs, start }, baselines);
  if (!backtested.ok) {
    wrongTrace(backtested.problem, options, context);
    return;
  }
  const done = backtested.backtest;
  const hash = ulids().digest(changeLines(done.replayed.changes));
  // First what took long: a chart that cannot be written takes no result away.
  context.out(
    options.json === true ? jsonText(backtestBody(done, hash)) : backtestText(done, hash, cluster.windows.timezone),
  );
  if (options.html !== undefined) writeChart(options.html, backtestChart(done, cluster.windows), options, context);
}

function writeChart(file: string, page: string, options: BacktestOptions, context: CliContext): void {
  try {
    writeFileSync(file, page);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    refuse(options, context, `--html ${file} cannot be written: ${why}`, 'a file in a folder that is there');
  }
}

export function wrongTrace(problem: TraceProblem, options: BacktestOptions, context: CliContext): void {
  const { file, line, column } = problem;
  const error = { code: 'trace-invalid', message: problemText(problem) };
  if (options.json !== true) fail(context, options, error, EXIT.badInput);
  else {
    context.err(`${JSON.stringify({ error: { ...error, hint: problem.hint, file, line, column } })}\n`);
    context.exit(EXIT.badInput);
  }
}
