import type { Command } from 'commander';
import { approve } from '../app/orders/answer-operation.ts';
import { answerCommand } from './answer-command.ts';
import type { CliContext } from './context.ts';

export function registerApprove(program: Command, context: CliContext): void {
  answerCommand(program, context, {
    name: 'approve',
    description: 'Say yes to a change that is asked for (mode approve), or by its revision to a changed policy',
    order: approve,
    text: (done) =>
      'revision' in done
        ? `the policy ${done.revision} is approved: a running daemon takes it within seconds, any other when it starts.\n`
        : `${done.kind} ${done.id} of ${done.cluster} is approved: it begins once nothing holds it, until ${done.expiresAt ?? ''}.\n  to take it back: doris-autoscaler cancel ${done.id}\n`,
  });
}
