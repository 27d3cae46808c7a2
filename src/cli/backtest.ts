import type { Command } from 'commander';
import { readTraceAside } from '../app/worker/read-trace-aside.ts';
import type { BacktestOptions } from './backtest/options.ts';
import { refuse } from './backtest/options.ts';
import { commonCommand } from './common-command.ts';
import type { CliContext } from './context.ts';

export function registerBacktest(program: Command, context: CliContext): void {
  commonCommand(
    program,
    'backtest',
    'What the policy would have done with a load that was, and what that would have cost',
  )
    .option('--trace <csv>', 'load over time: a time and one column per signal, or one column load')
    .option('--since <duration>', 'the load of the last days from Prometheus and the store, e.g. 28d')
    .option('--from <instant>', 'what lies before is history: known to the policy, not judged')
    .option(
      '--start <nodes>',
      'nodes at that instant (default: those that were there with --since, else enough for the highest load of the history)',
    )
    .option('--html <file>', 'write a chart of load, nodes, forecast and windows')
    .action((options: BacktestOptions) => run(options, context));
}

async function run(options: BacktestOptions, context: CliContext): Promise<void> {
  const { trace, since } = options;
  if ((trace === undefined) === (since === undefined)) {
    refuse(options, context, 'one of --trace and --since is needed', '--trace load.csv, or --since 28d');
  } else if (trace !== undefined) {
    // A year takes a while to be read: all that the replay needs is loaded meanwhile, and nothing of a connection.
    const reading = readTraceAside(trace);
    await (await import('./backtest/of-trace.ts')).replayTrace(reading, options, context);
  } else if (since !== undefined) {
    await (await import('./backtest/of-past.ts')).replayPast(since, options, context);
  }
}
