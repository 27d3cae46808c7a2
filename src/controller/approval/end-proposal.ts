import { nodesIn, planLine } from '../../decision/approval/plan.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { Proposal } from '../../domain/memory.ts';
import type { Operation } from '../../domain/operation.ts';
import type { Journal } from '../../domain/ports/journal.ts';
import type { Log } from '../../domain/ports/log.ts';
import type { Notifier } from '../../domain/ports/notifier.ts';

/** A proposal that is over makes room for the next. People hear of it unless they said so themselves. */
export async function endProposal(
  ports: { readonly journal: Journal; readonly log: Log; readonly notifier: Notifier },
  { operation }: Pick<Proposal, 'operation'>,
  ends: string,
  at: EpochMs,
): Promise<Operation> {
  const rejected = operation.cancelRequested !== undefined;
  const reason = rejected ? ends : `approval-expired: ${ends}`;
  const ended: Operation = { ...operation, state: 'cancelled', endedAt: at, reason };
  await ports.journal.update(ended);
  const { id, cluster, kind } = ended;
  ports.log.info('a proposal ended', { cluster, operation: id, kind, reason });
  if (!rejected) {
    const title = `${cluster}   ${planLine({ ...operation, nodes: nodesIn(operation) })} is asked for no more: ${ends}`;
    ports.notifier.notify({ at, cluster, event: 'approval-expired', title, lines: [] });
  }
  return ended;
}
