import type { Command } from 'commander';
import { startService } from '../app/service.ts';
import { EXIT, configPath } from './context.ts';
import type { CliContext, CommonOptions } from './context.ts';
import { fail } from './fail.ts';
import { commonCommand } from './common-command.ts';

export function registerRun(program: Command, context: CliContext): void {
  commonCommand(program, 'run', 'Run the daemon until SIGTERM or Ctrl-C')
    .option('--log-level <level>', 'debug, info, warn or error', 'info')
    .action(async (options: CommonOptions & { readonly logLevel: string }) => {
      await run(options, context);
    });
}

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

async function run(options: CommonOptions & { readonly logLevel: string }, context: CliContext): Promise<void> {
  const level = LEVELS.find((each) => each === options.logLevel);
  if (level === undefined) {
    fail(
      context,
      options,
      { code: 'bad-input', message: `--log-level ${options.logLevel} is none of ${LEVELS.join(', ')}` },
      EXIT.badInput,
    );
    return;
  }
  const started = await startService({
    configPath: configPath(options, context),
    env: context.env,
    clock: context.clock,
    version: context.version,
    log: { level, pretty: context.isTerminal },
  });
  if (!started.ok) {
    context.err(started.text);
    context.exit(started.badInput ? EXIT.badInput : EXIT.failed);
    return;
  }
  const { service } = started;
  context.onReload(() => {
    service.reload('SIGHUP');
  });
  await new Promise<void>((resolve) => {
    if (context.stopping.aborted) resolve();
    else
      context.stopping.addEventListener(
        'abort',
        () => {
          resolve();
        },
        { once: true },
      );
  });
  await service.stop();
}
