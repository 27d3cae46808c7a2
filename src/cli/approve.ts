import type { Command } from 'commander';
import { approveOperation } from '../app/orders/answer-operation.ts';
import { answerCommand } from './answer-command.ts';
import type { CliContext } from './context.ts';

export function registerApprove(program: Command, context: CliContext): void {
  answerCommand(program, context, {
    name: 'approve',
    description: 'Say yes to a change that is asked for (mode approve)',
    order: approveOperation,
    text: ({ kind, id, cluster, expiresAt }) =>
      `${kind} ${id} of ${cluster} is approved: it begins in the first window in which nothing holds it, until ${expiresAt ?? ''}.\n  to take it back: doris-autoscaler cancel ${id}\n`,
  });
}
