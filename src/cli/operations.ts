import type { Command } from 'commander';
import { operationBody } from '../app/present/operation.ts';
import { operationText } from '../app/present/operation-text.ts';
import type { Operation } from '../domain/operation.ts';
import type { Policy } from '../domain/policy.ts';
import type { Store } from '../store/store.ts';
import type { CliContext, CommonOptions } from './context.ts';
import { commonCommand } from './common-command.ts';
import { printJson, withStore } from './with-store.ts';

const SHOWN = 20;
const WATCH_MS = 2_000;

interface OperationsOptions extends CommonOptions {
  readonly watch?: boolean;
}

export function registerOperations(program: Command, context: CliContext): void {
  commonCommand(program, 'operations', 'What was and is being changed, newest first')
    .option('--watch', 'again every 2 s until Ctrl-C')
    .action((options: OperationsOptions) =>
      withStore(options, context, async (policy, store) => {
        await show(policy, store, options, context);
        while (options.watch === true && !context.stopping.aborted) {
          await context.clock.sleep(WATCH_MS, context.stopping).catch(() => undefined);
          if (!context.stopping.aborted) await show(policy, store, options, context);
        }
      }),
    );
}

async function show(policy: Policy, store: Store, options: OperationsOptions, context: CliContext): Promise<void> {
  const operations = await newest(policy, store, options);
  if (options.json === true) {
    printJson(context, { operations: operations.map(operationBody) });
    return;
  }
  if (operations.length === 0) context.out('nothing was changed yet\n');
  for (const operation of operations) {
    const zone = policy.clusters.find((cluster) => cluster.name === operation.cluster)?.windows.timezone ?? 'UTC';
    context.out(operationText(operation, zone, context.clock.now()));
  }
}

async function newest(policy: Policy, store: Store, options: OperationsOptions): Promise<readonly Operation[]> {
  const lists = await Promise.all(
    policy.clusters.map((cluster) => store.journal.list({ cluster: cluster.name, limit: SHOWN })),
  );
  return lists
    .flat()
    .filter((operation) => options.group === undefined || operation.group === options.group)
    .toSorted((a, b) => b.createdAt - a.createdAt);
}
