import type { Command } from 'commander';
import { facts } from '../controller/memory/facts.ts';
import { keysOf } from '../controller/memory/recall.ts';
import type { EpochMs } from '../domain/instant.ts';
import type { ClusterPolicy } from '../domain/policy.ts';
import type { Store } from '../store/store.ts';
import { EXIT } from './context.ts';
import type { CliContext, CommonOptions } from './context.ts';
import { commonCommand } from './common-command.ts';
import { directionOf } from './direction.ts';
import { fail } from './fail.ts';
import { exactlyOne, forWholeCluster, operatorOf, printJson, withStore } from './with-store.ts';

interface ResumeOptions extends CommonOptions {
  readonly direction?: string;
}

export function registerResume(program: Command, context: CliContext): void {
  commonCommand(program, 'resume', 'End a pause, and the rest of a group whose change a person undid')
    .option('--direction <in|out>', 'only for this direction')
    .action((options: ResumeOptions) => resume(options, context));
}

async function resume(options: ResumeOptions, context: CliContext): Promise<void> {
  if (!forWholeCluster(options, context)) return;
  const direction = directionOf(options, context);
  if (direction === undefined) return;
  await withStore(options, context, async (policy, store) => {
    const cluster = exactlyOne(policy, options, context);
    if (cluster === undefined) return;
    const at = context.clock.now();
    const resumed = await store.control.resume(cluster.name, { direction, at, by: operatorOf(context) });
    // Only scale-in rests.
    const rested = direction === 'out' ? false : await endRests(cluster, store, at);
    if (!resumed && !rested) {
      const error = { code: 'nothing-to-change', message: `${cluster.name} is not paused` };
      fail(context, options, error, EXIT.nothingToChange);
      return;
    }
    if (options.json === true) printJson(context, { ok: true, cluster: cluster.name, direction });
    else context.out(`${cluster.name} goes on at the next evaluation.\n`);
  });
}

async function endRests(cluster: ClusterPolicy, store: Store, at: EpochMs): Promise<boolean> {
  let rested = false;
  for (const key of keysOf(cluster)) {
    const group = facts(store.memory, cluster.name, key);
    const until = await group.restsUntil();
    if (until === undefined || until <= at) continue;
    await group.setRestsUntil(undefined);
    rested = true;
  }
  return rested;
}
