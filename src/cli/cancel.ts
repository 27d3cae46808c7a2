import type { Command } from 'commander';
import { cancelOperation } from '../app/orders/answer-operation.ts';
import { answerCommand } from './answer-command.ts';
import type { CliContext } from './context.ts';

export function registerCancel(program: Command, context: CliContext): void {
  answerCommand(program, context, {
    name: 'cancel',
    description: 'Undo a running operation as far as it can be undone, or say no to one that is asked for',
    order: cancelOperation,
    text: ({ kind, id, cluster, rejected }) =>
      rejected
        ? `${kind} ${id} of ${cluster} is rejected and not asked for again for 24 h.\n  to be asked again sooner: doris-autoscaler resume --cluster ${cluster}\n`
        : `${kind} ${id} of ${cluster} is undone from its next step on. See: doris-autoscaler operations\n`,
  });
}
