import type { NodeAddress } from './node.ts';

export type HostState = 'free' | 'leased' | 'in-use' | 'dirty' | 'unknown';

/** One host that a provisioner knows. */
export interface ProvisionedHost {
  readonly host: string;
  /** Backends: `host:heartbeatPort`, frontends: `host:editLogPort`, where known. */
  readonly address: NodeAddress | undefined;
  readonly state: HostState;
  /** What it is there for, where the provisioner tells; undefined = for either. */
  readonly role?: 'backend' | 'frontend';
  /** The key it is reserved for, where the provisioner tells: `<operation>.<target>` for one of ours. */
  readonly heldBy?: string;
}

export interface HostInventory {
  readonly provisioner: string;
  readonly hosts: readonly ProvisionedHost[];
}
