import type { Command } from 'commander';
import { EXIT } from './context.ts';
import type { CliContext, CommonOptions } from './context.ts';
import { fail } from './fail.ts';
import { commonCommand } from './common-command.ts';
import { printJson, withStore } from './with-store.ts';

export function registerCancel(program: Command, context: CliContext): void {
  commonCommand(program, 'cancel', 'Undo a running operation as far as it can be undone')
    .argument('<id>', 'id of the operation, or its first characters')
    .option('--reason <text>', 'kept with the operation', 'by an operator')
    .action((id: string, options: CommonOptions & { readonly reason: string }) => cancel(id, options, context));
}

async function cancel(
  id: string,
  options: CommonOptions & { readonly reason: string },
  context: CliContext,
): Promise<void> {
  await withStore(options, context, async (policy, store) => {
    const open = await Promise.all(policy.clusters.map((cluster) => store.journal.open(cluster.name)));
    const operation = open.find((each) => each?.id.startsWith(id.toUpperCase()));
    const by = context.env['USER'] ?? 'operator';
    const asked =
      operation !== undefined &&
      (await store.control.requestCancel(operation.id, { at: context.clock.now(), by, reason: options.reason }));
    if (operation === undefined || !asked) {
      fail(
        context,
        options,
        { code: 'nothing-to-change', message: `no open operation is named ${id}`, hint: 'doris-autoscaler operations' },
        EXIT.nothingToChange,
      );
      return;
    }
    if (options.json === true) printJson(context, { ok: true, id: operation.id });
    else context.out(`${operation.kind} ${operation.id} is being undone. See: doris-autoscaler operations\n`);
  });
}
