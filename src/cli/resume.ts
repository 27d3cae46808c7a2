import type { Command } from 'commander';
import { resumeCluster } from '../app/orders/resume-cluster.ts';
import type { CliContext, CommonOptions } from './context.ts';
import { commonCommand } from './common-command.ts';
import { directionOf } from './direction.ts';
import { failOrder } from './fail.ts';
import { exactlyOne, forWholeCluster, operatorOf, printJson, withStore } from './with-store.ts';

interface ResumeOptions extends CommonOptions {
  readonly direction?: string;
}

export function registerResume(program: Command, context: CliContext): void {
  commonCommand(program, 'resume', 'End a pause, and the rest of what a person undid or rejected')
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
    const request = { direction, at: context.clock.now(), by: operatorOf(context) };
    const outcome = await store.orders.place((ports) => resumeCluster(ports, cluster, request));
    if (!outcome.ok) failOrder(context, options, outcome.error);
    else if (options.json === true) printJson(context, { ok: true, ...outcome.done });
    else context.out(`${cluster.name} goes on at the next evaluation.\n`);
  });
}
