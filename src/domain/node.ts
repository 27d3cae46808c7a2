/** What a group of nodes does. Compute groups count as `backend`. */
export type Role = 'backend' | 'observer' | 'follower';

/** `host:port` as SHOW BACKENDS (heartbeat port) or SHOW FRONTENDS (edit log port) prints it. IPv6 hosts in brackets. */
export type NodeAddress = string;

/** Nodes of one role that are scaled as one. */
export interface GroupKey {
  readonly role: Role;
  /** Resource tag or compute group of backends; `observer` and `follower` for frontends. */
  readonly group: string;
}
