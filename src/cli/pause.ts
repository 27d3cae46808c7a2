import type { Command } from 'commander';
import { pauseCluster } from '../app/orders/pause-cluster.ts';
import { DURATION_PATTERN, durationMs } from '../config/parse-units.ts';
import { formatDuration } from '../decision/windows/local-time.ts';
import { EXIT } from './context.ts';
import type { CliContext, CommonOptions } from './context.ts';
import { commonCommand } from './common-command.ts';
import { directionOf } from './direction.ts';
import { fail, failOrder } from './fail.ts';
import { exactlyOne, forWholeCluster, operatorOf, printJson, withStore } from './with-store.ts';

interface PauseOptions extends CommonOptions {
  readonly for?: string;
  readonly direction?: string;
  readonly reason: string;
}

export function registerPause(program: Command, context: CliContext): void {
  commonCommand(program, 'pause', 'Start no new change of a cluster until resumed')
    .option('--for <duration>', 'resume by itself after, e.g. 2h')
    .option('--direction <in|out>', 'only scale-in or only scale-out')
    .option('--reason <text>', 'shown by status and every held decision', 'by an operator')
    .action((options: PauseOptions) => pause(options, context));
}

async function pause(options: PauseOptions, context: CliContext): Promise<void> {
  if (!forWholeCluster(options, context)) return;
  const direction = directionOf(options, context);
  if (direction === undefined) return;
  const forMs = options.for === undefined || !DURATION_PATTERN.test(options.for) ? undefined : durationMs(options.for);
  if (options.for !== undefined && !(forMs !== undefined && forMs > 0)) {
    const message = `--for ${options.for} is no duration`;
    fail(context, options, { code: 'bad-input', message, hint: 'such as 30m, 2h or 3d' }, EXIT.badInput);
    return;
  }
  await withStore(options, context, async (policy, store) => {
    const cluster = exactlyOne(policy, options, context);
    if (cluster === undefined) return;
    const request = { direction, forMs, at: context.clock.now(), by: operatorOf(context), reason: options.reason };
    const outcome = await store.orders.place((ports) => pauseCluster(ports, cluster.name, request));
    if (!outcome.ok) {
      failOrder(context, options, outcome.error);
    } else if (options.json === true) {
      printJson(context, { ok: true, ...outcome.done });
    } else {
      const length = forMs === undefined ? 'until resumed' : `for ${formatDuration(forMs)}`;
      const what = direction === 'both' ? 'paused' : `paused (scale-${direction})`;
      const { replaced } = outcome.done;
      const before =
        replaced === undefined
          ? ''
          : `  in place of the pause by ${replaced.by} until ${replaced.until ?? 'resumed'}: ${replaced.reason}\n`;
      context.out(
        `${cluster.name} is ${what} ${length}. A running operation goes on.\n${before}  to end it: doris-autoscaler resume --cluster ${cluster.name}\n`,
      );
    }
  });
}
