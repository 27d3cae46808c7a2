import { approvalLines } from '../../decision/explain/approval-lines.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { Operation } from '../../domain/operation.ts';
import type { ClusterPolicy } from '../../domain/policy.ts';
import type { ClusterMemory } from '../../domain/ports/cluster-memory.ts';
import type { Notifier } from '../../domain/ports/notifier.ts';

/** The proposal that people were last told of: after a crash between asking and telling they are told all the same. */
const TOLD = 'approval/told';

/** Tells people once what waits for their answer, if it does. */
export async function tellOnce(
  ports: { readonly memory: Pick<ClusterMemory, 'fact' | 'setFact'>; readonly notifier: Notifier },
  policy: ClusterPolicy,
  operation: Operation,
  at: EpochMs,
): Promise<void> {
  const { state, approval } = operation;
  if (state !== 'proposed' || approval === undefined || approval.given !== undefined) return;
  if ((await ports.memory.fact(policy.name, TOLD)) === operation.id) return;
  const [title, ...lines] = approvalLines({ ...operation, approval }, policy, at);
  ports.notifier.notify({ at, cluster: policy.name, event: 'approval-needed', title, lines });
  await ports.memory.setFact(policy.name, TOLD, operation.id);
}
