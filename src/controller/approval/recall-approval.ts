import { isAhead } from '../../decision/approval/ahead.ts';
import { neverBegan } from '../../decision/approval/never-began.ts';
import { planText } from '../../decision/approval/plan.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { Direction, Memory, Proposal, Rejection } from '../../domain/memory.ts';
import { BY_THE_POLICY } from '../../domain/operation.ts';
import type { Operation } from '../../domain/operation.ts';
import type { ClusterPolicy } from '../../domain/policy.ts';
import type { ClusterMemory } from '../../domain/ports/cluster-memory.ts';
import type { Ids } from '../../domain/ports/ids.ts';

const DAY_MS = 86_400_000;
/** A resume ends what was rejected before it. */
const askedAgain = (direction: Direction): string => `approval/${direction}-asked-again-from`;

/** What people were asked and said no to, from the journal: no crash forgets it. */
export async function recallApproval(
  ports: { readonly ids: Ids; readonly memory: Pick<ClusterMemory, 'fact'> },
  policy: ClusterPolicy,
  from: { readonly open: Operation | undefined; readonly ended: readonly Operation[]; readonly at: EpochMs },
): Promise<Pick<Memory, 'proposal' | 'rejections'>> {
  return {
    proposal: from.open === undefined ? undefined : proposalOf(from.open, policy, ports.ids),
    rejections: await rejections(ports.memory, policy.name, from.ended, from.at),
  };
}

function proposalOf(operation: Operation, policy: ClusterPolicy, ids: Ids): Proposal | undefined {
  const { state, approval } = operation;
  if (state !== 'proposed' || approval === undefined) return undefined;
  return {
    operation: { ...operation, approval },
    samePolicy: ids.digest(planText(operation, policy)) === approval.planHash,
  };
}

/** Those that still rest: 24 h each, unless people asked to go on. One of a clock that was ahead would rest until that clock. */
export async function rejections(
  memory: Pick<ClusterMemory, 'fact'>,
  cluster: string,
  ended: readonly Operation[],
  at: EpochMs,
): Promise<readonly Rejection[]> {
  const noes = ended.filter(wasRefused);
  if (noes.length === 0) return [];
  const from = {
    in: Number((await memory.fact(cluster, askedAgain('in'))) ?? 0),
    out: Number((await memory.fact(cluster, askedAgain('out'))) ?? 0),
  };
  return noes.flatMap(({ role, group, from: before, to, endedAt, cancelRequested }): Rejection[] => {
    if (endedAt === undefined || cancelRequested === undefined || isAhead(endedAt, at)) return [];
    const until = endedAt + DAY_MS;
    const direction = to > before ? 'out' : 'in';
    if (until <= at || cancelRequested.at <= from[direction]) return [];
    const { by, reason } = cancelRequested;
    return [{ role, group, direction, to, until, by, reason }];
  });
}

/**
 * A no to what was asked for, or to an addition under way: growth to `min` or a floor would be begun anew at once. A removal
 * that was cancelled backs off by itself.
 */
function wasRefused(operation: Operation): boolean {
  const { kind, state, cancelRequested } = operation;
  if (cancelRequested === undefined || cancelRequested.by === BY_THE_POLICY) return false;
  return neverBegan(operation) || (kind.startsWith('add-') && state === 'cancelled');
}

/** What was rejected until then is asked for again. */
export async function askAgainFrom(
  memory: Pick<ClusterMemory, 'setFact'>,
  cluster: string,
  direction: Direction,
  at: EpochMs,
): Promise<void> {
  await memory.setFact(cluster, askedAgain(direction), String(at));
}
