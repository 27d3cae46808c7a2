import type { Command } from 'commander';
import { formatDuration } from '../decision/windows/local-time.ts';
import { DURATION_PATTERN, durationMs } from '../config/parse-units.ts';
import { facts } from '../controller/facts.ts';
import { keysOf } from '../controller/recall.ts';
import type { ClusterPolicy } from '../domain/policy.ts';
import type { Store } from '../store/store.ts';
import { EXIT } from './context.ts';
import type { CliContext, CommonOptions } from './context.ts';
import { fail } from './fail.ts';
import { commonCommand } from './common-command.ts';
import { exactlyOne, printJson, withStore } from './with-store.ts';

interface PauseOptions extends CommonOptions {
  readonly for?: string;
  readonly direction?: string;
  readonly reason?: string;
}

export function registerPause(program: Command, context: CliContext): void {
  commonCommand(program, 'pause', 'Start no new change of a cluster until resumed')
    .option('--for <duration>', 'resume by itself after, e.g. 2h')
    .option('--direction <in|out>', 'only scale-in or only scale-out')
    .option('--reason <text>', 'shown by status and every held decision', 'by an operator')
    .action((options: PauseOptions) => pause(options, context));
  commonCommand(program, 'resume', 'End a pause')
    .option('--direction <in|out>', 'only for this direction')
    .action((options: PauseOptions) => resume(options, context));
}

async function pause(options: PauseOptions, context: CliContext): Promise<void> {
  const direction = directionOf(options, context);
  if (direction === undefined) return;
  const forMs = options.for === undefined || !DURATION_PATTERN.test(options.for) ? undefined : durationMs(options.for);
  if (options.for !== undefined && forMs === undefined) {
    fail(
      context,
      options,
      { code: 'bad-input', message: `--for ${options.for} is no duration`, hint: 'such as 30m, 2h or 3d' },
      EXIT.badInput,
    );
    return;
  }
  await withStore(options, context, async (policy, store) => {
    const cluster = exactlyOne(policy, options, context);
    if (cluster === undefined) return;
    const since = context.clock.now();
    const until = forMs === undefined ? undefined : since + forMs;
    const standing = await store.control.pauses(cluster.name, since);
    if (standing.some((each) => each.direction === direction && each.until === until)) {
      fail(
        context,
        options,
        { code: 'nothing-to-change', message: `${cluster.name} is paused already` },
        EXIT.nothingToChange,
      );
      return;
    }
    const by = context.env['USER'] ?? 'operator';
    await store.control.pause({
      cluster: cluster.name,
      direction,
      since,
      until,
      reason: options.reason ?? 'by an operator',
      by,
    });
    if (options.json === true) printJson(context, { ok: true, cluster: cluster.name, direction });
    else {
      const length = forMs === undefined ? 'until resumed' : `for ${formatDuration(forMs)}`;
      context.out(`${cluster.name} is paused ${length} (${direction}). A running operation goes on.\n`);
    }
  });
}

async function resume(options: PauseOptions, context: CliContext): Promise<void> {
  const direction = directionOf(options, context);
  if (direction === undefined) return;
  await withStore(options, context, async (policy, store) => {
    const cluster = exactlyOne(policy, options, context);
    if (cluster === undefined) return;
    const resumed = await store.control.resume(cluster.name, {
      direction,
      at: context.clock.now(),
      by: context.env['USER'] ?? 'operator',
    });
    const rested = await endRests(cluster, store);
    if (!resumed && !rested) {
      fail(
        context,
        options,
        { code: 'nothing-to-change', message: `${cluster.name} is not paused` },
        EXIT.nothingToChange,
      );
      return;
    }
    if (options.json === true) printJson(context, { ok: true, cluster: cluster.name });
    else context.out(`${cluster.name} goes on at the next evaluation.\n`);
  });
}

/** A group that rests because a person undid a change of ours goes on as well. */
async function endRests(cluster: ClusterPolicy, store: Store): Promise<boolean> {
  let rested = false;
  for (const key of keysOf(cluster)) {
    const group = facts(store.memory, cluster.name, key);
    if ((await group.restsUntil()) === undefined) continue;
    await group.setRestsUntil(undefined);
    rested = true;
  }
  return rested;
}

function directionOf(options: PauseOptions, context: CliContext): 'in' | 'out' | 'both' | undefined {
  const { direction } = options;
  if (direction === undefined) return 'both';
  if (direction === 'in' || direction === 'out') return direction;
  fail(
    context,
    options,
    { code: 'bad-input', message: `--direction ${direction} is neither in nor out` },
    EXIT.badInput,
  );
  return undefined;
}
