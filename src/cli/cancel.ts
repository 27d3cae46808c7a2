import type { Command } from 'commander';
import type { Operation } from '../domain/operation.ts';
import type { Policy } from '../domain/policy.ts';
import type { Store } from '../store/store.ts';
import { EXIT } from './context.ts';
import type { CliContext, CommonOptions } from './context.ts';
import { fail } from './fail.ts';
import { commonCommand } from './common-command.ts';
import { forWholeCluster, operatorOf, printJson, withStore } from './with-store.ts';

interface CancelOptions extends CommonOptions {
  readonly reason: string;
}

const SHORTEST_ID = 6;

export function registerCancel(program: Command, context: CliContext): void {
  commonCommand(program, 'cancel', 'Undo a running operation as far as it can be undone')
    .argument('<id>', 'id of the operation, or its first characters')
    .option('--reason <text>', 'kept with the operation', 'by an operator')
    .action((id: string, options: CancelOptions) => cancel(id, options, context));
}

async function cancel(id: string, options: CancelOptions, context: CliContext): Promise<void> {
  if (!forWholeCluster(options, context)) return;
  if (id.length < SHORTEST_ID) {
    const message = `${id} is too short for an id`;
    const hint = 'doris-autoscaler operations shows each id';
    fail(context, options, { code: 'bad-input', message, hint }, EXIT.badInput);
    return;
  }
  await withStore(options, context, async (policy, store) => {
    const operation = await openOperation(policy, store, id.toUpperCase());
    const by = operatorOf(context);
    const request = { at: context.clock.now(), by, reason: options.reason };
    if (operation === undefined || !(await store.control.requestCancel(operation.id, request))) {
      const message = await whyNot(store, operation, id);
      const error = { code: 'nothing-to-change', message, hint: 'doris-autoscaler operations' };
      fail(context, options, error, EXIT.nothingToChange);
      return;
    }
    if (options.json === true)
      printJson(context, { ok: true, id: operation.id, cluster: operation.cluster, kind: operation.kind });
    else
      context.out(
        `${operation.kind} ${operation.id} of ${operation.cluster} is undone from its next step on. See: doris-autoscaler operations\n`,
      );
  });
}

async function openOperation(policy: Policy, store: Store, id: string): Promise<Operation | undefined> {
  const open = await Promise.all(policy.clusters.map((cluster) => store.journal.open(cluster.name)));
  const [only, ...others] = open.filter((each) => each !== undefined).filter((each) => each.id.startsWith(id));
  // Ids begin with the time: two clusters may have begun within the same.
  return others.length === 0 ? only : undefined;
}

async function whyNot(store: Store, open: Operation | undefined, id: string): Promise<string> {
  if (open !== undefined) return `${open.kind} ${open.id} is to be undone already`;
  const ended = await store.journal.find(id.toUpperCase());
  if (ended !== undefined) return `${ended.kind} ${ended.id} is ${ended.state} already: ${ended.reason}`;
  return `no open operation is named ${id}`;
}
