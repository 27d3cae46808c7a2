import { setFlagsFromString } from 'node:v8';
import type { Command } from 'commander';
import { startService } from '../app/service/service.ts';
import { EXIT, configPath } from './context.ts';
import type { CliContext, CommonOptions } from './context.ts';
import { fail } from './fail.ts';

interface RunOptions extends CommonOptions {
  readonly logLevel: string;
}

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

export function registerRun(program: Command, context: CliContext): void {
  program
    .command('run')
    .description('Run the daemon until SIGTERM or Ctrl-C; SIGHUP or a changed file reloads the policy')
    .option('--config <file>', 'policy file or folder (default: $DORIS_AUTOSCALER_CONFIG or ./doris-autoscaler.yaml)')
    .option('--log-level <level>', LEVELS.join(', '), 'info')
    .option('--json', 'the log as JSON on a terminal too')
    .action(async (options: RunOptions) => {
      await run(options, context);
    });
}

async function run(options: RunOptions, context: CliContext): Promise<void> {
  const level = LEVELS.find((each) => each === options.logLevel);
  if (level === undefined) {
    const message = `--log-level ${options.logLevel} is none of ${LEVELS.join(', ')}`;
    fail(context, options, { code: 'bad-input', message }, EXIT.badInput);
    return;
  }
  const { stopping } = context;
  let asked = false;
  let reload = (): void => {
    asked = true;
  };
  // From the start on: SIGHUP without a handler would end the process.
  context.onReload(() => {
    reload();
  });
  const started = await startService({
    configPath: configPath(options, context),
    env: context.env,
    clock: context.clock,
    version: context.version,
    log: {
      level,
      pretty: context.isTerminal && options.json !== true,
      colour: (context.env['NO_COLOR'] ?? '') === '',
    },
  });
  if (!started.ok) {
    fail(context, options, started.error, started.error.code === 'config-invalid' ? EXIT.badInput : EXIT.failed);
    return;
  }
  const { service } = started;
  keepSmall();
  reload = () => {
    service.reload('SIGHUP');
  };
  if (asked) reload();
  await aborted(stopping);
  await service.stop();
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/**
 * A daemon waits most of the time. Without this the heap of young objects grows to three times 16 MiB at the first burst,
 * such as a read of 8 days of history, and stays there. Set when it is up: collecting often while it loads costs 50 ms.
 */
function keepSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--optimize-for-size');
}
