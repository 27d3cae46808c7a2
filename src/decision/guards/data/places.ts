import type { Backend } from '../../../domain/topology.ts';

/** The FE raises its own tables to three replicas once there are three storage backends, and never lowers them. */
export const INTERNAL_REPLICAS = 3;

/** Alive, enabled, and of a role that stores tablets. */
export function holdsData(backend: Backend): boolean {
  return (
    backend.alive &&
    !backend.decommissioned &&
    !backend.queryDisabled &&
    !backend.loadDisabled &&
    !backend.shutdown &&
    backend.nodeRole === 'mix'
  );
}

/** Doris puts no two replicas of a tablet on one host: hosts are counted, not backends. */
export function hostsOf(backends: readonly Backend[]): number {
  const hosts = new Set<string>();
  for (const { host } of backends) hosts.add(host);
  return hosts.size;
}
