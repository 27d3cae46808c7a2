import { formatProblem } from '../../config/problem.ts';
import type { EpochMs } from '../../domain/instant.ts';
import type { Policy } from '../../domain/policy.ts';
import type { GroupDifference } from '../../domain/policy-change.ts';
import type { Store } from '../../store/store.ts';
import { comparePolicies } from './compare-policies.ts';
import { readKept } from './kept-policy.ts';
import { policyLedger } from './ledger.ts';
import { heldReasons } from './reload-gate.ts';

/** A policy beside the one in force, on the load that the store knows. */
export interface Past {
  /** Revision of the policy in force; undefined where no daemon has run with this store yet. */
  readonly inForce: string | undefined;
  /** Why a running daemon would hold it; none = it would take it. */
  readonly reasons: readonly string[];
  readonly groups: readonly GroupDifference[];
}

export async function pastOf(store: Pick<Store, 'loads' | 'memory'>, policy: Policy, at: EpochMs): Promise<Past> {
  const kept = await policyLedger(store.memory).inForce();
  if (kept === undefined) return { inForce: undefined, reasons: [], groups: [] };
  const before = readKept(kept, { env: {}, at, secrets: 'closed', readFile: nothing });
  const { revision } = kept;
  if (!before.ok) {
    const reasons = [`the policy in force cannot be read any more: ${before.errors.map(formatProblem).join('; ')}`];
    return { inForce: revision, reasons, groups: [] };
  }
  const groups = await comparePolicies(store.loads, before.policy, policy, at);
  return { inForce: revision, reasons: heldReasons(groups), groups };
}

/** Without its secrets a policy has no other file. */
function nothing(file: string): never {
  throw new Error(`${file} is not read`);
}
