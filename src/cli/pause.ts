import type { Command } from 'commander';
import { DURATION_PATTERN, durationMs } from '../config/parse-units.ts';
import { formatDuration } from '../decision/windows/local-time.ts';
import type { EpochMs } from '../domain/instant.ts';
import type { Pause } from '../domain/memory.ts';
import { EXIT } from './context.ts';
import type { CliContext, CommonOptions } from './context.ts';
import { commonCommand } from './common-command.ts';
import { directionOf } from './direction.ts';
import { fail } from './fail.ts';
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
    const since = context.clock.now();
    const until = forMs === undefined ? undefined : since + forMs;
    const standing = await store.control.pauses(cluster.name, since);
    if (standing.some((each) => says(each, direction, until))) {
      const message = `${cluster.name} is paused already`;
      const hint = 'doris-autoscaler status shows by whom and until when';
      fail(context, options, { code: 'nothing-to-change', message, hint }, EXIT.nothingToChange);
      return;
    }
    const { reason } = options;
    await store.control.pause({ cluster: cluster.name, direction, since, until, reason, by: operatorOf(context) });
    if (options.json === true) {
      const end = until === undefined ? null : Temporal.Instant.fromEpochMilliseconds(until).toString();
      printJson(context, { ok: true, cluster: cluster.name, direction, until: end });
    } else {
      const length = forMs === undefined ? 'until resumed' : `for ${formatDuration(forMs)}`;
      const what = direction === 'both' ? 'paused' : `paused (scale-${direction})`;
      context.out(
        `${cluster.name} is ${what} ${length}. A running operation goes on.\n  to end it: doris-autoscaler resume --cluster ${cluster.name}\n`,
      );
    }
  });
}

/** A standing pause says all that a new one would: the same until the same moment, or both directions for as long. */
function says(standing: Pause, direction: Pause['direction'], until: EpochMs | undefined): boolean {
  if (standing.direction === direction) return standing.until === until;
  return standing.direction === 'both' && (standing.until ?? Infinity) >= (until ?? Infinity);
}
