import type { Command } from 'commander';
import type { AnswerRequest } from '../app/orders/answer-operation.ts';
import type { Outcome } from '../app/orders/outcome.ts';
import type { OrderPorts } from '../domain/ports/orders.ts';
import { commonCommand } from './common-command.ts';
import type { CliContext, CommonOptions } from './context.ts';
import { failOrder } from './fail.ts';
import { forWholeCluster, operatorOf, printJson, withStore } from './with-store.ts';

interface AnswerOptions extends CommonOptions {
  readonly reason: string;
}

/** A command that answers one operation, named by its id. */
export function answerCommand<Done extends object>(
  program: Command,
  context: CliContext,
  command: {
    readonly name: string;
    readonly description: string;
    readonly order: (ports: OrderPorts, request: AnswerRequest) => Promise<Outcome<Done>>;
    readonly text: (done: Done) => string;
  },
): void {
  commonCommand(program, command.name, command.description)
    .argument('<id>', 'id of the operation, or its first characters')
    .option('--reason <text>', 'kept with the operation', 'by an operator')
    .action(async (id: string, options: AnswerOptions) => {
      if (!forWholeCluster(options, context)) return;
      await withStore(options, context, async (policy, store) => {
        const clusters = policy.clusters.map(({ name }) => name);
        const request = { id, clusters, at: context.clock.now(), by: operatorOf(context), reason: options.reason };
        const outcome = await store.orders.place((ports) => command.order(ports, request));
        if (!outcome.ok) failOrder(context, options, outcome.error);
        else if (options.json === true) printJson(context, { ok: true, ...outcome.done });
        else context.out(command.text(outcome.done));
      });
    });
}
