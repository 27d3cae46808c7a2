import type { EpochMs } from '../../domain/instant.ts';
import type { OrderPorts } from '../../domain/ports/orders.ts';
import { policyLedger } from '../policy-change/ledger.ts';
import { refused } from './outcome.ts';
import type { Outcome } from './outcome.ts';

const SHORTEST_REVISION = 6;

export interface ApprovedPolicy {
  /** Of the policy file. */
  readonly revision: string;
}

/** A yes to the changed policy that waits for one; undefined when what is named is not its revision. */
export async function approvePolicy(
  { memory }: Pick<OrderPorts, 'memory'>,
  { id, at, by, reason }: { readonly id: string; readonly at: EpochMs; readonly by: string; readonly reason: string },
): Promise<Outcome<ApprovedPolicy> | undefined> {
  const ledger = policyLedger(memory);
  const change = await ledger.change();
  if (change === undefined || id.length < SHORTEST_REVISION || !change.revision.startsWith(id.toLowerCase()))
    return undefined;
  const { revision, result } = change;
  const given = await ledger.approval();
  if (result !== 'held')
    return refused('nothing-to-change', `the policy ${revision} is in force already`, 'doris-autoscaler status');
  if (given?.revision === revision) {
    const message = `the policy ${revision} was approved by ${given.by} already`;
    return refused('nothing-to-change', message, 'a running daemon takes it within seconds');
  }
  await ledger.setApproval({ revision, at, by, reason });
  return { ok: true, done: { revision } };
}
