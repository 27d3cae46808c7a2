import type { EpochMs } from '../../domain/instant.ts';
import type { GroupDifference } from '../../domain/policy-change.ts';
import type { KeptPolicy } from '../policy-change/kept-policy.ts';
import { runInWorker } from './run-in-worker.ts';

export interface ComparePoliciesTask {
  readonly before: KeptPolicy;
  readonly after: KeptPolicy;
  readonly storePath: string;
  readonly at: EpochMs;
}

/** Hundreds of groups at once take minutes; the policy in force goes on meanwhile. */
const DEADLINE_MS = 300_000;

/** comparePolicies in a thread of its own, which reads the store by itself. */
export async function comparePoliciesAside(task: ComparePoliciesTask): Promise<readonly GroupDifference[]> {
  return await runInWorker<readonly GroupDifference[]>('compare-policies', { data: task, deadlineMs: DEADLINE_MS });
}
