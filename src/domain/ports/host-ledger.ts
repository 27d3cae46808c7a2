/** By its name in the policy, and as SHOW FRONTENDS prints its id. */
export interface HostTaker {
  readonly cluster: string;
  readonly clusterId: string;
}

/** Which host is reserved for which key, for provisioners that have no memory of their own. Durable. */
export interface HostLedger {
  holder(provisioner: string, host: string): Promise<string | undefined>;
  reserve(provisioner: string, host: string, key: string | undefined): Promise<void>;
  /** The cluster whose addition takes hosts under this key; undefined = no addition is known by it. */
  takerOf(key: string): Promise<HostTaker | undefined>;
}
