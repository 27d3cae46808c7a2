import type { HostInventory } from '../host.ts';
import type { NodeAddress } from '../node.ts';

export interface ProvisionRequest {
  readonly role: 'backend' | 'frontend';
  /** Name of the cluster in the policy. */
  readonly cluster: string;
  /** As SHOW FRONTENDS prints it: whose storage or metadata may be moved aside. */
  readonly clusterId: string;
  /** Makes a repeated call harmless: operation id and target. */
  readonly key: string;
}

export interface ProvisionedNode {
  readonly host: string;
  /** `host:heartbeatPort` or `host:editLogPort`. */
  readonly address: NodeAddress;
}

/**
 * Where hosts come from and go to. Every call is idempotent by `key` and has its own deadline. Rejects with
 * provisioner-try-again (nothing was done, later it may work), provisioner-failed, or, where nobody can say whether it was done,
 * provisioner-timeout or provisioner-bad-answer: ask again with the same key. Already started, stopped or released = resolved.
 */
export interface Provisioner {
  readonly name: string;
  /** Its hosts' processes stay up whatever is asked: nobody waits for their ports to close. */
  readonly keepsRunning?: true;
  list(): Promise<HostInventory>;
  /** A free host that is none of `registered`, reserved for the key; undefined = none is free. */
  acquire(
    request: ProvisionRequest & { readonly registered: readonly NodeAddress[] },
  ): Promise<ProvisionedNode | undefined>;
  /** Storage or metadata moved aside, cluster id checked: the host is clean afterwards. */
  reset(request: ProvisionRequest & { readonly host: string }): Promise<void>;
  /**
   * Starts the process; for a frontend `helper` is the master's `host:editLogPort`, and one whose own http_port is not
   * `httpPort` is refused before it starts.
   */
  start(
    request: ProvisionRequest & {
      readonly host: string;
      readonly helper: NodeAddress | undefined;
      readonly httpPort: number | undefined;
    },
  ): Promise<void>;
  /** Stops with --grace. */
  stop(request: ProvisionRequest & { readonly host: string }): Promise<void>;
  /** Gives the host back; it is dirty until its next reset. `node`, where known, tells which of several nodes of the host. */
  release(
    request: ProvisionRequest & { readonly host: string; readonly node?: NodeAddress | undefined },
  ): Promise<void>;
}
