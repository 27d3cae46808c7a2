import type { NodeAddress } from './node.ts';

export type HostState = 'free' | 'leased' | 'in-use' | 'dirty' | 'unknown';

/** One host that a provisioner knows. */
export interface ProvisionedHost {
  readonly host: string;
  /** Backends: `host:heartbeatPort`, frontends: `host:editLogPort`, where known. */
  readonly address: NodeAddress | undefined;
  readonly state: HostState;
}

export interface HostInventory {
  readonly provisioner: string;
  readonly hosts: readonly ProvisionedHost[];
}
