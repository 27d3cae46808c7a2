import type { PolicyApproval, PolicyChange } from '../../domain/policy-change.ts';
import type { ClusterMemory } from '../../domain/ports/cluster-memory.ts';
import type { KeptPolicy } from './kept-policy.ts';

/** Kept beside the facts of clusters, under a name that no cluster can have. */
const SCOPE = 'policy:';

/** What the store knows of the policy: the one in force, its newest change, a person's yes. */
export interface PolicyLedger {
  inForce(): Promise<KeptPolicy | undefined>;
  setInForce(kept: KeptPolicy): Promise<void>;
  change(): Promise<PolicyChange | undefined>;
  setChange(change: PolicyChange | undefined): Promise<void>;
  approval(): Promise<PolicyApproval | undefined>;
  setApproval(approval: PolicyApproval | undefined): Promise<void>;
  /** Revision of the policy that is being tried on the past: found by a process that begins, its trial was cut short. */
  trial(): Promise<string | undefined>;
  setTrial(revision: string | undefined): Promise<void>;
}

export function policyLedger(memory: Pick<ClusterMemory, 'fact' | 'setFact'>): PolicyLedger {
  const read = async <T>(name: string): Promise<T | undefined> => {
    const text = await memory.fact(SCOPE, name);
    return text === undefined ? undefined : (JSON.parse(text) as T);
  };
  const write = (name: string, value: object | undefined): Promise<void> =>
    memory.setFact(SCOPE, name, value === undefined ? undefined : JSON.stringify(value));
  return {
    inForce: () => read<KeptPolicy>('in-force'),
    setInForce: (kept) => write('in-force', kept),
    change: () => read<PolicyChange>('change'),
    setChange: (change) => write('change', change),
    approval: () => read<PolicyApproval>('approval'),
    setApproval: (approval) => write('approval', approval),
    trial: async () => (await read<{ readonly revision: string }>('trial'))?.revision,
    setTrial: (revision) => write('trial', revision === undefined ? undefined : { revision }),
  };
}
