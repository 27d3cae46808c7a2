/** Which host is reserved for which key, for provisioners that have no memory of their own. Durable. */
export interface HostLedger {
  holder(provisioner: string, host: string): Promise<string | undefined>;
  reserve(provisioner: string, host: string, key: string | undefined): Promise<void>;
}
