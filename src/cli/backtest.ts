import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { csvTrace } from '../app/backtest/csv-trace.ts';
import { backtestBody } from '../app/present/backtest/backtest-body.ts';
import { backtestChart } from '../app/present/backtest/chart.ts';
import { backtestText } from '../app/present/backtest/backtest-text.ts';
import { problemText } from '../app/present/backtest/problem-text.ts';
import { backtest, changeLines } from '../backtest/backtest.ts';
import type { TraceProblem } from '../backtest/trace/scan-csv.ts';
import type { Trace } from '../backtest/trace/trace.ts';
import { DURATION_PATTERN, durationMs } from '../config/parse-units.ts';
import type { Policy } from '../domain/policy.ts';
import type { Ids } from '../domain/ports/ids.ts';
import { ulids } from '../time/ulids.ts';
import type { Judged } from './backtest-past.ts';
import { commonCommand } from './common-command.ts';
import { EXIT } from './context.ts';
import type { CliContext, CommonOptions } from './context.ts';
import { fail } from './fail.ts';
import { instantOf } from './instant.ts';
import { jsonText, readPolicy } from './read-policy.ts';

interface BacktestOptions extends CommonOptions {
  readonly trace?: string;
  readonly since?: string;
  readonly from?: string;
  readonly start?: string;
  readonly html?: string;
}

const MOST_NODES = 10_000;

export function registerBacktest(program: Command, context: CliContext): void {
  commonCommand(
    program,
    'backtest',
    'What the policy would have done with a load that was, and what that would have cost',
  )
    .option('--trace <csv>', 'load over time: a time and one column per signal, or one column load')
    .option('--since <duration>', 'the load of the last days from Prometheus and the store, e.g. 28d')
    .option('--from <instant>', 'what lies before is history: known to the policy, not judged')
    .option('--start <nodes>', 'nodes at that instant (default: enough for the highest load of the history)')
    .option('--html <file>', 'write a chart of load, nodes, forecast and windows')
    .action((options: BacktestOptions) => run(options, context));
}

async function run(options: BacktestOptions, context: CliContext): Promise<void> {
  if ((options.trace === undefined) === (options.since === undefined)) {
    refuse(options, context, 'one of --trace and --since is needed', '--trace load.csv, or --since 28d');
    return;
  }
  if (options.trace !== undefined) {
    const policy = readPolicy(options, context);
    const judged = policy === undefined ? undefined : judgedOf(policy, options, context);
    if (judged === undefined) return;
    const read = csvTrace(options.trace);
    if (read.ok) report(judged, read.trace, options, context);
    else wrongTrace(read.problem, options, context);
    return;
  }
  const since = options.since ?? '';
  const sinceMs = DURATION_PATTERN.test(since) ? durationMs(since) : 0;
  if (sinceMs <= 0) {
    refuse(options, context, `--since ${since} is no duration`, 'such as 28d');
    return;
  }
  // Of what a connection needs nothing is loaded for a file.
  const { withPast } = await import('./backtest-past.ts');
  await withPast(options, context, sinceMs, {
    judged: (policy) => judgedOf(policy, options, context),
    replay(judged, trace) {
      report(judged, trace, options, context);
    },
  });
}

/** The one group that is replayed; undefined after an error was said. */
function judgedOf(policy: Policy, options: BacktestOptions, context: CliContext): Judged | undefined {
  const [cluster, ...more] = policy.clusters;
  if (cluster === undefined || more.length > 0) {
    const names = policy.clusters.map(({ name }) => name).join(', ');
    return refuse(
      options,
      context,
      'one cluster is replayed, and the policy has several',
      `--cluster and one of: ${names}`,
    );
  }
  const groups = cluster.backends.filter(({ group }) => options.group === undefined || group === options.group);
  const [group, ...others] = groups;
  if (group === undefined || others.length > 0) {
    const names = cluster.backends.map((each) => each.group).join(', ');
    const message =
      group === undefined
        ? 'frontends have no load of their own'
        : 'one group is replayed, and the cluster has several';
    return refuse(options, context, message, `--group and one of: ${names}`);
  }
  const fromMs = options.from === undefined ? undefined : instantOf(options.from);
  if (options.from !== undefined && fromMs === undefined)
    return refuse(options, context, `--from ${options.from} is no instant`, 'such as 2026-12-01T00:00:00+08:00');
  const start = options.start === undefined ? undefined : Number(options.start);
  const isNodes = start === undefined || (/^[0-9]+$/.test(options.start ?? '') && start >= 1 && start <= MOST_NODES);
  if (!isNodes)
    return refuse(
      options,
      context,
      `--start ${String(options.start)} is no number of nodes`,
      `1 to ${String(MOST_NODES)}`,
    );
  return { cluster, group, fromMs, start };
}

function report(
  { cluster, group, fromMs, start }: Judged,
  trace: Trace,
  options: BacktestOptions,
  context: CliContext,
): void {
  const endMs = trace.startMs + trace.minutes * 60_000;
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
  const backtested = backtest({ cluster, group, trace, fromMs, start });
  if (!backtested.ok) {
    wrongTrace(backtested.problem, options, context);
    return;
  }
  const done = backtested.backtest;
  const hash = decisionsHash(changeLines(done.replayed.changes), ulids());
  if (options.html !== undefined) writeFileSync(options.html, backtestChart(done, cluster.windows));
  context.out(
    options.json === true ? jsonText(backtestBody(done, hash)) : backtestText(done, hash, cluster.windows.timezone),
  );
}

function decisionsHash(lines: string, ids: Pick<Ids, 'digest'>): string {
  return ids.digest(lines);
}

function wrongTrace(problem: TraceProblem, options: BacktestOptions, context: CliContext): void {
  const { file, line, column } = problem;
  const error = { code: 'trace-invalid', message: problemText(problem) };
  if (options.json !== true) fail(context, options, error, EXIT.badInput);
  else {
    context.err(`${JSON.stringify({ error: { ...error, hint: problem.hint, file, line, column } })}\n`);
    context.exit(EXIT.badInput);
  }
}

function refuse(options: BacktestOptions, context: CliContext, message: string, hint: string): undefined {
  fail(context, options, { code: 'bad-input', message, hint }, EXIT.badInput);
}
